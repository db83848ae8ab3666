"""Calls and voicemails by one letter, in the dialog and on the telephone's page."""

import pytest
from django.urls import reverse

from deals.calls.ways import WAYS
from deals.models import Interaction
from tests.factories import ContactFactory


@pytest.fixture
def client(client, company):
    client.force_login(company.owner)
    return client


@pytest.mark.parametrize(
    ("letter", "kind", "direction", "outcome"),
    [
        ("o", "call", "out", "connected"),
        ("n", "call", "out", "no_answer"),
        ("m", "voicemail", "out", ""),
        ("i", "call", "in", "connected"),
        ("v", "voicemail", "in", ""),
    ],
)
def test_a_letter_records_the_call(client, company, letter, kind, direction, outcome):
    client.post(reverse("log-at-once"), {"deal": company.deal.pk, "how": letter})
    said = Interaction.objects.get()
    assert (said.kind, said.direction, said.outcome, said.contact, said.user) == (kind, direction, outcome, company.contact, company.owner)


def test_no_two_letters_are_the_same_and_none_is_used_by_the_page():
    assert len(WAYS) == 5
    assert not set(WAYS) & {"c", "u"}


def test_it_is_with_whom_the_last_word_was(client, company):
    other = ContactFactory(account=company.account)
    client.post(reverse("call", args=[company.deal.pk]), {"how": "o", "contact": other.pk})
    client.post(reverse("log-at-once"), {"deal": company.deal.pk, "how": "n"})
    assert Interaction.objects.latest("pk").contact == other


def test_it_can_be_undone(client, company):
    client.post(reverse("log-at-once"), {"deal": company.deal.pk, "how": "o"})
    said = Interaction.objects.get()
    client.post(reverse("log-undo", args=[said.pk]))
    said.refresh_from_db()
    assert said.withdrawn_at is not None


def test_a_letter_that_means_nothing_records_nothing(client, company):
    assert client.post(reverse("log-at-once"), {"deal": company.deal.pk, "how": "z"}).status_code == 404
    assert not Interaction.objects.exists()


def test_the_page_for_the_thumb_calls_and_says_how_it_went(client, company):
    company.contact.phone = "+1 (555) 01-17"
    company.contact.save()
    page = client.get(reverse("call", args=[company.deal.pk])).content.decode()
    assert 'href="tel:+15550117"' in page
    assert "Call Priya Raman" in page
    answer = client.post(reverse("call", args=[company.deal.pk]), {"how": "v", "body": "Rang back.", "contact": company.contact.pk}, follow=True)
    assert "they left one" in answer.content.decode()
    said = Interaction.objects.get()
    assert (said.kind, said.direction, said.body) == ("voicemail", "in", "Rang back.")


def test_without_a_number_it_says_where_to_add_one(client, company):
    page = client.get(reverse("call", args=[company.deal.pk])).content.decode()
    assert "No number of Priya Raman is known." in page


def test_one_comes_back_to_where_one_was_and_never_elsewhere(client, company):
    address = reverse("call", args=[company.deal.pk])
    assert client.post(address, {"how": "o", "next": "/today/"}).url == "/today/"
    assert client.post(address, {"how": "o", "next": "https://evil.example/"}).url == company.deal.get_absolute_url()
