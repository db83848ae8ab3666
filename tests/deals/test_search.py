"""Search finds by name what one may see, and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import AccountFactory, ContactFactory, DealFactory

pytestmark = pytest.mark.django_db


def found(client, who, **query):
    client.force_login(who)
    return client.get(reverse("search"), query)


def test_deals_accounts_and_people_by_a_part_of_the_name(client, company):
    html = found(client, company.owner, q="nor").content.decode()
    assert "Norwood Clinics" in html
    assert "Clinics, two more" in found(client, company.owner, q="TWO mo").content.decode()
    assert "priya@norwood.example" in found(client, company.owner, q="priya").content.decode()
    assert "priya@norwood.example" in found(client, company.owner, q="priya@nor").content.decode()


@pytest.mark.parametrize("words", ["Clinics", "Norwood", "Priya"])
def test_a_stranger_finds_nothing(client, company, words):
    assert not found(client, company.stranger, q=words).context["found"]


@pytest.mark.parametrize("words", ["%", "_", "'", "\\", "<b>", "x" * 5000])
def test_odd_words_find_nothing_and_break_nothing(client, company, words):
    answer = found(client, company.admin, q=words)
    assert answer.status_code == 200
    assert not answer.context["found"]


@pytest.mark.parametrize(
    ("name", "field"),
    [("search", "q"), ("account-names", "account"), ("contact-names", "introduced_by"), ("people", "q"), ("pipeline", "q"), ("risk-desk", "text")],
)
def test_a_nul_breaks_no_search(client, company, name, field):
    client.force_login(company.manager)
    for words in ("\x00", "Nor\x00wood"):
        assert client.get(reverse(name), {field: words}).status_code == 200


@pytest.mark.parametrize("words", ["norwood", "priya", "two more"])
@pytest.mark.parametrize("then", ["", "log"])
def test_a_deal_is_found_by_its_account_and_its_people_too(client, company, words, then):
    DealFactory(name="Something else", owner=company.owner)
    answer = found(client, company.owner, q=words, then=then)
    assert [deal.name for deal in answer.context["found"].deals] == ["Clinics, two more"]


def test_nothing_to_log_on_is_said(client, company):
    ContactFactory(name="Hollis", account=company.account)
    assert "Nothing found" in found(client, company.owner, q="hollis", then="log").content.decode()


def test_a_person_leads_to_the_deals_of_their_account(client, company):
    html = found(client, company.owner, q="priya").content.decode()
    assert f"{reverse('pipeline')}?state=all&amp;q=Norwood" in html


def test_colleagues_who_own_deals_lead_to_these(client, company):
    html = found(client, company.manager, q=company.owner.name).content.decode()
    assert f"{reverse('pipeline')}?owner={company.owner.pk}" in html
    assert not found(client, company.manager, q=company.teammate.name).context["found"].colleagues
    assert not found(client, company.stranger, q=company.owner.name).context["found"].colleagues


def test_it_takes_at_most_fifteen_queries(client, company, django_assert_max_num_queries):
    for number in range(25):
        account = AccountFactory(name=f"Norwood {number}")
        DealFactory(name=f"Norwood {number}", account=account, owner=company.owner)
        ContactFactory(name=f"Norwood {number}", account=account)
    client.force_login(company.manager)
    with django_assert_max_num_queries(15):
        client.get(reverse("search"), {"q": "norwood"})


def test_log_something_leads_to_the_form_of_ones_own_deals(client, company):
    html = found(client, company.owner, then="log").content.decode()
    assert reverse("deal", args=[company.deal.pk]) + "#log" in html


def test_who_owns_no_deal_logs_on_those_of_their_people_touched_last(client, company):
    now = timezone.now()
    DealFactory(name="Spoken", owner=company.owner, last_contact_at=now, stage_entered_at=now - timedelta(days=30))
    DealFactory(name="Moved", owner=company.owner, last_contact_at=now - timedelta(days=30), stage_entered_at=now - timedelta(hours=1))
    assert [deal.name for deal in found(client, company.manager, then="log").context["found"].deals][:2] == ["Spoken", "Moved"]
    assert "No open deal yet" in found(client, company.stranger, then="log").content.decode()


@pytest.mark.parametrize(("name", "field"), [("account-names", "account"), ("contact-names", "introduced_by")])
def test_names_offered_while_typing_are_those_one_may_see(client, company, name, field):
    word = {"account": "norw", "introduced_by": "pri"}[field]
    client.force_login(company.owner)
    assert b"<option" in client.get(reverse(name), {field: word}).content
    client.force_login(company.stranger)
    assert client.get(reverse(name), {field: word}).content == b""
