"""Passing on a deal that is one's own to decide: the words go, the deal is closed."""

from dataclasses import replace

import pytest

from accounts.models import User
from accounts.refusals import Refused
from deals.models import Interaction, NextStep, OutgoingMail
from deals.services.outbox import it_was_sent
from tests.factories import InteractionFactory
from winback.models import Decline, Loss
from winback.services import declines


@pytest.fixture
def decline(company, passing, now):
    def decline(*, by=None, **given):
        return declines.decline_deal(deal=company.deal, by=by or company.owner, passing=passing(**given), now=now)

    return decline


def test_the_note_goes_from_whoever_declines_to_who_asked(decline, company):
    made = decline()
    mail = OutgoingMail.objects.get()
    assert (mail.author, mail.to, mail.subject, mail.contact) == (company.owner, ["priya@norwood.example"], "About the two clinics", company.contact)
    assert mail.body == (
        "Dear Priya,\n\nThank you for asking us.\n\nWe cannot serve sites that far north well.\n\nNorthern Labs do this every day; ask for Ms Holm."
        "\n\nShould you build further south, write to me at any time.\n\nKind regards\nOlaf Owner"
    )
    assert made.mail == mail


def test_the_deal_is_lost_declined_by_us_with_the_reason(decline, company, now):
    made = decline(reasons=["coverage", "product", "coverage"])
    company.deal.refresh_from_db()
    loss = Loss.objects.get()
    assert (company.deal.status, company.deal.alarm_at) == ("lost", None)
    assert (loss.kind, loss.reasons, loss.recorded_by) == ("declined_by_us", ["coverage", "product"], company.owner)
    assert (made.state, made.ended_at, made.approved_by, made.loss) == ("done", now, company.owner, loss)
    assert loss.our_view == "We cannot serve sites that far north well."


def test_what_was_sent_is_what_we_said_on_the_deal(decline, company, now):
    mail = decline().mail
    OutgoingMail.objects.filter(pk=mail.pk).update(state="unknown", claimed_at=now)
    mail.refresh_from_db()
    it_was_sent(mail=mail, by=company.owner, now=now)
    said = Interaction.objects.get()
    assert (said.deal, said.direction, said.contact) == (company.deal, "out", company.contact)


def test_who_brought_us_in_hears_it_too(decline, company, iris):
    made = decline(by=company.manager, introducer_words="Dear Iris, we pass on this one.")
    assert (made.introducer_mail.to, made.introducer_mail.body) == (
        ["iris@vann.example"],
        "Dear Iris, we pass on this one.\n\nKind regards\nMona Manager",
    )
    assert made.introducer == iris


def test_where_they_are_who_asked_one_note_is_enough(decline, company, iris):
    decline(by=company.manager, contact=iris, introducer_words="Dear Iris, we pass on this one.")
    assert OutgoingMail.objects.count() == 1


def test_by_phone_it_is_a_call_of_ours(decline, company, now):
    made = decline(way="phone")
    said = Interaction.objects.get()
    assert (said.kind, said.outcome, said.contact, said.user, said.at) == ("call", "connected", company.contact, company.owner, now)
    assert (made.said, made.mail) == (said, None)
    assert "Northern Labs" in said.body


def test_without_an_address_it_is_said_by_phone(decline, company):
    company.contact.email = ""
    company.contact.save()
    with pytest.raises(Refused, match="There is no address to send it to"):
        decline()
    assert decline(way="phone").state == "done"


@pytest.mark.parametrize("part", ["thanks", "reason", "helpers", "door"])
def test_a_note_has_four_parts(decline, note, part):
    with pytest.raises(Refused, match="A courteous no has four parts"):
        decline(note=replace(note, **{part: "  "}))
    assert not Decline.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reasons": []}, "Say why it was lost"),
        ({"reasons": ["made up"]}, "not offered any more"),
        ({"contact": None}, "There is no address"),
    ],
)
def test_what_cannot_be_sent_or_recorded_is_refused_whole(decline, company, changed, words):
    with pytest.raises(Refused, match=words):
        decline(**changed)
    company.deal.refresh_from_db()
    assert company.deal.status == "open"
    assert not OutgoingMail.objects.exists()


def test_a_closed_deal_is_not_passed_on(decline):
    decline()
    with pytest.raises(Refused, match="This deal is closed already"):
        decline()


def test_somebody_without_an_address_of_their_own_cannot_send_it(decline, company):
    User.objects.filter(pk=company.owner.pk).update(email=None)
    company.owner.refresh_from_db()
    with pytest.raises(Refused, match="You have no e-mail address here"):
        decline()
    assert not Loss.objects.exists()


def test_what_hung_on_the_deal_ends(decline, company, now):
    NextStep.objects.create(deal=company.deal, what="Call", due_at=now, created_at=now)
    decline()
    assert not NextStep.objects.filter(ended_at=None).exists()


def test_the_note_answers_what_they_asked(decline, company):
    asked = InteractionFactory(deal=company.deal, contact=company.contact)
    assert decline(answers=asked).answers == asked


def test_killed_before_the_deal_is_closed_nothing_was_sent(decline, company, monkeypatch):
    monkeypatch.setattr("winback.services.declines.passing_on.close_as_lost", lambda **_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decline()
    assert not OutgoingMail.objects.exists()
    assert not Decline.objects.exists()
