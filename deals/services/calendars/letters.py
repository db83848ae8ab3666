"""Invitations, updates, cancellations and answers that come with mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import DataError, transaction
from django.dispatch import receiver

from accounts.calendars import zone_for
from deals.intake.calendar.events import Unreadable
from deals.services.calendars.taking import Source, take_in
from deals.signals import mail_with_calendar

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from accounts.models import User
    from deals.intake.mail.message import Mail
    from deals.models import MailMessage

log = structlog.get_logger(__name__)
# Mail that names no sender is not a calendar of ours: it may change nothing that is known.
NOBODY = "<>"


def take_in_mail(message: MailMessage, mail: Mail, now: datetime) -> None:
    """What the calendar parts of a message say, in the transaction that takes the message in.

    A part that is no calendar, or that the database refuses, keeps no mail out: the log says so, and the message has the bytes.
    """
    sender = message.sender or NOBODY
    source = Source(user_id=message.user_id, zone=zone_of(message.user), sender=sender, message=message, deal_id=message.deal_id)
    for raw in mail.calendars:
        try:
            with transaction.atomic():
                take_in(raw, source=source, now=now)
        except Unreadable as refused:
            log.info("calendar_part_unreadable", message=message.pk, why=str(refused))
        except DataError:
            log.exception("calendar_part_refused", message=message.pk)


def zone_of(user: User | None) -> tzinfo:
    """Whose clock counts for days and for times that name no zone."""
    return zone_for(user) if user is not None else ZoneInfo(settings.TIME_ZONE)


@receiver(mail_with_calendar)
def came(*, message: MailMessage, mail: Mail, now: datetime, **_more: Any) -> None:
    take_in_mail(message, mail, now)
