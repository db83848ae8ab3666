"""Declining a deal in the browser: the guided note, the manager's page, and what each may do there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from deals.models import OutgoingMail, Task
from deals.today.board import day_of
from tests.factories import InteractionFactory
from winback.models import Decline

TYPED = {
    "way": "mail", "subject": "About it", "greeting": "Dear Priya,", "thanks": "Thank you.", "reason": "It is too far for us.",
    "helpers": "Northern Labs.", "door": "Write any time.", "farewell": "Kind regards", "reasons": ["coverage"],
    "tell": "on", "introducer_words": "Dear Iris, we decline this one.",
}  # fmt: skip


@pytest.fixture
def send(client, company):
    """The owner sends the form, ``changed`` in it."""

    def send(*, by=None, **changed):
        client.force_login(by or company.owner)
        return client.post(f"/deals/{company.deal.pk}/decline/", {**TYPED, "contact": company.contact.pk, **changed})

    return send


@pytest.fixture
def page(client, company):
    def page(path, by=None):
        client.force_login(by or company.owner)
        return client.get(path).content.decode()

    return page


def form_of(page, company):
    return page(f"/deals/{company.deal.pk}/decline/")


def test_the_form_begins_with_who_asked_last(page, company, iris):
    InteractionFactory(deal=company.deal, contact=iris, direction="in", at=timezone.now())
    InteractionFactory(deal=company.deal, contact=company.contact, direction="in", at=timezone.now() - timedelta(days=3))
    made = form_of(page, company)
    assert f'<option value="{company.contact.pk}" selected>' in made
    assert "Dear Priya Raman," in made


def test_it_says_why_somebody_else_decides_and_who(page, company, iris):
    made = form_of(page, company)
    assert "Iris Vann brought it to us. Mona Manager reads your note before it goes." in made
    assert "Ask Mona Manager" in made
    assert 'name="tell" id="id_tell" checked' in made


def test_an_ordinary_deal_is_declined_at_once(send, company):
    response = send()
    assert response.url == company.deal.get_absolute_url()
    assert OutgoingMail.objects.get().body.startswith("Dear Priya,\n\nThank you.")
    company.deal.refresh_from_db()
    assert company.deal.status == "lost"


def test_what_was_brought_to_us_goes_to_the_manager(send, company, iris, page):
    response = send()
    decline = Decline.objects.get()
    assert (response.url, decline.introducer_words, OutgoingMail.objects.count()) == (
        f"/declines/{decline.pk}/",
        "Dear Iris, we decline this one.",
        0,
    )
    made = page(response.url, company.manager)
    assert "Olaf Owner asks to decline Clinics, two more" in made
    assert "It is too far for us." in made
    assert "Approve and send" in made


def test_the_tick_taken_off_tells_nobody_else(send, company, iris):
    send(tell="")
    assert Decline.objects.get().introducer is None


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"reason": " "}, "Say why. A no without a reason is a silence with words."),
        ({"helpers": ""}, "Name somebody who may help"),
        ({"reasons": []}, "Tick at least one."),
        ({"contact": ""}, "There is no address to send it to."),
        ({"subject": ""}, "Say in a subject"),
        ({"introducer_words": " "}, "Write them a line or two"),
        ({"contact": "99999999999999999999999"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(send, iris, missing, words):
    response = send(**missing)
    made = response.content.decode()
    assert response.status_code == 422
    assert words in made
    assert "Write any time.</textarea>" in made
    assert not Decline.objects.exists()


def test_without_script_one_looks_at_it_first(send, iris):
    response = send(look="1")
    assert response.status_code == 200
    assert not Decline.objects.exists()


def test_the_letter_beside_the_form_is_what_is_typed(client, company, iris):
    client.force_login(company.owner)
    made = client.post(f"/deals/{company.deal.pk}/decline/preview/", {"way": "mail", "reason": "It is <too> far."}).content.decode()
    assert "It is &lt;too&gt; far." in made
    assert "Who else may help" in made


def test_an_open_request_is_shown_in_place_of_a_second_form(send, client, company, iris):
    send()
    assert client.get(f"/deals/{company.deal.pk}/decline/").url == f"/declines/{Decline.objects.get().pk}/"


def test_somebody_they_turned_to_asks_and_does_not_see_buttons_to_decide(send, page, company, iris, turned_to):
    response = send(by=turned_to)
    made = page(response.url, turned_to)
    assert "Mona Manager was asked" in made
    assert "Approve" not in made
    assert "Take it back" in made


class TestTheManager:
    @pytest.fixture
    def asked(self, send, company, iris, client):
        send()
        client.force_login(company.manager)
        return Decline.objects.get()

    def test_reads_it_on_today(self, asked, company):
        row = next(one for one in day_of(company.manager, timezone.now()).owed if one.kind == "decide")
        assert (row.lead, row.act.words, row.act.href) == (
            "Olaf Owner asks to decline Clinics, two more",
            "Read the note",
            f"/deals/{company.deal.pk}/decline/",
        )

    def test_approves(self, asked, client, company):
        response = client.post(f"/declines/{asked.pk}/approve/")
        assert response.url == f"/declines/{asked.pk}/"
        assert {one.author for one in OutgoingMail.objects.all()} == {company.owner}
        assert "Mona Manager approved it." in client.get(response.url).content.decode()

    def test_changes_a_word(self, asked, client):
        client.post(f"/declines/{asked.pk}/approve/", {**TYPED, "changed": "1", "reason": "Our people are full until May."})
        assert "Our people are full until May." in OutgoingMail.objects.order_by("pk").first().body
        assert Decline.objects.get().changed

    def test_leaves_a_part_out_and_is_asked_for_it(self, asked, client):
        response = client.post(f"/declines/{asked.pk}/approve/", {**TYPED, "changed": "1", "helpers": ""})
        assert response.status_code == 422
        assert "Name somebody who may help" in response.content.decode()
        assert Decline.objects.get().state == "asked"

    def test_says_no_and_why(self, asked, client, company):
        assert client.post(f"/declines/{asked.pk}/refuse/", {"reason": " "}).status_code == 422
        client.post(f"/declines/{asked.pk}/refuse/", {"reason": "We owe Iris more than that."})
        assert "We owe Iris more than that." in client.get(f"/declines/{asked.pk}/").content.decode()
        assert Notice.objects.filter(user=company.owner, kind="decline_refused").exists()

    def test_is_told_when_somebody_was_quicker(self, asked, client, company):
        client.post(f"/declines/{asked.pk}/approve/")
        response = client.post(f"/declines/{asked.pk}/refuse/", {"reason": "No"}, follow=True)
        assert "Mona Manager has declined this deal already." in [str(one) for one in response.context["messages"]]

    def test_the_tick_of_the_task_does_not_decide(self, asked, client):
        client.post(f"/tasks/{Task.objects.get(kind='decide_decline').pk}/done/")
        assert Decline.objects.get().state == "asked"


def test_by_phone_the_page_asks_for_the_call(send, client, company, iris):
    send(way="phone", contact=company.contact.pk)
    asked = Decline.objects.get()
    client.force_login(company.manager)
    client.post(f"/declines/{asked.pk}/approve/")
    client.force_login(company.owner)
    assert "I have said it to them" in client.get(f"/declines/{asked.pk}/").content.decode()
    client.post(f"/declines/{asked.pk}/said/")
    company.deal.refresh_from_db()
    assert company.deal.status == "lost"


def test_whoever_asked_takes_it_back(send, client, iris):
    send()
    client.post(f"/declines/{Decline.objects.get().pk}/withdraw/")
    assert Decline.objects.get().state == "withdrawn"


def test_a_note_that_was_taken_back_says_that_they_know_of_nothing(send, page, company):
    send()
    OutgoingMail.objects.update(state="cancelled")
    made = page(f"/declines/{Decline.objects.get().pk}/")
    assert "They know of nothing" in made
    assert reverse("outgoing-edit", args=[OutgoingMail.objects.get().pk]) in made
