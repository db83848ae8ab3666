"""What machines tell of an address: that it does not exist, that its owner is away."""

from datetime import date, timedelta

import pytest
from django.dispatch import receiver

from deals.models import ContactAbsence, Interaction, MailFolder, OutgoingMail, UndeliverableAddress
from deals.signals import mail_with_calendar
from tests.deals.mail_intake.conftest import letter

BOUNCE = b"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.salvor.example>
To: owner@salvor.example
Subject: Undelivered Mail Returned to Sender
Date: Wed, 04 Mar 2026 09:40:00 +0000
Message-ID: <bounce%(n)s@mx.salvor.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail system could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.salvor.example

Final-Recipient: rfc822; Priya@norwood.example
Action: failed
Status: %(status)s
Diagnostic-Code: smtp; %(words)s

--b
Content-Type: text/rfc822-headers

From: owner@salvor.example
To: priya@norwood.example
Subject: Our offer
Message-ID: <offer@salvor.example>

--b--
"""
HARD = BOUNCE % {b"n": b"1", b"status": b"5.1.1", b"words": b"550 5.1.1 no such user"}
SOFT = BOUNCE % {b"n": b"2", b"status": b"5.2.2", b"words": b"552 mailbox full"}


@pytest.fixture
def offered(come):
    """What comes back was sent."""
    return come(letter(sender="owner@salvor.example", to="priya@norwood.example", message_id="<offer@salvor.example>"), role="sent")


def test_a_hard_bounce_marks_the_address_and_tells_the_owner(come, offered, company):
    message = come(HARD)
    address = UndeliverableAddress.objects.get()
    assert (message.kind, message.status) == ("bounce", "noted")
    assert (address.address, address.is_hard, address.status_code) == ("priya@norwood.example", True, "5.1.1")
    notice = company.owner.notices.get(kind="mail_undelivered")
    assert notice.title == "Mail to priya@norwood.example does not arrive"
    assert notice.path == f"/deals/{company.deal.pk}/"
    assert Interaction.objects.count() == 1


def test_it_belongs_to_the_thread_of_what_came_back(come, offered, company):
    bounce = come(HARD)
    assert (bounce.thread, bounce.deal) == (offered.thread, company.deal)


def test_a_full_mailbox_is_noted_and_nobody_is_told(come, offered, company):
    come(SOFT)
    assert UndeliverableAddress.objects.get().is_hard is False
    assert not company.owner.notices.filter(kind="mail_undelivered").exists()


@pytest.mark.parametrize("returned", [b"<made-up@salvor.example>", b""])
def test_a_bounce_of_nothing_we_sent_marks_nothing_and_is_told_as_that(come, offered, company, returned):
    message = come(HARD.replace(b"<offer@salvor.example>", returned))
    assert (message.kind, message.status) == ("bounce", "noted")
    assert not UndeliverableAddress.objects.exists()
    notice = company.owner.notices.get(kind="mail_undelivered")
    assert notice.title == "It is said that mail to priya@norwood.example does not arrive"
    assert "anybody can write that" in notice.body


def test_an_answer_forged_in_our_name_proves_no_bounce(come, mailbox, company):
    MailFolder.objects.create(mailbox=mailbox, name="Sent", role="sent")
    come(letter(sender="owner@salvor.example", to="priya@norwood.example", message_id="<offer@salvor.example>"))
    come(HARD)
    assert not UndeliverableAddress.objects.exists()


def test_a_message_written_here_comes_back(come, company, now):
    OutgoingMail.objects.create(
        deal=company.deal, author=company.owner, message_id="<offer@salvor.example>", to=["priya@norwood.example"], subject="Offer", body="Offer",
        created_at=now, send_at=now, next_try_at=now,
    )  # fmt: skip
    come(HARD)
    assert UndeliverableAddress.objects.get().is_hard


def test_what_is_told_twice_is_told_once(come, company):
    come(HARD)
    come(HARD)
    assert company.owner.notices.filter(kind="mail_undelivered").count() == 1


def test_who_had_written_is_told_where_there_is_no_deal(come, company):
    company.deal.delete()
    come(HARD)
    assert company.owner.notices.get(kind="mail_undelivered").path == ""


def test_an_address_of_ours_is_never_marked(come):
    come(HARD.replace(b"Priya@norwood.example", b"manager@salvor.example"))
    assert not UndeliverableAddress.objects.exists()


def test_an_older_bounce_brings_no_address_back_into_doubt(come, offered, now):
    come(HARD)
    UndeliverableAddress.objects.update(cleared_at=now)
    come(HARD.replace(b"<bounce1@", b"<bounce3@").replace(b"09:40", b"09:30"))
    assert UndeliverableAddress.objects.get().cleared_at == now


def test_an_automatic_answer_stands_with_the_deal_and_stops_no_clock(come, company, now):
    come(letter(sender="owner@salvor.example", to="priya@norwood.example"), role="sent")
    answer = letter(
        subject="Automatic reply: Two more clinics",
        body="I am out of the office until 13 March 2026. In urgent cases please contact Ann Ng at ann.ng@norwood.example.",
        auto_submitted="auto-replied",
    )
    message = come(answer)
    said = message.interaction
    assert (message.kind, message.status, said.deal, said.is_human) == ("auto_reply", "noted", company.deal, False)
    away = ContactAbsence.objects.get()
    assert (away.contact, away.until, away.stand_in_address) == (company.contact, date(2026, 3, 13), "ann.ng@norwood.example")
    company.deal.refresh_from_db()
    assert company.deal.reply_due_at is None


def test_our_own_automatic_answer_is_no_answer(come, company, now):
    come(letter())
    come(
        letter(sender="owner@salvor.example", to="priya@norwood.example", subject="Automatic reply: Two more clinics", auto_submitted="auto-replied"),
        role="sent",
        at=now + timedelta(minutes=1),
    )
    company.deal.refresh_from_db()
    assert company.deal.reply_due_at is not None


def test_invitations_are_handed_on(come):
    heard = []

    @receiver(mail_with_calendar)
    def listen(*, message, mail, now, **_more):
        heard.append((message.pk, mail.calendars[0][:15]))

    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "priya@norwood.example", "owner@salvor.example", "Invitation: workshop"
    mail.set_content("Join us.")
    mail.add_alternative(b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n".decode(), subtype="calendar", params={"method": "REQUEST"})
    message = come(mail.as_bytes())
    mail_with_calendar.disconnect(listen)
    assert heard == [(message.pk, b"BEGIN:VCALENDAR")]
