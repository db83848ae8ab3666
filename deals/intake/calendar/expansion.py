"""The moments of a recurrence rule, on the local clock, within a window and a budget.

python-dateutil knows the same rules, but it counts from the first occurrence at every question and cannot be interrupted: a rule
that never comes true (each second of the 30th of February) keeps it busy until the year 9999. This one jumps to the window
where the rule allows it and stops when its budget is used up; the tests hold it against dateutil.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deals.intake.calendar.rules import Rule

DAY = timedelta(days=1)
SECONDS = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
# A day or a moment looked at is one step, about two microseconds.
STEPS = 100_000


@dataclass(slots=True)
class Budget:
    """What is left to look at for one rule, and for all the rules of a question (``whole``)."""

    left: int = STEPS
    whole: Budget | None = None

    def spend(self, steps: int = 1) -> bool:
        """Whether there was as much."""
        self.left -= steps
        return self.left >= 0 and (self.whole is None or self.whole.spend(steps))


def moments(
    rule: Rule, start: datetime, *, since: datetime, until: datetime, last: datetime | None = None, budget: Budget | None = None
) -> Iterator[datetime]:
    """Local moments from ``since`` up to, not including, ``until``, in order; all without a time zone.

    ``start`` is the first occurrence whatever the rule says (RFC 5545, 3.8.5.3); ``last`` is the rule's own end on the same clock.
    """
    budget = budget or Budget()
    count = rule.count if rule.count is not None else float("inf")
    skipped = _jump(rule, start, since)
    # Where each step is one occurrence, those jumped over can be counted without being looked at.
    number = skipped if rule.plain and skipped else 0
    for moment in _candidates(rule, start, skipped, budget):
        if moment >= until or (last is not None and moment > last) or number >= count:
            return
        if moment == start and number == 0 and skipped == 0:
            number = 1
        elif moment > start:
            number += 1
        else:
            continue
        if moment >= since:
            yield moment


def _jump(rule: Rule, start: datetime, since: datetime) -> int:
    """How many periods may be left out because they are over before ``since``."""
    if since <= start or (rule.count is not None and not rule.plain):
        return 0
    if rule.frequency == "YEARLY":
        periods = since.year - start.year - 1
    elif rule.frequency == "MONTHLY":
        periods = (since.year - start.year) * 12 + since.month - start.month - 1
    else:
        unit = timedelta(seconds=SECONDS.get(rule.frequency, 86400))
        periods = (since - start) // unit - 1
        periods = periods // 7 - 1 if rule.frequency == "WEEKLY" else periods
    return max(0, periods // rule.interval - 1)


def _candidates(rule: Rule, start: datetime, skipped: int, budget: Budget) -> Iterator[datetime]:
    """The start, then what the rule matches from period number ``skipped`` on."""
    if not skipped:
        yield start
    try:
        yield from _within_days(rule, start, skipped, budget) if rule.frequency in SECONDS else _by_days(rule, start, skipped, budget)
    except (OverflowError, ValueError):  # beyond the year 9999
        return


def _by_days(rule: Rule, start: datetime, skipped: int, budget: Budget) -> Iterator[datetime]:
    fits = _DayTest(rule, start)
    clock = (rule.hours or (start.hour,), rule.minutes or (start.minute,), rule.seconds or (start.second,))
    times = [time(*one) for one in product(*clock)]
    budget.spend(len(times) // 10)
    period = skipped
    while True:
        days = _days_of(rule, start.date(), period)
        if not budget.spend(len(days)):
            return
        for day, at in _chosen(rule.positions, [day for day in days if fits(day)], times):
            if not budget.spend():
                return
            yield datetime.combine(day, at)
        period += 1


def _chosen(positions: Sequence[int], days: list[date], times: list[time]) -> Iterator[tuple[date, time]]:
    """All of a period, or those that BYSETPOS names, found by arithmetic: the list of all seconds of a year is never made."""
    if not positions:
        yield from product(days, times)
        return
    size = len(days) * len(times)
    for index in sorted({position - 1 if position > 0 else size + position for position in positions}):
        if 0 <= index < size:
            yield days[index // len(times)], times[index % len(times)]


def _days_of(rule: Rule, first: date, period: int) -> list[date]:
    """The days of a period. Raises ValueError or OverflowError after the year 9999."""
    steps = period * rule.interval
    if rule.frequency == "DAILY":
        return [first + DAY * steps]
    if rule.frequency == "WEEKLY":
        monday = first - DAY * ((first.weekday() - rule.week_start) % 7) + DAY * 7 * steps
        return [monday + DAY * index for index in range(7)]
    if rule.frequency == "MONTHLY":
        year, month = divmod(first.year * 12 + first.month - 1 + steps, 12)
        return _days_of_month(year, month + 1)
    year = first.year + steps
    date(year, 1, 1)
    months = sorted(rule.months) or ([first.month] if not _names_days(rule) else range(1, 13))
    return [day for month in months for day in _days_of_month(year, month)]


def _days_of_month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]


def _names_days(rule: Rule) -> bool:
    return bool(rule.week_numbers or rule.year_days or rule.month_days or rule.weekdays)


def _within_days(rule: Rule, start: datetime, skipped: int, budget: Budget) -> Iterator[datetime]:
    """Hours, minutes or seconds; a day that does not fit is jumped over at once."""
    fits = _DayTest(rule, start)
    unit = SECONDS[rule.frequency]
    step = timedelta(seconds=unit * rule.interval)
    first = start.replace(minute=0 if unit == 3600 else start.minute, second=start.second if unit == 1 else 0)
    minutes = rule.minutes or (start.minute,)
    seconds = rule.seconds or (start.second,)
    day, fitting, period = date.min, False, skipped
    while budget.spend():
        moment = first + step * period
        if moment.date() != day:
            day = moment.date()
            fitting = fits(day)
        if not fitting:
            tomorrow = datetime.combine(day, time.min) + DAY
            period = max(period + 1, -((first - tomorrow) // step))
            continue
        period += 1
        if (rule.hours and moment.hour not in rule.hours) or (unit < 3600 and rule.minutes and moment.minute not in rule.minutes):
            continue
        if unit == 1:
            if not rule.seconds or moment.second in rule.seconds:
                yield moment
            continue
        times = [time(moment.hour, *one) for one in product(minutes if unit == 3600 else (moment.minute,), seconds)]
        budget.spend(len(times))
        for _day, at in _chosen(rule.positions, [day], times):
            yield datetime.combine(day, at)


class _DayTest:
    """Whether a day fits the rule; what the rule leaves open is taken from its start (RFC 5545, 3.3.10)."""

    def __init__(self, rule: Rule, start: datetime) -> None:
        self.rule = rule
        self.months, self.month_days = rule.months, rule.month_days
        weekdays = rule.weekdays
        if (rule.frequency == "WEEKLY" and not _names_days(rule)) or (
            rule.frequency == "YEARLY" and rule.week_numbers and not (rule.weekdays or rule.year_days or rule.month_days)
        ):
            weekdays = ((0, start.weekday()),)
        elif rule.frequency in ("MONTHLY", "YEARLY") and not _names_days(rule):
            self.month_days = frozenset({start.day})
            self.months = rule.months or (frozenset({start.month}) if rule.frequency == "YEARLY" else frozenset())
        # An ordinal says something in months and years only.
        ordinals = rule.frequency in ("MONTHLY", "YEARLY") and not rule.week_numbers
        self.every = frozenset(weekday for ordinal, weekday in weekdays if not ordinal or not ordinals)
        self.nth = frozenset((ordinal, weekday) for ordinal, weekday in weekdays if ordinal and ordinals)
        self.in_year = rule.frequency == "YEARLY" and not rule.months

    def __call__(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.month_days and not self._counted(self.month_days, day.day, calendar.monthrange(day.year, day.month)[1]):
            return False
        if (self.every or self.nth) and day.weekday() not in self.every and not self._is_nth(day):
            return False
        rule = self.rule
        if rule.year_days and not self._counted(rule.year_days, day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365):
            return False
        return not rule.week_numbers or self._counted(rule.week_numbers, *_week(day, rule.week_start))

    @staticmethod
    def _counted(numbers: frozenset[int], number: int, size: int) -> bool:
        return number in numbers or number - size - 1 in numbers

    def _is_nth(self, day: date) -> bool:
        if not self.nth:
            return False
        size = (366 if calendar.isleap(day.year) else 365) if self.in_year else calendar.monthrange(day.year, day.month)[1]
        number = day.timetuple().tm_yday if self.in_year else day.day
        weekday = day.weekday()
        return ((number - 1) // 7 + 1, weekday) in self.nth or (-((size - number) // 7 + 1), weekday) in self.nth


def _week(day: date, week_start: int) -> tuple[int, int]:
    """The number of the day's week and how many its year has; week 1 is the first with four days in the year."""
    # The fourth day of a week decides to which year it belongs.
    middle = day + DAY * (3 - (day.weekday() - week_start) % 7)
    fourth = date(middle.year, 1, 4)
    first_start = fourth - DAY * ((fourth.weekday() - week_start) % 7)
    next_fourth = date(middle.year + 1, 1, 4)
    next_start = next_fourth - DAY * ((next_fourth.weekday() - week_start) % 7)
    return (middle - first_start).days // 7 + 1, (next_start - first_start).days // 7
