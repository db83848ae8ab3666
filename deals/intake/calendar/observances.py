"""A time zone as a file describes it (VTIMEZONE): when each of its offsets begins."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING

from deals.intake.calendar.expansion import Budget, moments
from deals.intake.calendar.rules import parsed
from deals.intake.calendar.stamps import when

if TYPE_CHECKING:
    from deals.intake.calendar.lines import Component

OFFSET = re.compile(r"([+-]?)(\d{2}):?(\d{2}):?(\d{2})?")
# Offsets are known up to here; later moments keep the last one.
LAST_YEAR = 2100
# Windows lets its zones begin in 1601; no meeting is as old as this.
FIRST = datetime(1960, 1, 1)  # noqa: DTZ001 - local
# Changes of one observance, and looks at days for all of a zone.
AT_MOST, STEPS = 400, 60_000


class FileZone(tzinfo):
    """Offsets by moment. ``key`` is the name the file gives it; it is no name of IANA's."""

    def __init__(self, key: str, changes: list[tuple[datetime, timedelta, timedelta]]) -> None:
        """``changes``: the local moment on the clock before it, the offset before and the one after; not empty."""
        self.key = key
        # In order of the moments in UTC.
        ordered = sorted({(local - before, before, after) for local, before, after in changes})
        self.offsets = [after for _moment, _before, after in ordered]
        self.first = ordered[0][1]
        self.moments = [moment for moment, _before, _after in ordered]
        # PEP 495: of two readings of a local time the earlier moment counts, one that is left out is read with the offset before.
        self.local = [moment + max(before, after) for moment, before, after in ordered]
        self.local_folded = [moment + min(before, after) for moment, before, after in ordered]

    def utcoffset(self, moment: datetime | None) -> timedelta:
        if moment is None:
            return self.offsets[-1]
        index = bisect_right(self.local_folded if moment.fold else self.local, moment.replace(tzinfo=None, fold=0))
        return self.offsets[index - 1] if index else self.first

    def dst(self, moment: datetime | None) -> timedelta:
        """Files do not say how much of an offset is summer time."""
        return timedelta(0)

    def tzname(self, moment: datetime | None) -> str:
        return self.key

    def fromutc(self, moment: datetime) -> datetime:
        plain = moment.replace(tzinfo=None)
        index = bisect_right(self.moments, plain)
        offset = self.offsets[index - 1] if index else self.first
        local = plain + offset
        again = bool(index) and local < self.local[index - 1]
        return local.replace(tzinfo=self, fold=int(again))

    def __str__(self) -> str:
        return self.key


def described(component: Component, name: str) -> FileZone | None:
    """The zone of a VTIMEZONE; None where it holds nothing that can be used."""
    changes: list[tuple[datetime, timedelta, timedelta]] = []
    budget = Budget(STEPS)
    for child in component.children[:AT_MOST]:
        if child.name in ("STANDARD", "DAYLIGHT"):
            changes += _changes(child, budget)
    return FileZone(name, changes) if changes else None


def _changes(observance: Component, budget: Budget) -> list[tuple[datetime, timedelta, timedelta]]:
    begin = observance.first("DTSTART")
    start = when(begin.value) if begin else None
    before, after = _offset(observance.text("TZOFFSETFROM")), _offset(observance.text("TZOFFSETTO"))
    if not isinstance(start, datetime) or after is None:
        return []
    start = start.replace(tzinfo=None)
    before = after if before is None else before
    found = {start}
    for extra in observance.properties.get("RDATE", ())[:AT_MOST]:
        dates = (when(one) for one in extra.value.split(",")[:AT_MOST])
        found |= {one.replace(tzinfo=None) for one in dates if isinstance(one, datetime)}
    rule_line = observance.first("RRULE")
    if rule_line:
        try:
            rule = parsed(rule_line.value)
        except ValueError:
            return [(one, before, after) for one in found]
        # The end of such a rule is in UTC, counted with the offset before (RFC 5545, 3.6.5).
        last = rule.until_in(UTC)
        aware = isinstance(rule.until, datetime) and rule.until.tzinfo is not None
        ends = last + before if last and aware else last
        found |= set(islice(moments(rule, start, since=max(start, FIRST), until=datetime(LAST_YEAR, 1, 1), last=ends, budget=budget), AT_MOST))  # noqa: DTZ001 - local
    return [(one, before, after) for one in found]


def _offset(text: str) -> timedelta | None:
    found = OFFSET.fullmatch(text.strip())
    if not found:
        return None
    away = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if away >= timedelta(hours=24):
        return None
    return -away if found[1] == "-" else away
