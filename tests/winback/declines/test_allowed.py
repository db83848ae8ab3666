"""Who passes on a deal alone, and who decides where that is not enough."""

from datetime import timedelta

import pytest

from accounts import organisation
from accounts.models import Absence
from accounts.refusals import Refused
from deals.models import Deal, Interaction, OutgoingMail
from winback.models import Decline, Loss
from winback.services import declines


def approver(company, by, now):
    found = declines.approval_for(deal=company.deal, by=by, company=organisation.load(at=now), now=now)
    return found.approver if found is not None else None


def test_an_ordinary_deal_is_its_owners_to_decide(company, now):
    assert approver(company, company.owner, now) is None


def test_what_was_brought_to_us_is_the_managers(company, iris, now):
    assert approver(company, company.owner, now) == "Mona Manager"


def test_introduced_by_nobody_named_as_well(company, now):
    company.deal.source = "introduced"
    assert approver(company, company.owner, now) == "Mona Manager"


def test_a_customers_too(company, now):
    company.account.lifecycle = "customer"
    company.account.save()
    company.deal.account.refresh_from_db()
    assert approver(company, company.owner, now) == "Mona Manager"


@pytest.mark.parametrize("who", ["manager", "executive"])
def test_a_manager_of_the_line_needs_nobody(company, iris, who, now):
    assert approver(company, getattr(company, who), now) is None


@pytest.mark.parametrize("who", ["teammate", "stranger", "admin"])
def test_somebody_elses_deal_is_not_theirs_to_decline(company, who, now):
    assert approver(company, getattr(company, who), now) == "Mona Manager"


def test_up_the_line_where_the_manager_is_away(company, iris, now):
    Absence.objects.create(user=company.manager, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=3))
    assert approver(company, company.owner, now) == "Edda Executive"


def test_past_the_top_the_admins(company, iris, now):
    for one in (company.manager, company.executive):
        Absence.objects.create(user=one, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=3))
    assert approver(company, company.owner, now) == "Ada Admin"


def test_nobody_is_here(company, iris, now):
    for one in (company.manager, company.executive, company.admin):
        Absence.objects.create(user=one, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=3))
    with pytest.raises(Refused, match="nobody is here who could give it"):
        approver(company, company.owner, now)


def test_a_deal_of_no_team_is_the_leaders_to_decide(company, iris, now):
    Deal.objects.filter(pk=company.deal.pk).update(team=None)
    company.deal.refresh_from_db()
    assert approver(company, company.executive, now) is None
    assert approver(company, company.owner, now) == "Edda Executive"


def test_declining_without_the_approval_is_refused_and_changes_nothing(company, iris, turned_to, passing, now):
    with pytest.raises(Refused, match="approval"):
        declines.decline_deal(deal=company.deal, by=turned_to, passing=passing(), now=now)
    company.deal.refresh_from_db()
    assert (company.deal.owner, company.deal.status) == (company.owner, "open")
    assert not any(model.objects.exists() for model in (Decline, Loss, OutgoingMail, Interaction))
