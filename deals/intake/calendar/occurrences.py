"""When the events of a calendar are, one by one, within a window. Bounded in time and memory whatever a file asks for."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from deals.intake.calendar.expansion import STEPS, Budget, moments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deals.intake.calendar.events import Event, Moment

DAY = timedelta(days=1)
# How many occurrences a question gets, and how much is looked at for all its events together (about two seconds).
AT_MOST, ALL_STEPS = 1000, 1_000_000
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """``recurrence_id``: the start it would have without having been moved, which names it within its series; None for a single event.

    A whole day begins and ends at midnight in the zone that was asked for; ``first_day`` and ``last_day`` (inclusive) are set for one.
    ``event`` is what says so: the series, or the change of this one. A cancelled one is there, and says so.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    event: Event
    recurrence_id: Moment | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def cancelled(self) -> bool:
        return self.event.cancelled

    @property
    def occurrence_at(self) -> datetime | None:
        """``recurrence_id`` as a moment in UTC to keep it by; a day is its midnight in UTC, wherever it is looked at."""
        return None if self.recurrence_id is None else _utc(self.recurrence_id, UTC)


def occurrences(events: Iterable[Event], *, since: datetime, until: datetime, zone: tzinfo, at_most: int = AT_MOST) -> tuple[Occurrence, ...]:
    """What happens between ``since`` and ``until`` (aware, the end not included), the earliest first.

    ``zone`` is where whole days begin. Of several versions of an event the newest counts. A rule that asks for more than
    the budget yields what was found by then.
    """
    since, until = max(since.astimezone(UTC), FIRST), min(until.astimezone(UTC), LAST)
    if since >= until or at_most < 1:
        return ()
    window = _Window(since, until, zone, Budget(ALL_STEPS))
    found = merge(*(window.of(series) for series in _by_uid(events)), key=lambda one: one.starts_at)
    return tuple(sorted(islice(found, at_most), key=lambda one: (one.starts_at, one.uid)))


@dataclass(slots=True)
class _Series:
    """``changes`` by the occurrence they are about; ``later`` those that hold from one on, in their order."""

    master: Event | None
    changes: dict[datetime | date, Event]
    later: list[tuple[datetime, Event]]


def version(event: Event) -> tuple[int, datetime]:
    """What orders the versions of an event (RFC 5546, 2.1.5): its sequence number, then its stamp."""
    return event.sequence, event.stamp or FIRST


def _by_uid(events: Iterable[Event]) -> Iterator[_Series]:
    grouped: dict[str, dict[Moment | None, Event]] = {}
    for event in events:
        versions = grouped.setdefault(event.uid, {})
        key = _instant(event.recurrence_id)
        if key not in versions or version(versions[key]) <= version(event):
            versions[key] = event
    for versions in grouped.values():
        master = versions.pop(None, None)
        later = [(_utc(one.recurrence_id, UTC), one) for one in versions.values() if one.this_and_future and one.recurrence_id is not None]
        single = {key: one for key, one in versions.items() if key is not None and not one.this_and_future}
        yield _Series(master, single, sorted(later, key=lambda pair: pair[0]))


def _instant(moment: Moment | None) -> Moment | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _utc(moment: Moment, zone: tzinfo) -> datetime:
    return (moment if isinstance(moment, datetime) else datetime.combine(moment, time.min, tzinfo=zone)).astimezone(UTC)


