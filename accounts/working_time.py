"""Working-time arithmetic: exact over clock changes, holidays, half days and weekends of any kind.

A moment is working time when the clock on the wall of the calendar's zone lies inside one of the day's periods,
the end not included. So a night shift that crosses a clock change is worth the seconds that really pass.

The working periods of whole years are kept as sorted arrays of UTC microseconds with the working time before
each, so every question is one or two binary searches. The arrays grow when a question reaches past them.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Open from, open until, in minutes of the local day.
Periods: TypeAlias = tuple[tuple[int, int], ...]

HOURS_OF_A_DAY = 8
DAY_MINUTES = 24 * 60
# A calendar that is closed for longer than this is a mistake, not a calendar.
LONGEST_CLOSING = timedelta(days=400)
# Outside these years all time counts as working time: a mistyped year (9999-12-31) must get an answer, and a quick one.
FIRST_YEAR, LAST_YEAR = 1900, 2200

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_BEGINNING = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_END = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


class NoWorkingTime(ValueError):  # noqa: N818 - it reads as what is wrong
    """The calendar has no working time within 400 days of the moment asked about."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A working calendar as plain values.

    ``week``: seven tuples of (start, end) in minutes of the local day, 0 to 1440, Monday first.
    ``country``, ``subdivision``: whose public holidays are closed, empty for none (codes of the ``holidays`` package).
    ``days``: dates that differ from week and holidays, with their periods; none means closed.
    """

    time_zone: str
    week: tuple[Periods, ...]
    country: str = ""
    subdivision: str = ""
    days: tuple[tuple[date, Periods], ...] = ()


class _Table(NamedTuple):
    """The working periods of the local years ``first`` to ``last``, in UTC microseconds since 1970."""

    first: int
    last: int
    begins: int
    ends: int
    period_starts: list[int]
    period_ends: list[int]
    # Working microseconds before each period, counted from the first; one entry more than periods.
    before: list[int]


class WorkingTime:
    """Arithmetic over one calendar. Takes aware datetimes of any zone, returns UTC. Safe to share between threads.

    Raises ``ValueError`` for hours that make no sense, an unknown zone, country or region.
    """

    def __init__(self, hours: Hours) -> None:
        check_week(hours.week)
        for _day, periods in hours.days:
            check_periods(periods)
        try:
            self.zone = ZoneInfo(hours.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(_("'%(zone)s' is no time zone. Use a name like Europe/Berlin.") % {"zone": hours.time_zone}) from error
        check_country(hours.country, hours.subdivision)
        self.hours = hours
        self._special = dict(hours.days)
        self._years: dict[int, list[tuple[int, int]]] = {}
        self._table: _Table | None = None
        self._lock = threading.Lock()
        # Deals that are looked at together began and moved on the same days; a calendar's answers never change.
        self.add: Callable[[datetime, timedelta], datetime] = lru_cache(maxsize=4096)(self._add)
        self.start_of_day = lru_cache(maxsize=1024)(self._start_of_day)

    # --- questions ------------------------------------------------------------------------------------------

    def _add(self, start: datetime, worked: timedelta) -> datetime:
        """The moment when ``worked`` has passed since ``start``; always inside working time, so that what ends
        with a period is due when the next one starts. Raises NoWorkingTime, and ValueError when negative."""
        amount = worked // _MICROSECOND
        if amount < 0:
            raise ValueError("Working time can only be added forward.")
        return _moment(self._after(_micros(start), amount))

    def later(self, start: datetime, worked: timedelta) -> datetime:
        """As ``add``; by the clock on the wall where there is no working time to count. No form lets such a calendar in."""
        try:
            return self.add(start, worked)
        except NoWorkingTime:
            return start + worked

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from ``start`` to ``end``; nothing when ``end`` is not later."""
        first, last = _micros(start), _micros(end)
        if last <= first:
            return timedelta(0)
        table = self._covering(first, last)
        return timedelta(microseconds=_worked_until(table, last) - _worked_until(table, first))

    def next_open(self, moment: datetime) -> datetime:
        """``moment`` itself in working time, otherwise the start of the next period. Raises NoWorkingTime."""
        return self.add(moment, timedelta(0))

    def is_open(self, moment: datetime) -> bool:
        micros = _micros(moment)
        table = self._covering(micros, micros)
        index = bisect_right(table.period_starts, micros) - 1
        return index >= 0 and micros < table.period_ends[index]

    def local_date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _start_of_day(self, day: date) -> datetime:
        """The first moment of the local day, which is not midnight where the clocks skip it."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        moment = midnight.astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
            return moment
        here = _micros(moment)
        stretches = self._stretches(here - 24 * _HOUR, here + 24 * _HOUR)
        return _moment(next(begins for begins, _ends, offset in stretches if begins + offset >= _wall(day)))

    @staticmethod
    def days(number: float) -> timedelta:
        """Business days as working time: 8 hours each, however long this calendar's days are."""
        return timedelta(hours=HOURS_OF_A_DAY * number)

    # --- the table ------------------------------------------------------------------------------------------

    def _after(self, start: int, amount: int) -> int:
        reach = start
        while True:
            table = self._covering(start, reach)
            target = _worked_until(table, start) + amount
            if target < table.before[-1]:
                index = bisect_right(table.before, target) - 1
                return table.period_starts[index] + target - table.before[index]
            if table.last >= LAST_YEAR:
                return _END
            last_open = max(table.period_ends[-1] if table.period_ends else _BEGINNING, start)
            if table.ends - last_open > LONGEST_CLOSING // _MICROSECOND:
                raise NoWorkingTime(f"The working calendar has no working time in the 400 days after {_moment(last_open):%Y-%m-%d}.")
            reach = table.ends

    def _covering(self, first: int, last: int) -> _Table:
        """A table that reaches from ``first`` to ``last`` (included)."""
        table = self._table
        if table is None or first < table.begins or last >= table.ends:
            with self._lock:
                table = self._grown(first, last)
                self._table = table
        return table

    def _grown(self, first: int, last: int) -> _Table:
        """A table of whole years around both moments and all the years known so far."""
        # A year more on each side, so that the usual question does not grow the table every December.
        years = [_year(first) - 1, _year(last) + 1]
        if self._table is not None:
            years += [self._table.first, self._table.last]
        from_year = min(max(min(years), FIRST_YEAR), LAST_YEAR)
        to_year = max(min(max(years), LAST_YEAR), FIRST_YEAR)
        begins, ends = self._new_year(from_year), self._new_year(to_year + 1)
        periods: list[tuple[int, int]] = []
        if from_year == FIRST_YEAR:
            periods.append((_BEGINNING, begins))
            begins = _BEGINNING
        for year in range(from_year, to_year + 1):
            periods += self._year_of(year)
        if to_year == LAST_YEAR:
            periods.append((ends, _END))
            ends = _END + 1
        before = list(accumulate((end - start for start, end in periods), initial=0))
        return _Table(from_year, to_year, begins, ends, [start for start, _end in periods], [end for _start, end in periods], before)

    def _new_year(self, year: int) -> int:
        return _micros(self.start_of_day(date(year, 1, 1)))

    def _year_of(self, year: int) -> list[tuple[int, int]]:
        if year not in self._years:
            closed = self._holidays(year)
            first = date(year, 1, 1)
            number = (date(year + 1, 1, 1) - first).days
            # The offset at each UTC midnight, from two days before the year until three after it.
            offsets = [self._offset(_wall(first) + day * 24 * _HOUR) for day in range(-2, number + 4)]
            periods: list[tuple[int, int]] = []
            for index in range(number):
                day = first + timedelta(days=index)
                around = set(offsets[index : index + 6])
                periods += self._day(day, self._periods(day, closed), around.pop() if len(around) == 1 else None)
            self._years[year] = sorted(periods)
        return self._years[year]

    def _day(self, day: date, periods: Periods, offset: int | None) -> Iterator[tuple[int, int]]:
        """The day's periods in UTC; ``offset`` is None near a change of the clocks."""
        midnight = _wall(day)
        walls = [(midnight + start * _MINUTE, midnight + end * _MINUTE) for start, end in periods]
        if offset is not None:
            yield from ((start - offset, end - offset) for start, end in walls)
        elif walls:
            for begins, ends, here in self._stretches(midnight - 24 * _HOUR, midnight + 48 * _HOUR):
                pieces = ((max(begins, start - here), min(ends, end - here)) for start, end in walls)
                yield from (piece for piece in pieces if piece[0] < piece[1])

    def _holidays(self, year: int) -> set[date]:
        if not self.hours.country:
            return set()
        return set(holidays.country_holidays(self.hours.country, subdiv=self.hours.subdivision or None, years=year))

    def _periods(self, day: date, closed: set[date]) -> Periods:
        special = self._special.get(day)
        if special is not None:
            return special
        return () if day in closed else self.hours.week[day.weekday()]

    def _offset(self, micros: int) -> int:
        """How far the local clock is ahead of UTC at this moment, in microseconds."""
        offset = _moment(micros).astimezone(self.zone).utcoffset()
        return 0 if offset is None else offset // _MICROSECOND

    def _stretches(self, begins: int, ends: int) -> list[tuple[int, int, int]]:
        """The time between two moments, cut where the clocks change: (start, end, offset)."""
        found: list[tuple[int, int, int]] = []
        # No zone has ever changed its clock twice within three hours.
        for start, end in pairwise([*range(begins, ends, 3 * _HOUR), ends]):
            offset, later = self._offset(start), self._offset(end)
            change = end if offset == later else self._change(start, end, offset)
            found.append((start, change, offset))
            if change < end:
                found.append((change, end, later))
        return found

    def _change(self, start: int, end: int, offset: int) -> int:
        """The first moment after ``start`` whose offset is not ``offset``; ``end`` has another. Exact to the second."""
        while end - start > _SECOND:
            middle = start + (end - start) // 2 // _SECOND * _SECOND
            start, end = (middle, end) if self._offset(middle) == offset else (start, middle)
        return end


