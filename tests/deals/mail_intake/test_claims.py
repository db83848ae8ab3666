"""Who writes in our name stops no clock: what lies in an inbox is our answer only where something of ours knows it."""

import pytest

from deals.models import Interaction, Mailbox, MailFolder, OutgoingMail
from deals.services.mail.triage import correct
from tests.deals.mail_intake.conftest import letter

FORGED = {"sender": "owner@salvor.example", "to": "priya@norwood.example, owner@salvor.example", "message_id": "<claimed@salvor.example>"}


@pytest.fixture
def asked(come, company, mailbox):
    """A customer waits; the mailbox has a sent folder."""
    MailFolder.objects.create(mailbox=mailbox, name="Sent", role="sent")
    come(letter(message_id="<q@norwood.example>"))
    return company.deal


def is_waiting(deal):
    deal.refresh_from_db()
    return deal.reply_due_at is not None


def test_a_forged_answer_stops_no_clock_and_waits_for_a_person(come, asked, company, now):
    forged = come(**FORGED, in_reply_to="<q@norwood.example>")
    assert (forged.status, forged.deal, forged.direction, forged.user) == ("unmatched", None, "out", company.owner)
    assert is_waiting(asked)
    come(letter(in_reply_to="<claimed@salvor.example>"))
    assert Interaction.objects.filter(direction="out").count() == 0
    correct(message=forged, deal=asked, contact=None, by=company.owner, now=now)
    assert Interaction.objects.filter(direction="out").count() == 1


def test_the_copy_in_a_sent_folder_proves_it(come, asked, company):
    team = Mailbox.objects.create(address="team@salvor.example", host="h", login="team", team=company.east, created_at=asked.created_at)
    copy = come(**FORGED, in_reply_to="<q@norwood.example>", into=team)
    come(**FORGED, role="sent", in_reply_to="<q@norwood.example>")
    copy.refresh_from_db()
    assert (copy.status, copy.deal) == ("recorded", asked)
    assert not is_waiting(asked)
    assert Interaction.objects.filter(direction="out").count() == 1


def test_so_does_the_outbox(come, asked, company, now):
    OutgoingMail.objects.create(
        deal=asked, author=company.owner, message_id="<claimed@salvor.example>", to=["priya@norwood.example"], subject="Hello", body="Hello",
        created_at=now, send_at=now, next_try_at=now,
    )  # fmt: skip
    assert come(**FORGED).deal == asked


def test_where_no_sent_folder_is_read_the_owners_copy_to_themselves_counts(come, asked):
    MailFolder.objects.all().delete()
    assert come(**FORGED).deal == asked


def test_what_our_people_bring_by_file_counts(come, asked, files):
    assert come(**FORGED, into=files).deal == asked


def test_what_answers_it_is_judged_like_any_other_mail(come, asked):
    """An answer to us is a person's, whatever its headers say; who forges a mail of ours cannot answer it to pass for one."""
    come(**FORGED)
    assert come(letter(in_reply_to="<claimed@salvor.example>", list_id="<team.norwood.example>", precedence="list")).kind == "bulk"
