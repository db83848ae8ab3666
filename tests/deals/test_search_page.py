"""The results page, the list under the box, and the commands it offers."""

import pytest
from django.urls import reverse

from deals.search.asked import ask
from deals.search.commands import asked_for, commands
from deals.templatetags.keys import go_keys
from tests.factories import ContactFactory, DealFactory

pytestmark = pytest.mark.django_db


def page(client, who, **query):
    client.force_login(who)
    return client.get(reverse("search"), query).content.decode()


def test_the_page_groups_what_it_found_and_marks_it(client, company):
    html = page(client, company.owner, q="priya")
    assert "<mark>Priya</mark> Raman" in html
    assert "People at customers" in html
    assert "Clinics, two more" in html


def test_the_box_holds_what_was_searched_for_and_no_filter_of_a_list(client, company):
    assert 'type="search" name="q" value="priya"' in page(client, company.owner, q="priya")
    for place in ("pipeline", "board"):
        assert 'type="search" name="q" value=""' in client.get(reverse(place), {"q": "priya"}).content.decode()


def test_what_was_typed_and_what_was_found_is_escaped(client, company):
    ContactFactory(name="<script>priya</script>", account=company.account)
    for query in ({"q": "priya"}, {"q": "<script>"}, {"q": "priya", "live": "1"}):
        html = page(client, company.owner, **query)
        assert "<script>priya" not in html
        assert "<script>”" not in html


def test_the_live_list_is_a_listbox_alone(client, company):
    html = page(client, company.owner, q="priya", live="1")
    assert "<html" not in html
    assert 'role="listbox"' in html
    assert 'data-words="priya"' in html


def test_an_empty_box_offers_ones_deals_and_every_command(client, company):
    html = page(client, company.owner, live="1")
    assert "Clinics, two more" in html
    assert "Go to" in html


def test_nothing_found_says_so(client, company):
    assert "Nothing found" in page(client, company.owner, q="xqzt")
    assert "Nothing you may see is called" in page(client, company.owner, q="xqzt", live="1")


def test_the_old_address_of_logging_leads_on(client, company):
    client.force_login(company.owner)
    assert client.get(reverse("search"), {"then": "log"}).url == reverse("log-anywhere")
    assert client.get(reverse("search"), {"then": "log", "q": "a b"}).url == reverse("log-anywhere") + "?q=a+b"


@pytest.mark.parametrize(("who", "may"), [("owner", False), ("executive", False), ("manager", True), ("admin", True)])
def test_commands_are_those_one_may_use(company, who, may):
    words = {command.words for command in commands(getattr(company, who))}
    assert {"New deal", "Log something", "Log out", "Go to Pipeline"} <= words
    assert ("Invite somebody" in words) is ("Import a file" in words) is may


@pytest.mark.parametrize(("typed", "words", "who"), [("rates", "Exchange rates", "manager"), ("holidays", "Working calendars", "admin")])
def test_a_page_of_the_settings_is_found_by_whoever_may_use_it(company, typed, words, who):
    assert words in [command.words for _how, command in asked_for(ask(typed), getattr(company, who))]
    assert words not in [command.words for _how, command in asked_for(ask(typed), company.owner)]


@pytest.mark.parametrize(("who", "may"), [("owner", False), ("manager", True)])
def test_keys_lead_to_places_one_may_go_to(company, who, may):
    keys = {place.key for place in go_keys({"user": getattr(company, who)})}
    assert {"t", "p", "b", "r", "a", "n", "s", "h"} <= keys
    assert ("i" in keys) is may


def test_every_place_of_the_keys_answers(client, company):
    client.force_login(company.admin)
    for place in go_keys({"user": company.admin}):
        assert client.get(place.url, follow=True).status_code == 200


def test_keys_of_one_letter_can_be_switched_off(client, company):
    client.force_login(company.owner)
    assert "data-no-single-keys" not in client.get(reverse("pipeline")).content.decode()
    assert client.post(reverse("keys"), {"next": "/deals/"}).url == "/deals/"
    assert "data-no-single-keys" in client.get(reverse("pipeline")).content.decode()
    client.post(reverse("keys"), {"single_keys": "on", "next": "https://elsewhere.example/"})
    company.owner.refresh_from_db()
    assert company.owner.single_keys


def test_filters_of_the_pipeline_read_words_as_the_search_does(client, company):
    DealFactory(name="Öfen für Übersee", owner=company.owner)
    client.force_login(company.owner)
    for words in ("ofen", "ubersee ofen", "öf"):
        assert "Öfen für Übersee" in client.get(reverse("pipeline"), {"q": words}).content.decode()
    assert "Öfen" not in client.get(reverse("pipeline"), {"q": "clinic"}).content.decode()
