"""A mail's place in its thread: what its headers say of it, and the rows by which the answer to it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.intake.mail.threads import base_subject
from deals.models import MailThread, ThreadedId

if TYPE_CHECKING:
    from datetime import datetime

    from deals.models import MailMessage, OutgoingMail

# Ids the intake made up for messages that have none, or one too long to be kept.
MADE_UP = (".invalid>",)
MOST = 20


def heads_of(answered: MailMessage | None) -> tuple[str, list[str]]:
    """In-Reply-To and References of an answer (RFC 5322, 3.6.4): the parent's own references, the oldest first, then the parent."""
    if answered is None or not _real(answered.message_id):
        return "", []
    earlier = [one for one in reversed(answered.in_reply_to) if _real(one)]
    return answered.message_id, [*earlier[-MOST:], answered.message_id]


def _real(message_id: str) -> bool:
    return message_id.startswith("<") and not message_id.endswith(MADE_UP) and not any(sign.isspace() for sign in message_id)


def continue_thread(mail: OutgoingMail, now: datetime) -> None:
    """The thread of the message answered, or a new one, belongs to the deal; what answers this mail comes there."""
    thread = None
    if mail.answers is not None and mail.answers.thread_id is not None:
        thread = MailThread.objects.select_for_update().filter(pk=mail.answers.thread_id).first()
    if thread is None:
        thread = MailThread.objects.create(subject=base_subject(mail.subject)[:300], deal=mail.deal, created_at=now)
    elif thread.deal_id is None:
        thread.deal = mail.deal
        thread.save(update_fields=["deal"])
    ThreadedId.objects.get_or_create(message_id=mail.message_id, defaults={"thread": thread})