@lru_cache(maxsize=512)
def working_time(hours: Hours) -> WorkingTime:
    """The arithmetic of these hours, with its tables shared by all who ask in this process."""
    return WorkingTime(hours)


# --- checks -----------------------------------------------------------------------------------------------------


def check_week(week: tuple[Periods, ...]) -> None:
    """Raises ``ValueError`` unless there are seven days of sensible periods."""
    if len(week) != 7:
        raise ValueError(f"A week has seven days, Monday first; this one has {len(week)}.")
    for periods in week:
        check_periods(periods)


def check_periods(periods: Periods) -> None:
    """Raises ``ValueError`` unless the periods follow each other inside one day."""
    for start, end in periods:
        if not 0 <= start < end <= DAY_MINUTES:
            words = _("A working period must end after it starts, between 00:00 and 24:00, not %(start)s to %(end)s.")
            raise ValueError(words % {"start": _clock(start), "end": _clock(end)})
    for (_start, end), (start, _end) in pairwise(periods):
        if start < end:
            words = _("The periods of a day must follow each other: one starts at %(start)s before another ends at %(end)s.")
            raise ValueError(words % {"start": _clock(start), "end": _clock(end)})


def check_country(country: str, subdivision: str) -> None:
    """Raises ``ValueError`` when no public holidays are known for the country or region."""
    if not country:
        if subdivision:
            raise ValueError(_("Name the country that the region '%(region)s' belongs to.") % {"region": subdivision})
        return
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        words = _("No public holidays are known for the country '%(country)s'. Use a two-letter code like US or DE, or leave it empty.")
        raise ValueError(words % {"country": country})
    if subdivision and subdivision not in known[country]:
        words = _("No public holidays are known for the region '%(region)s' of %(country)s. Known: %(known)s.")
        raise ValueError(words % {"region": subdivision, "country": country, "known": ", ".join(known[country]) or _("none")})


def region_code(country: str, words: str) -> str:
    """The region's code where ``words`` are it, or the region's name, in any case; else the words as they are."""
    wanted = words.strip().casefold()
    if not wanted or country not in holidays.list_supported_countries(include_aliases=True):
        return words.strip()
    named = holidays.country_holidays(country).get_subdivision_aliases()
    return next((code for code, names in named.items() if wanted in {one.casefold() for one in (code, *names)}), words.strip())


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


# --- moments as numbers -----------------------------------------------------------------------------------------


def _micros(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return (moment - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _wall(day: date) -> int:
    """Midnight as the wall shows it, as if the zone were UTC."""
    return (day.toordinal() - 719_163) * 24 * _HOUR


def _year(micros: int) -> int:
    return _moment(min(max(micros, _BEGINNING), _END)).year


def _worked_until(table: _Table, micros: int) -> int:
    index = bisect_right(table.period_starts, micros) - 1
    if index < 0:
        return 0
    return table.before[index] + min(micros, table.period_ends[index]) - table.period_starts[index]
