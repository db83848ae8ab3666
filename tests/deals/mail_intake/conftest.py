"""Mail of the personas: a mailbox of the owner, and messages that come in one after the other."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

import pytest

from deals.models import Mailbox, MailMessage
from deals.services.mail import take_in

NUMBERS = count(1)


def letter(
    sender="Priya Raman <priya@norwood.example>",
    to="owner@salvor.example",
    subject="Two more clinics",
    body="Could you quote two more clinics?",
    *,
    message_id=None,
    date=None,
    **headers,
):
    """The bytes of a message. Headers as keywords: ``in_reply_to="<a@b>"``; ``date``: its moment."""
    message = EmailMessage()
    message["From"] = sender
    if to:
        message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = message_id or f"<{next(NUMBERS)}@made.example>"
    message["Date"] = format_datetime(date or datetime(2026, 3, 4, 9, 30, tzinfo=UTC))
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


@pytest.fixture
def mailbox(company):
    return Mailbox.objects.create(
        address="owner@salvor.example", owner=company.owner, host="imap.salvor.example", login="owner", created_at=datetime(2026, 1, 5, tzinfo=UTC)
    )


@pytest.fixture
def files(db):
    return Mailbox.objects.create(kind=Mailbox.Kind.FILES, created_at=datetime(2026, 1, 5, tzinfo=UTC))


@pytest.fixture
def come(mailbox, now):
    """``come("subject", ...)``: a message comes into the owner's mailbox; the row that was made of it."""

    def come(raw=None, *, at=now, into=mailbox, role="inbox", **of_letter):
        taken = take_in(mailbox=into, raw=raw if raw is not None else letter(**of_letter), place="INBOX/1", now=at, role=role)
        return MailMessage.objects.get(pk=taken.pk)

    return come
