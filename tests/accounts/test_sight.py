"""Who sees which deals, accounts, contacts and people."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Account, Contact, Team, User
from accounts.services.absences import record_absence
from accounts.services.people import suspend
from accounts.sight import NOTHING, sight_of
from deals.models import Deal, DealContact
from tests.factories import AccountFactory, ContactFactory, DealFactory, SignalFactory, TeamFactory, UserFactory

DAY = timedelta(days=1)
SEEING, BLIND = ["owner", "teammate", "manager", "executive", "admin"], ["stranger"]


def fresh(person):
    """The person as the next request loads them, without what this one remembers."""
    return User.objects.get(pk=person.pk)


def sees(person, thing):
    return type(thing).objects.visible_to(fresh(person)).filter(pk=thing.pk).exists()


@pytest.mark.parametrize("who", SEEING)
@pytest.mark.parametrize("what", ["deal", "account", "contact", "owner"])
def test_the_line_of_the_owner_sees(company, who, what):
    assert sees(getattr(company, who), getattr(company, what))


@pytest.mark.parametrize("who", BLIND)
@pytest.mark.parametrize("what", ["deal", "account", "contact", "owner"])
def test_others_do_not(company, who, what):
    assert not sees(getattr(company, who), getattr(company, what))


@pytest.mark.parametrize("model", [Deal, Account, Contact, User, Team])
def test_nobody_and_the_suspended_see_nothing(company, model):
    suspend(user=company.owner, by=company.admin, now=timezone.now())
    for person in (AnonymousUser(), fresh(company.owner)):
        assert sight_of(person) == NOTHING
        assert not model.objects.visible_to(person).exists()


@pytest.fixture
def cover(company):
    """The stranger covers for the owner, from yesterday until tomorrow."""
    now = timezone.now()
    return record_absence(user=company.owner, starts_at=now - DAY, ends_at=now + DAY, cover=company.stranger, by=company.admin, now=now)


@pytest.mark.parametrize("what", ["deal", "account", "contact", "owner"])
def test_a_cover_sees_while_the_absence_lasts(company, cover, what):
    assert sees(company.stranger, getattr(company, what))


@pytest.mark.parametrize("shift", [2 * DAY, -2 * DAY])
@pytest.mark.parametrize("what", ["deal", "account", "contact", "owner"])
def test_a_cover_sees_neither_before_nor_after(company, cover, what, shift, time_machine):
    time_machine.move_to(timezone.now() + shift)
    assert not sees(company.stranger, getattr(company, what))


def test_a_manager_sees_all_teams_below_and_none_beside(company):
    low = TeamFactory(parent=company.east)
    below = DealFactory(owner=UserFactory(team=low))
    beside = DealFactory(owner=company.stranger)
    assert sees(company.manager, below)
    assert not sees(company.manager, beside)
    assert sees(company.executive, below)
    assert sees(company.executive, beside)


def test_a_rep_does_not_see_below(company):
    below = DealFactory(owner=UserFactory(team=TeamFactory(parent=company.east)))
    assert not sees(company.owner, below)


def test_a_rep_who_is_called_manager_of_a_team_sees_no_more(company):
    company.west.manager = company.owner
    company.west.save()
    assert not sees(company.owner, DealFactory(owner=company.stranger))


def test_a_deal_of_nobody_is_seen_by_the_admin_alone(company):
    orphan = DealFactory(owner=None)
    assert [who for who in [*SEEING, *BLIND] if sees(getattr(company, who), orphan)] == ["admin"]


def test_what_waits_for_somebody_is_seen_by_them(company):
    SignalFactory(deal=company.deal, responsible=company.stranger)
    assert sees(company.stranger, company.deal)
    assert sees(company.stranger, company.account)


def test_a_cleared_signal_opens_nothing(company):
    signal = SignalFactory(deal=company.deal, responsible=company.stranger)
    type(signal).objects.filter(pk=signal.pk).update(state="cleared", cleared_at=timezone.now())
    assert not sees(company.stranger, company.deal)


def test_a_contact_of_another_account_is_seen_with_the_deal(company):
    """An adviser, say, who brought us in."""
    adviser, alone = ContactFactory(), ContactFactory(account=None)
    for contact in (adviser, alone):
        assert not sees(company.owner, contact)
        DealContact.objects.create(deal=company.deal, contact=contact)
        assert sees(company.owner, contact)
        assert not sees(company.stranger, contact)
    assert not sees(company.owner, adviser.account)


def test_an_account_is_seen_by_its_owners_team(company):
    account = AccountFactory(owner=company.owner)
    assert [who for who in [*SEEING, *BLIND] if sees(getattr(company, who), account)] == SEEING


def test_nothing_is_listed_twice(company):
    for _number in range(3):
        deal = DealFactory(owner=company.owner, account=company.account)
        DealContact.objects.create(deal=deal, contact=company.contact)
        SignalFactory(deal=deal, responsible=company.owner, rule="no_contact")
    for model in (Deal, Account, Contact):
        found = list(model.objects.visible_to(fresh(company.manager)).values_list("pk", flat=True))
        assert len(found) == len(set(found))


def test_sight_is_worked_out_once_a_request(company, django_assert_num_queries):
    manager = fresh(company.manager)
    with django_assert_num_queries(2):
        sight_of(manager)
    with django_assert_num_queries(0):
        sight_of(manager)
    with django_assert_num_queries(0):
        sight_of(fresh_admin := company.admin)
        assert sight_of(fresh_admin).everything
