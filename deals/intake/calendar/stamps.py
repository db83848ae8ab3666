"""Dates, times and lengths as calendar files write them (RFC 5545, 3.3.4 to 3.3.6)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

STAMP = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2}):?(\d{2})?(?:\.\d+)?\s*([Zz])?)?")
LENGTH = re.compile(r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.ASCII | re.IGNORECASE)


def when(text: str) -> datetime | date | None:
    """A day, a moment in UTC, or a local time without a zone; None where it is none of them."""
    found = STAMP.fullmatch(text.strip())
    if not found:
        return None
    year, month, day = (int(one) for one in found.groups()[:3])
    try:
        if found[4] is None:
            return date(year, month, day)
        # A leap second is the last second of its minute.
        clock = (int(found[4]), int(found[5]), min(int(found[6] or 0), 59))
        return datetime(year, month, day, *clock, tzinfo=UTC if found[7] else None)
    except ValueError:
        return None


def length(text: str) -> timedelta | None:
    """A DURATION; None where it is none. A negative one is for alarms, not for meetings."""
    found = LENGTH.fullmatch(text.strip())
    if not found or not any(found.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    try:
        size = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return -size if found[1] == "-" else size
