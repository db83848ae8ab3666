"""Recurrence rules (RFC 5545, 3.3.10) as checked facts. What they amount to is in ``expansion``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache

from django.utils.translation import gettext as _
from icalendar.prop import vRecur

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """``weekdays``: pairs of an ordinal (0: every) and a weekday, Monday 0. ``until`` is the last moment or day that counts."""

    text: str
    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    months: frozenset[int] = frozenset()
    week_numbers: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def plain(self) -> bool:
        """Every step of it is one occurrence."""
        parts = (self.months, self.week_numbers, self.year_days, self.month_days, self.weekdays, self.hours, self.minutes, self.seconds)
        return self.frequency not in ("YEARLY", "MONTHLY") and not any(parts) and not self.positions

    def until_in(self, zone: tzinfo | None) -> datetime | None:
        """``until`` on the clock of ``zone``; a day counts to its end."""
        if isinstance(self.until, datetime):
            return self.until.astimezone(zone).replace(tzinfo=None) if self.until.tzinfo and zone else self.until.replace(tzinfo=None)
        return datetime.combine(self.until, time.max) if self.until else None


@lru_cache(maxsize=1024)
def parsed(text: str) -> Rule:
    """The rule of an RRULE's text. Raises ValueError with a sentence where it cannot be followed."""
    if len(text) > LONGEST:
        raise ValueError(_("the rule is too long"))
    try:
        # Spaces after commas and needless backslashes are common and harmless.
        parts = {str(key).upper(): value for key, value in vRecur.from_ical(text.replace(" ", "").replace("\\", "").strip(";")).items()}
        frequency = str(parts.get("FREQ", [""])[0]).upper()
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError) as error:
        raise ValueError(_("the rule cannot be read")) from error
    if frequency not in FREQUENCIES:
        raise ValueError(_("the rule does not say how often"))
    if str(parts.get("RSCALE", ["GREGORIAN"])[0]).upper() != "GREGORIAN" or str(parts.get("SKIP", ["OMIT"])[0]).upper() != "OMIT":
        raise ValueError(_("the rule uses another calendar than ours"))
    until = parts.get("UNTIL", [None])[0]
    if until is not None and not isinstance(until, date):
        raise ValueError(_("the end of the rule is no date"))
    count = _number(parts, "COUNT")
    return Rule(
        text=text.strip(),
        frequency=frequency,
        interval=max(1, _number(parts, "INTERVAL") or 1),
        count=None if count is None else max(1, count),
        until=until.astimezone(UTC) if isinstance(until, datetime) and until.tzinfo else until,
        months=frozenset(_numbers(parts, "BYMONTH", 1, 12)),
        week_numbers=frozenset(_numbers(parts, "BYWEEKNO", 1, 53, signed=True)),
        year_days=frozenset(_numbers(parts, "BYYEARDAY", 1, 366, signed=True)),
        month_days=frozenset(_numbers(parts, "BYMONTHDAY", 1, 31, signed=True)),
        weekdays=tuple(sorted({_weekday(str(one)) for one in parts.get("BYDAY", parts.get("BYWEEKDAY", ()))})),
        hours=_numbers(parts, "BYHOUR", 0, 23),
        minutes=_numbers(parts, "BYMINUTE", 0, 59),
        seconds=_numbers(parts, "BYSECOND", 0, 59),
        positions=_numbers(parts, "BYSETPOS", 1, 366, signed=True),
        week_start=_weekday(str(parts.get("WKST", ["MO"])[0]))[1],
    )


def _number(parts: dict[str, list[object]], key: str) -> int | None:
    return int(str(parts[key][0])) if parts.get(key) else None


def _numbers(parts: dict[str, list[object]], key: str, low: int, high: int, *, signed: bool = False) -> tuple[int, ...]:
    """In order and without doubles. A leap second is the last second (RFC 5545, 3.3.12)."""
    numbers = {min(int(str(one)), 59) if key == "BYSECOND" and int(str(one)) == 60 else int(str(one)) for one in parts.get(key, ())}
    if not all(low <= (abs(one) if signed else one) <= high for one in numbers):
        raise ValueError(_("the rule has a number that no calendar has"))
    return tuple(sorted(numbers))


def _weekday(text: str) -> tuple[int, int]:
    text = text.strip().upper()
    if text[-2:] not in WEEKDAYS:
        raise ValueError(_("the rule names an unknown weekday"))
    ordinal = int(text[:-2] or 0)
    if abs(ordinal) > 53:
        raise ValueError(_("the rule has a number that no calendar has"))
    return ordinal, WEEKDAYS.index(text[-2:])