class _Window:
    def __init__(self, since: datetime, until: datetime, zone: tzinfo, budget: Budget) -> None:
        self.since, self.until, self.zone, self.budget = since, until, zone, budget

    def of(self, series: _Series) -> Iterator[Occurrence]:
        """In order of their starts, but for what a change of the clock or of a series puts out of it by hours."""
        own = [one for key, event in series.changes.items() if (one := self._placed(event, event.starts, key)) is not None]
        if series.master is None:
            own += [one for at, event in series.later if (one := self._placed(event, event.starts, event.recurrence_id)) is not None]
            return iter(sorted(own, key=lambda one: one.starts_at))
        if not own:
            return self._unchanged(series, series.master)
        return merge(sorted(own, key=lambda one: one.starts_at), self._unchanged(series, series.master), key=lambda one: one.starts_at)

    def _unchanged(self, series: _Series, master: Event) -> Iterator[Occurrence]:
        if master.starts is None:
            return
        excluded = {_instant(one) for one in master.exdates}
        # A day names the occurrence of that day, whatever its hour.
        excluded_days = {one for one in master.exdates if not isinstance(one, datetime)}
        if master.all_day:
            excluded_days |= {one.date() for one in master.exdates if isinstance(one, datetime)}
        begins = [at for at, _event in series.later]
        seen: set[Moment] = set()
        for start, end in self._originals(series, master):
            key = _instant(start)
            day = start.date() if isinstance(start, datetime) else start
            if key is None or key in seen or key in excluded or day in excluded_days or key in series.changes or day in series.changes:
                continue
            seen.add(key)
            index = bisect_right(begins, _utc(start, UTC))
            if index:
                found = self._moved(series.later[index - 1][1], start, key)
            else:
                found = self._placed(master, start, key if master.recurring or series.changes else None, end)
            if found is not None:
                yield found

    def _originals(self, series: _Series, master: Event) -> Iterator[tuple[Moment, datetime | None]]:
        """The starts that the series itself gives, wide enough for those that were moved; an end where it gives one."""
        first = master.starts
        if first is None:
            return
        reach = max((_length(event) + _shift(event) for event in (master, *(event for _at, event in series.later))), default=timedelta(0)) + 2 * DAY
        since, until = max(self.since - reach, FIRST), min(self.until + reach, LAST)
        extras = sorted(((one.starts, one.ends) for one in master.rdates), key=lambda pair: _utc(pair[0], self.zone))
        inside = [pair for pair in extras if since <= _utc(pair[0], self.zone) < until]
        by_rule = ((start, None) for start in self._by_rule(master, first, since, until))
        yield from by_rule if not inside else merge(inside, by_rule, key=lambda pair: _utc(pair[0], self.zone))

    def _by_rule(self, master: Event, first: Moment, since: datetime, until: datetime) -> Iterator[Moment]:
        rule = master.rule
        if rule is None:
            yield first
            return
        # Each rule has a share of its own, so that one that is hostile leaves something for the others.
        share = Budget(STEPS, self.budget)
        own_zone = first.tzinfo if isinstance(first, datetime) else self.zone
        local_since, local_until = (one.astimezone(own_zone).replace(tzinfo=None) for one in (since, until))
        start = first.replace(tzinfo=None) if isinstance(first, datetime) else datetime.combine(first, time.min)
        last = rule.until_in(own_zone if isinstance(first, datetime) else None)
        for moment in moments(rule, start, since=local_since, until=local_until, last=last, budget=share):
            yield moment.replace(tzinfo=own_zone) if isinstance(first, datetime) else moment.date()

    def _moved(self, change: Event, start: Moment, key: Moment) -> Occurrence | None:
        """An occurrence of a series that was changed from some occurrence on: moved by as much on the clock, and as long."""
        if change.starts is None or change.recurrence_id is None:
            return self._placed(change, start, key)
        by = _local(change.starts) - _local(_in_zone_of(change.recurrence_id, change.starts))
        if isinstance(change.starts, datetime):
            local = _local(_in_zone_of(start, change.starts)) + by
            return self._placed(change, local.replace(tzinfo=change.starts.tzinfo), key)
        return self._placed(change, (_local(start) + by).date(), key)

    def _placed(self, event: Event, start: Moment | None, key: Moment | None, end: datetime | None = None) -> Occurrence | None:
        """None outside of the window, and for a change that gives no time."""
        if start is None:
            # A cancellation need not repeat when; it is about the time it names.
            start = key
        if start is None:
            return None
        length = _length(event)
        if isinstance(start, datetime):
            starts_at = start.astimezone(UTC).astimezone(start.tzinfo)
            ends_at = end or (start.astimezone(UTC) + length).astimezone(start.tzinfo)
            first_day = last_day = None
        else:
            first_day, last_day = start, start + max(length - DAY, timedelta(0))
            starts_at, ends_at = (datetime.combine(day, time.min, tzinfo=self.zone) for day in (first_day, last_day + DAY))
        if starts_at >= self.until or (ends_at <= self.since and starts_at < self.since):
            return None
        return Occurrence(event.uid, starts_at, ends_at, event, key, first_day, last_day)


def _length(event: Event) -> timedelta:
    """How long each of its occurrences takes: hours that pass, or days."""
    if event.starts_at is not None and event.ends_at is not None:
        return event.ends_at.astimezone(UTC) - event.starts_at.astimezone(UTC)
    if event.first_day is not None and event.last_day is not None:
        return event.last_day - event.first_day + DAY
    return timedelta(0)


def _shift(event: Event) -> timedelta:
    if event.starts is None or event.recurrence_id is None:
        return timedelta(0)
    return abs(_utc(event.starts, UTC) - _utc(event.recurrence_id, UTC))


def _in_zone_of(moment: Moment, other: Moment) -> Moment:
    return moment.astimezone(other.tzinfo) if isinstance(moment, datetime) and isinstance(other, datetime) else moment


def _local(moment: Moment) -> datetime:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time.min)
