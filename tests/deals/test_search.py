"""Search finds by name what one may see, and nothing else."""

import pytest
from django.urls import reverse

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
    assert "Clinics" not in found(client, company.teammate, then="log").content.decode()


@pytest.mark.parametrize(("name", "field"), [("account-names", "account"), ("contact-names", "introduced_by")])
def test_names_offered_while_typing_are_those_one_may_see(client, company, name, field):
    word = {"account": "norw", "introduced_by": "pri"}[field]
    client.force_login(company.owner)
    assert b"<option" in client.get(reverse(name), {field: word}).content
    client.force_login(company.stranger)
    assert client.get(reverse(name), {field: word}).content == b""
