"""The date in a block of forwarded headers, written for people in the forwarder's language and time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from deals.intake.mail.days import day_at
from deals.intake.mail.moments import moment

if TYPE_CHECKING:
    from datetime import date, tzinfo

TIME = re.compile(r"(?<![\d.:])(\d{1,2})(?:[:h](\d\d)|\.(\d\d)(?!\.?\d))(?::(\d\d))?(?!\d)\s*(a\.?m\.?|p\.?m\.?)?", re.IGNORECASE)
SLASHES = re.compile(r"\b(\d{1,2})/(\d{1,2})/(20\d\d)\b")
GREENWICH = re.compile(r"\b(?:GMT|UTC)\b|\dZ\b")
OFFSET = re.compile(r"(?:GMT|UTC)?\s*[+-]\d\d:?\d\d\b|\bGMT\b|\bUTC\b|\bZ\b")


def read(words: str, *, zone: tzinfo, forwarded_at: datetime) -> datetime:
    """The moment, in the forwarder's zone unless another stands there. Of one that cannot be read, or lies after the forwarding: that."""
    plain = " ".join(words.replace("\u202f", " ").replace("\xa0", " ").split())[:200]
    found = moment(plain) if OFFSET.search(plain) else None
    if found is None:
        found = _local(plain, UTC if GREENWICH.search(plain) else zone, forwarded_at)
    return found if found is not None and found <= forwarded_at else forwarded_at


def _local(plain: str, zone: tzinfo, forwarded_at: datetime) -> datetime | None:
    clocks = sorted(TIME.finditer(plain), key=lambda one: one[2] is None)  # "09:30" before "09.30", which may be a day
    if not clocks:
        return None
    clock = clocks[0]
    hour, minute, half = int(clock[1]), int(clock[2] or clock[3]), (clock[5] or "").lower().replace(".", "")
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    day = _day(plain[: clock.start()] + " " + plain[clock.end() :], forwarded_at.date(), month_first=bool(half))
    if day is None or hour > 23 or minute > 59:
        return None
    return datetime.combine(day, time(hour, minute, min(int(clock[4] or 0), 59)), zone)


def _day(plain: str, written: date, *, month_first: bool) -> date | None:
    """Who writes AM and PM writes the month first."""
    slashes = SLASHES.search(plain)
    if slashes:
        first, second = int(slashes[1]), int(slashes[2])
        month, day = (first, second) if month_first else (second, first)
        try:
            return written.replace(year=int(slashes[3]), month=month, day=day)
        except ValueError:
            return None
    folded = plain.lower()
    days = (day_at(folded, found.start(), written) for found in re.finditer(r"(?<!\w)\w", folded))
    # A weekday alone would be the next one, which is no day on which this was written.
    return next((one for one in days if one is not None and one <= written), None)
