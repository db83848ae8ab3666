"""When a mail may go later: the next opening of the author's working hours, and whether a moment lies outside them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.calendars import working_time_for
from accounts.working_time import NoWorkingTime

if TYPE_CHECKING:
    from accounts.models import User


def next_opening(author: User, now: datetime) -> datetime | None:
    """The beginning of the next working day; of today's where it has not begun. None for a calendar that never opens."""
    clock = working_time_for(author)
    try:
        if not clock.is_open(now):
            return clock.next_open(now)
        tomorrow = timezone.localtime(now, clock.zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return clock.next_open(tomorrow)
    except NoWorkingTime:
        return None


def is_working_time(author: User, moment: datetime) -> bool:
    return working_time_for(author).is_open(moment)


def in_words(moment: datetime, now: datetime) -> str:
    """On the reader's clock: "today 14:00", "tomorrow 09:00", "Monday 09:00", "Mon 14 Dec 09:00"."""
    here, days = timezone.localtime(moment), (timezone.localdate(moment) - timezone.localdate(now)).days
    clock = date_format(here, "H:i")
    if days == 0:
        return _("today %(clock)s") % {"clock": clock}
    if days == 1:
        return _("tomorrow %(clock)s") % {"clock": clock}
    return f"{date_format(here, 'l' if days < 7 else 'D j M')} {clock}"


def read(text: str) -> datetime | None:
    """A moment as this module's forms carry it; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) and 1970 < moment.year < 9990 else None
