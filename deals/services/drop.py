"""The drop address: a BCC of what one of ours writes, a forward of what a customer wrote, or a mail sent there directly."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.calendars import TeamCalendars
from accounts.models import User
from deals.intake.drop import dates, forwards, rebuilding, vouching
from deals.intake.drop.rebuilding import Forwarding
from deals.intake.mail import reading, threads
from deals.models import Mailbox, MailMessage
from deals.services.mail import Item, ours, take_in_many

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from deals.intake.drop.forwards import Inline
    from deals.intake.mail.message import Mail
    from deals.services.mail import Taken
    from deals.services.mail.ours import Ours

log = structlog.get_logger(__name__)

# A forward of a forward of a forward; deeper, nobody knows any more who meant what.
DEEPEST = 5
# A block of headers tells the minute.
SAME_MINUTE = timedelta(seconds=90)
Status = MailMessage.Status


def mailbox_of_drop(now: datetime) -> Mailbox:
    """The one that stands for the drop address; its address is ours, so that it is nobody to answer to."""
    found, _made = Mailbox.objects.get_or_create(kind=Mailbox.Kind.DROP, defaults={"created_at": now, "address": settings.DROP_ADDRESS})
    if found.address != settings.DROP_ADDRESS:
        found.address = settings.DROP_ADDRESS
        found.save(update_fields=["address"])
    return found


@transaction.atomic
def drop(*, raw: bytes, now: datetime) -> list[Taken]:
    """Take in a message that came to the drop address, and what was forwarded in it, as messages of their own.

    The same twice changes nothing. A forward that does not tell who wrote what is in it is left to whoever forwarded it.
    """
    mailbox = mailbox_of_drop(now)
    side = ours.load(now)
    forwarding, inside = _inside(raw, side, now, DEEPEST)
    sure = _vouched(raw, now)
    place = f"forwarded by {forwarding.by.address} in {forwarding.message_id}"[:300] if forwarding else "drop address"
    taken = take_in_many(
        mailbox=mailbox, items=[Item(raw, "drop address", is_vouched=sure), *(Item(one, place, is_vouched=sure) for one in inside)], now=now
    )
    if forwarding is not None and not inside and taken[0].is_new and taken[0].status == Status.INTERNAL:
        _leave_to_forwarder(taken[0], side.user_of(forwarding.by.address))
    return taken


def _vouched(raw: bytes, now: datetime) -> bool:
    try:
        return vouching.vouched(raw, reading.read(raw, received_at=now))
    except reading.Unreadable:
        return False


def keep_failure(*, raw: bytes, reason: str, now: datetime) -> None:
    """What a provider handed over, properly signed, and nobody can read: one row as well, with the bytes and the reason."""
    note = f"The provider handed over something without a message in it ({reason}).\n\n".encode() + raw
    take_in_many(mailbox=mailbox_of_drop(now), items=[Item(note, "drop address")], now=now)


def _inside(raw: bytes, side: Ours, now: datetime, depth: int) -> tuple[Forwarding | None, list[bytes]]:
    """Who of ours forwarded, and the messages in it; (None, []) for what is no forward: a mail to a customer, or from one."""
    try:
        mail = reading.read(raw, received_at=now)
    except reading.Unreadable:
        return None, []
    if mail.sender is None or not side.is_ours(mail.sender.address) or any(not side.is_ours(one.address) for one in (*mail.to, *mail.cc)):
        return None, []
    forwarding = Forwarding(mail.sender, mail.date or now, mail.message_id)
    if found := forwards.attached(raw, mail):
        return forwarding, [one for inner in found for one in _opened(rebuilding.with_forwarder(inner, forwarding), side, now, depth)]
    block = forwards.inline(mail)
    if block is None:
        return forwarding, []
    return forwarding, _opened(_rebuilt(block, mail, raw, forwarding, side), side, now, depth)


def _opened(raw: bytes, side: Ours, now: datetime, depth: int) -> list[bytes]:
    """A message, or what is in it where it is itself a forward among us."""
    _forwarding, inside = _inside(raw, side, now, depth - 1) if depth > 1 else (None, [])
    return inside or [raw]


def _rebuilt(block: Inline, mail: Mail, raw: bytes, forwarding: Forwarding, side: Ours) -> bytes:
    sent_at = dates.read(block.date, zone=_zone_of(side.user_of(forwarding.by.address)), forwarded_at=forwarding.at)
    message_id = _known_as(block, sent_at) or rebuilding.made_up_id(block, sent_at)
    return rebuilding.message(block, mail, raw, message_id=message_id, sent_at=sent_at, forwarding=forwarding)


def _zone_of(user_id: int | None) -> tzinfo:
    user = User.objects.filter(pk=user_id).first() if user_id is not None else None
    if user is None:
        return ZoneInfo(settings.TIME_ZONE)
    return ZoneInfo(user.time_zone or TeamCalendars().of_person(user).hours.time_zone)


def _known_as(block: Inline, sent_at: datetime) -> str:
    """The Message-ID it has where a mailbox brought it too: the same person, subject and minute. So it is one fact, not two."""
    span = (sent_at - SAME_MINUTE, sent_at + SAME_MINUTE)
    near = MailMessage.objects.filter(sender=block.sender.address, sent_at__range=span).values_list("message_id", "subject")[:20]
    subject = threads.base_subject(block.subject)
    return next((message_id for message_id, other in near if threads.base_subject(other) == subject), "")


def _leave_to_forwarder(taken: Taken, user_id: int | None) -> None:
    reason = _(
        "You sent this to the drop address, but who wrote it cannot be read from it. Forward it as an attachment, or attach it to a deal here."
    )
    log.warning("drop_not_understood", message=taken.pk)
    MailMessage.objects.filter(pk=taken.pk).update(status=Status.UNMATCHED, reason=reason[:500], user_id=user_id)
    taken.status, taken.reason = Status.UNMATCHED, reason
