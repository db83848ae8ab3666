"""Opening a deal, and changing what is known of one."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Account
from deals.models import CloseDateChange, Deal
from tests.factories import AccountFactory, ContactFactory, stage
from tests.pages import as_shown

pytestmark = pytest.mark.django_db


def fill(company, **more):
    return {"name": "Mill line", "source": "unknown", "owner": company.owner.pk, "stage": stage("Qualification").pk, **more}


@pytest.fixture
def own(client, company):
    client.force_login(company.owner)
    return client


def test_a_name_is_enough(own, company):
    own.post(reverse("deal-new"), fill(company))
    deal = Deal.objects.get(name="Mill line")
    assert (deal.owner, deal.team, deal.account, deal.amount, deal.created_by) == (company.owner, company.east, None, None, company.owner)


def test_the_account_is_found_by_its_name_in_any_case(own, company):
    own.post(reverse("deal-new"), fill(company, account="norwood clinics", amount="265,000"))
    deal = Deal.objects.get(name="Mill line")
    assert (deal.account, deal.amount) == (company.account, Decimal(265000))


def test_an_account_nobody_knows_is_asked_about_then_made(own, company):
    answer = own.post(reverse("deal-new"), fill(company, account="Pinewood Mills"))
    assert answer.status_code == 422
    assert "tick that it is a new one" in answer.content.decode()
    assert 'value="Pinewood Mills"' in answer.content.decode()
    own.post(reverse("deal-new"), fill(company, account="Pinewood Mills", make_account="on"))
    assert Account.objects.get(name="Pinewood Mills").deals.get().name == "Mill line"


def test_a_refused_deal_leaves_no_account_behind(own, company):
    answer = own.post(reverse("deal-new"), fill(company, name="", account="Pinewood Mills", make_account="on"))
    assert answer.status_code == 422
    assert not Account.objects.filter(name="Pinewood Mills").exists()


def test_two_people_of_one_name_are_told_apart_by_address(own, company):
    ContactFactory(name="Priya Raman", account=company.account)
    assert own.post(reverse("deal-new"), fill(company, introduced_by="priya raman")).status_code == 422
    own.post(reverse("deal-new"), fill(company, introduced_by="PRIYA@norwood.example", source="introduced"))
    assert Deal.objects.get(name="Mill line").introduced_by == company.contact


def test_nobody_out_of_sight_can_be_made_the_owner(own, company):
    assert own.post(reverse("deal-new"), fill(company, owner=company.stranger.pk)).status_code == 422


def test_a_deal_does_not_open_closed(own, company):
    assert own.post(reverse("deal-new"), fill(company, stage=stage("Won").pk)).status_code == 422


def test_an_edit_keeps_the_push_of_the_close_date(own, company):
    url = reverse("deal-edit", args=[company.deal.pk])
    form = {"name": "Clinics", "account": "Norwood Clinics", "source": "renewal"}
    own.post(url, {**form, "expected_close_on": "2026-12-01"})
    own.post(url, {**form, "expected_close_on": "2027-01-15"})
    company.deal.refresh_from_db()
    assert (company.deal.name, company.deal.source, company.deal.account) == ("Clinics", "renewal", company.account)
    assert list(CloseDateChange.objects.order_by("at").values_list("new", flat=True).distinct())[-1].isoformat() == "2027-01-15"


def test_the_form_begins_with_what_is_known(own, company):
    html = own.get(reverse("deal-edit", args=[company.deal.pk])).content.decode()
    assert 'value="Clinics, two more"' in html
    assert 'value="Norwood Clinics"' in html


def test_a_stale_form_writes_back_nothing_that_was_left_alone(own, company):
    """The rep opens the form, the manager sets the amount, the rep changes the name alone."""
    url = reverse("deal-edit", args=[company.deal.pk])
    form = as_shown(own.get(url))
    Deal.objects.filter(pk=company.deal.pk).update(amount=Decimal(90000), expected_close_on=date(2026, 12, 1), source="renewal", account=None)
    assert own.post(url, {**form, "name": "Clinics, three more"}).status_code == 302
    company.deal.refresh_from_db()
    assert (company.deal.name, company.deal.amount, company.deal.source) == ("Clinics, three more", Decimal(90000), "renewal")
    assert (company.deal.expected_close_on, company.deal.account) == (date(2026, 12, 1), None)
    assert not CloseDateChange.objects.exists()


def test_what_was_emptied_is_emptied(own, company):
    Deal.objects.filter(pk=company.deal.pk).update(amount=Decimal("90000.50"), introduced_by=company.contact, source="introduced")
    url = reverse("deal-edit", args=[company.deal.pk])
    form = as_shown(own.get(url))
    own.post(url, {**form, "amount": "", "introduced_by": "", "account": ""})
    company.deal.refresh_from_db()
    assert (company.deal.amount, company.deal.introduced_by, company.deal.account, company.deal.source) == (None, None, None, "introduced")


def test_a_form_that_comes_back_with_an_error_still_knows_what_it_began_with(own, company):
    url = reverse("deal-edit", args=[company.deal.pk])
    form = as_shown(own.get(url))
    again = as_shown(own.post(url, {**form, "account": "Pinewood Mills", "amount": "much"}))
    own.post(url, {**again, "amount": "7", "make_account": "on"})
    company.deal.refresh_from_db()
    assert (company.deal.account.name, company.deal.amount) == ("Pinewood Mills", Decimal(7))


def test_an_account_out_of_sight_does_not_stop_an_edit(own, company):
    """Two accounts of one name cannot be told apart by typing; left alone, nobody asks."""
    AccountFactory(name="Norwood Clinics")
    url = reverse("deal-edit", args=[company.deal.pk])
    assert own.post(url, {**as_shown(own.get(url)), "amount": "5"}).status_code == 302
    company.deal.refresh_from_db()
    assert (company.deal.amount, company.deal.account) == (Decimal(5), company.account)
