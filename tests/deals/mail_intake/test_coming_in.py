"""Each message is one row always, kept as it came."""

import pytest

from deals.models import Interaction, MailAttachment, MailMessage, RawMail
from deals.services.mail import Item, take_in, take_in_many
from tests.deals.mail_intake.conftest import letter

HOSTILE = {
    "nothing": b"",
    "NULs": b"\x00" * 100,
    "no headers": b"just words\n",
    "binary": bytes(range(256)) * 20,
    "only headers": b"From: a@b.example\n",
    "broken charset": b"From: a@b.example\nContent-Type: text/plain; charset=klingon-8\n\n\xff\xfe\x00 words\n",
    "long message id": b"From: a@b.example\nMessage-ID: <" + b"x" * 5000 + b"@b.example>\n\nwords\n",
    "halves of signs": b"From: a@b.example\nSubject: =?utf-16-be?b?2AA=?=\nContent-Type: text/plain; charset=utf-16-be\n\n\xd8\x00\n",
    "long address": b"From: " + b"x" * 400 + b"@b.example\n\nwords\n",
    "many ids": b"From: a@b.example\nReferences: " + b" ".join(b"<%d@b.example>" % one for one in range(5000)) + b"\n\nwords\n",
    "quotes in ids": b'From: a@b.example\nIn-Reply-To: <"a\\\\\\"b"@b.example>\n\nwords\n',
    "1970": b"From: a@b.example\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\nwords\n",
    "2099": b"From: a@b.example\nDate: Thu, 1 Jan 2099 00:00:00 +0000\n\nwords\n",
}


def test_a_message_is_kept_with_its_bytes(come):
    raw = letter()
    message = come(raw)
    assert bytes(message.raw.content) == raw
    assert message.raw.size == len(raw)
    assert (message.kind, message.direction, message.subject) == ("human", "in", "Two more clinics")
    assert message.recipients == [["to", "owner@salvor.example", ""]]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_comes_is_one_row(mailbox, now, name):
    taken = take_in(mailbox=mailbox, raw=HOSTILE[name], place="INBOX/1", now=now)
    message = MailMessage.objects.get()
    assert message.pk == taken.pk
    assert bytes(message.raw.content) == HOSTILE[name]
    assert message.sent_at <= now
    assert message.status != "unreadable" or message.reason


def test_what_cannot_be_read_says_why(come):
    message = come(b"%PDF-1.4 nothing of a mail")
    assert (message.kind, message.status) == ("unreadable", "unreadable")
    assert message.reason == "This is no mail message but a PDF."


def test_a_message_that_a_fault_keeps_from_being_read_is_kept(mailbox, now, monkeypatch):
    def fail(*_args, **_named):
        raise RuntimeError("a fault")

    monkeypatch.setattr("deals.intake.mail.words.said", fail)
    taken = take_in(mailbox=mailbox, raw=letter(), place="INBOX/1", now=now)
    assert taken.status == "unreadable"
    assert RawMail.objects.get().size > 0


def test_the_same_message_again_is_the_same_row(mailbox, now):
    raw = letter()
    first = take_in(mailbox=mailbox, raw=raw, place="INBOX/1", now=now)
    again = take_in(mailbox=mailbox, raw=raw, place="INBOX/9", now=now)
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.pk, again.deal_id, again.status) == (first.pk, first.deal_id, first.status)
    assert Interaction.objects.count() == 1


def test_twice_in_one_batch_is_once(mailbox, now):
    raw = letter()
    taken = take_in_many(mailbox=mailbox, items=[Item(raw, "INBOX/1"), Item(raw, "INBOX/2")], now=now)
    assert [one.is_new for one in taken] == [True, False]
    assert taken[0].pk == taken[1].pk


def test_two_messages_without_an_id_are_two(mailbox, now):
    for words in (b"one", b"two"):
        take_in(mailbox=mailbox, raw=b"From: a@b.example\nTo: owner@salvor.example\n\n" + words, place="INBOX/1", now=now)
    assert MailMessage.objects.count() == 2


def test_attachments_are_listed_and_stay_in_the_message(come):
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "priya@norwood.example", "owner@salvor.example", "The plan"
    mail.set_content("Here it is.")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../../plan.pdf")
    come(mail.as_bytes())
    attachment = MailAttachment.objects.get()
    assert (attachment.name, attachment.content_type, attachment.size, attachment.is_image) == ("plan.pdf", "application/pdf", 8, False)


def test_large_batches_keep_their_order(files, now):
    raws = [letter(subject=f"Question {n}", sender=f"a{n}@b{n}.example") for n in range(450)]
    taken = take_in_many(mailbox=files, items=[Item(raw, f"#{n}") for n, raw in enumerate(raws)], now=now)
    assert [one.place for one in taken] == [f"#{n}" for n in range(450)]
    assert all(one.is_new for one in taken)
    assert MailMessage.objects.count() == 450
