"""When something falls due or has waited since, and what a message may want, in words. Pure: ``now`` is an argument.

Times are read on the clock of the active time zone, the reader's.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from deals.templatetags.words import clock
from deals.templatetags.written import written_day

if TYPE_CHECKING:
    from datetime import datetime

FIRST_WORDS = 140
GREETING = re.compile(
    r"^(hello|hi|hey|dear|good (morning|afternoon|day)|hallo|guten (tag|morgen)|liebe[rs]?|sehr geehrte[rs]?)\b[^,!.?]{0,40}[,!]\s*", re.IGNORECASE
)
CLOSING = re.compile(
    r"\s(kind|best|warm|with best)? ?(regards|wishes)\b.{0,80}$|\s(mit freundlichen|viele|beste) gr(ü|ue)(ß|ss)en?\b.{0,80}$", re.IGNORECASE
)
# A message that only says thanks or agrees is short.
SHORT = 90
CONTENT = ("thank", "thx", "cheers", "works for us", "works for me", "sounds good", "looks good", "perfect", "great", "got it", "noted", "all good",
           "see you", "received", "danke", "passt", "alles klar", "vielen dank", "merci", "gracias", "grazie")  # fmt: skip
ASKING = ("?", "please", "could you", "can you", "would you", "let me know", "when ", "send ", "call ", "waiting", "need ", "bitte")


def _days(value: datetime, now: datetime) -> int:
    return (timezone.localtime(value).date() - timezone.localtime(now).date()).days


def due(value: datetime, now: datetime) -> str:
    """``due 11:30``, ``due tomorrow``, ``due Thu``, ``due 4 Dec``; of what has passed, ``since Tue 10:00``."""
    if value <= now:
        return since(value, now)
    days = _days(value, now)
    if days == 0:
        return _("due %(when)s") % {"when": clock(value)}
    if days == 1:
        return _("due tomorrow")
    return _("due %(when)s") % {"when": written_day(timezone.localtime(value).date(), "D" if days < 7 else "j M")}


def since(value: datetime, now: datetime) -> str:
    """``since 09:10``, ``since yesterday``, ``since Tue 10:00``, ``since 4 Nov``, with the year where it is another one."""
    local, days = timezone.localtime(value), _days(value, now)
    if days == 0:
        when = clock(value)
    elif days == -1:
        when = _("yesterday %(clock)s") % {"clock": clock(value)}
    elif days > -7:
        when = f"{written_day(local.date(), 'D')} {clock(value)}"
    else:
        when = written_day(local.date(), "j M" if local.year == timezone.localtime(now).year else "j M Y")
    return _("since %(when)s") % {"when": when}


def waited_since(value: datetime, now: datetime) -> str:
    """For a sentence: ``this morning``, ``09:10``, ``yesterday``, ``Tuesday``, ``4 November``."""
    local, days = timezone.localtime(value), _days(value, now)
    if days == 0:
        return clock(value)
    if days == -1:
        return _("yesterday")
    return written_day(local.date(), "l" if days > -7 else ("j F" if local.year == timezone.localtime(now).year else "j F Y"))


def coming(value: datetime, now: datetime, *, all_day: bool = False) -> str:
    """``11:00`` today, ``tomorrow 09:30``, ``Fri 14:00``, ``4 Dec``; without the hour where only the day is meant."""
    local, days = timezone.localtime(value), _days(value, now)
    hour = "" if all_day else f" {clock(value)}"
    if days == 0:
        return _("today") if all_day else hour.strip()
    if days == 1:
        return _("tomorrow") + hour
    return written_day(local.date(), "D") + hour if days < 7 else written_day(local.date(), "j M")


def evening_before(now: datetime) -> datetime:
    """18:00 of the day before on the reader's clock: what went off since then went off over night."""
    return timezone.localtime(now).replace(hour=18, minute=0, second=0, microsecond=0) - timedelta(days=1)


def end_of_day(now: datetime) -> datetime:
    """The first moment of tomorrow on the reader's clock."""
    day = timezone.localtime(now).date() + timedelta(days=1)
    return timezone.localtime(now).replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0)


def first_words(body: str, subject: str) -> str:
    """What was said, to recognise it by: how the message begins, without the greeting; the subject where it has no words."""
    text = said(body) or " ".join(subject.split())
    return text if len(text) <= FIRST_WORDS else text[: FIRST_WORDS - 1].rsplit(" ", 1)[0] + "…"


def said(body: str) -> str:
    """The message in one line, without how it greets and how it ends."""
    text = CLOSING.sub("", " ".join(body.split()))
    return GREETING.sub("", text).strip()


def may_need_none(body: str) -> bool:
    """Does a message look as if it only thanked or agreed? A guess from short words; a person decides."""
    text = said(body).lower()
    return 0 < len(text) <= SHORT and any(word in text for word in CONTENT) and not any(word in text for word in ASKING)
