"""Logging from anywhere: the deal is picked, the fact is kept, the next step too, and both or neither."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.models import Interaction, NextStep
from tests.factories import DealFactory

pytestmark = pytest.mark.django_db
SOON = (timezone.now() + timedelta(days=30)).date().isoformat()
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/deals/"}


def post(client, deal, htmx=False, **form):
    return client.post(f"{reverse('log-anywhere')}?deal={deal.pk}", {"deal": deal.pk, "kind": "call", **form}, **(HTMX if htmx else {}))


@pytest.fixture
def owner(client, company):
    client.force_login(company.owner)
    return company.owner


def test_ones_own_deals_are_offered_first(client, company, owner):
    DealFactory(name="Of Tara", owner=company.teammate)
    html = client.get(reverse("log-anywhere")).content.decode()
    assert "Clinics, two more" in html
    assert "Of Tara" not in html


def test_deals_are_found_as_the_search_finds_them(client, company, owner):
    assert "Clinics, two more" in client.get(reverse("log-deals"), {"q": "prj"}).content.decode()
    client.force_login(company.stranger)
    assert "Clinics, two more" not in client.get(reverse("log-deals"), {"q": "priya"}).content.decode()


def test_a_call_is_logged_and_one_comes_to_the_deal(client, company, owner):
    answer = post(client, company.deal, body="We spoke.", direction="out", call_outcome="connected")
    assert answer.url == company.deal.get_absolute_url()
    said = Interaction.objects.get()
    assert (said.deal, said.kind, said.outcome, said.body, said.recorded_by) == (company.deal, "call", "connected", "We spoke.", owner)


def test_the_next_step_is_named_along_the_way(client, company, owner):
    post(client, company.deal, **{"step-what": "Send the offer", "step-due_on": SOON})
    assert NextStep.objects.get().what == "Send the offer"


@pytest.mark.parametrize(
    "form", [{"step-what": "Send the offer"}, {"step-due_on": SOON}, {"step-what": "Late", "step-due_on": "2020-01-01"}, {"kind": "note"}]
)
def test_half_of_it_is_refused_and_nothing_is_kept(client, company, owner, form):
    answer = post(client, company.deal, body="" if form.get("kind") else "We spoke.", **form)
    assert answer.status_code == 422
    assert not Interaction.objects.exists()
    assert not NextStep.objects.exists()


def test_another_one_follows_in_the_dialog(client, company, owner):
    answer = post(client, company.deal, htmx=True, then="another")
    html = answer.content.decode()
    assert "logged on Clinics, two more" in html
    assert "On which deal?" in html
    assert '"logged"' in answer["HX-Trigger"]


def test_the_last_one_closes_the_dialog_and_says_what_was_done(client, company, owner):
    answer = post(client, company.deal, htmx=True, then="done")
    assert "logged-all" in answer["HX-Trigger"]
    assert "hx-swap-oob" in answer.content.decode()


def test_it_is_taken_back_by_who_logged_it_alone(client, company, owner):
    post(client, company.deal)
    said = Interaction.objects.get()
    client.force_login(company.teammate)
    assert client.post(reverse("log-undo", args=[said.pk])).status_code == 404
    client.force_login(owner)
    assert client.post(reverse("log-undo", args=[said.pk]), {"next": "/deals/"}).url == "/deals/"
    said.refresh_from_db()
    assert said.withdrawn_by == owner


def test_a_deal_of_others_is_not_there(client, company):
    client.force_login(company.stranger)
    assert client.get(reverse("log-anywhere"), {"deal": company.deal.pk}).status_code == 404
    for odd in ("x", "-1", "9" * 40, "\x00"):
        assert client.get(reverse("log-anywhere"), {"deal": odd}).status_code == 404


def test_the_person_last_spoken_with_is_chosen(client, company, owner):
    html = client.get(reverse("log-anywhere"), {"deal": company.deal.pk}, **HTMX).content.decode()
    assert f'<option value="{company.contact.pk}" selected' in html


def test_it_takes_at_most_fifteen_queries(client, company, owner, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        client.get(reverse("log-anywhere"))
    with django_assert_max_num_queries(15):
        client.get(reverse("log-anywhere"), {"deal": company.deal.pk})
