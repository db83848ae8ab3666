"""Which meetings an entry means: from 30 days ago on, those of a series up to 180 days ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deals.intake.calendar.events import Event, zone_key
from deals.intake.calendar.occurrences import LAST, occurrences
from deals.intake.calendar.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from deals.intake.calendar.occurrences import Occurrence
    from deals.models import CalendarEntry, Meeting

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
# Of one series: one a day. What asks for more is no meeting of people.
AT_MOST = 211


@dataclass(frozen=True, slots=True)
class Planned:
    """One meeting as its entry says it. ``at``: the start its rule gives it (UTC), None for a single one; ``key`` of the same."""

    at: datetime | None
    key: str
    event: Event
    starts_at: datetime
    ends_at: datetime
    zone: str
    cancelled: bool = False
    # Of a meeting that its entry no longer speaks of: the row stands for itself.
    is_told: bool = True

    @classmethod
    def past(cls, meeting: Meeting) -> Planned:
        event = Event(uid=meeting.uid)
        cancelled = meeting.status == meeting.Status.CANCELLED
        return cls(meeting.occurrence_at, "", event, meeting.starts_at, meeting.ends_at, meeting.time_zone, cancelled, is_told=False)


def events_of(entry: CalendarEntry) -> list[Event]:
    """What the entry says, read again. Raises ``Unreadable`` where an older version of Salvor kept what this one cannot read."""
    zone = zone_of(entry)
    return [event for text in entry.texts.values() for event in read(text.encode(errors="replace"), zone=zone).events]


def zone_of(entry: CalendarEntry) -> tzinfo:
    try:
        return ZoneInfo(entry.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def planned(entry: CalendarEntry, events: Sequence[Event], *, now: datetime) -> Iterator[Planned]:
    """Each once. A single meeting, and one occurrence that was moved, also beyond the 180 days."""
    zone = zone_of(entry)
    since = now - BACK
    series = [one for one in events if one.recurrence_id is None]
    repeats = any(one.recurring for one in series)
    found = list(occurrences(events, since=since, until=now + AHEAD if repeats else LAST, zone=zone, at_most=AT_MOST))
    moved = [one for one in events if one.recurrence_id is not None and not one.this_and_future]
    if repeats and moved:
        known = {one.occurrence_at for one in found}
        found += [one for one in occurrences(moved, since=now + AHEAD, until=LAST, zone=zone, at_most=AT_MOST) if one.occurrence_at not in known]
    for one in found:
        yield _planned(entry, one)


def is_over(entry: CalendarEntry, events: Sequence[Event], *, now: datetime) -> bool:
    """Nothing of it lies ahead any more, however far."""
    return not occurrences(events, since=now, until=LAST, zone=zone_of(entry), at_most=1)


def _planned(entry: CalendarEntry, one: Occurrence) -> Planned:
    at = one.occurrence_at
    key = _key(one.recurrence_id)
    zone = zone_key(one.starts_at)
    starts_at, ends_at = one.starts_at.astimezone(UTC), one.ends_at.astimezone(UTC)
    return Planned(at, key, one.event, starts_at, max(ends_at, starts_at), zone, one.cancelled or _is_off(entry, key, at, starts_at))


def _key(moment: object) -> str:
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat() if isinstance(moment, datetime) else str(moment)


def _is_off(entry: CalendarEntry, key: str, at: datetime | None, starts_at: datetime) -> bool:
    """Cancelled as a whole, from some occurrence on, or by itself; or gone from where it stood while it lay ahead."""
    if entry.gone_at is not None and starts_at > entry.gone_at:
        return True
    whole = entry.versions.get("")
    if whole is not None and whole["cancelled"] and key not in _later_ones(entry, whole):
        return True
    own = entry.versions.get(key)
    if own is not None and own["cancelled"]:
        return True
    from_there = (one for one, said in entry.versions.items() if one and said["cancelled"] and said["from_there_on"])
    return at is not None and any(at >= _moment(one) for one in from_there)


def _later_ones(entry: CalendarEntry, whole: dict[str, object]) -> set[str]:
    """Changes of single occurrences that are newer than the cancellation of the whole."""
    order = (whole["sequence"], whole["stamp"])
    return {key for key, one in entry.versions.items() if key and not one["cancelled"] and (one["sequence"], one["stamp"]) > order}


def _moment(key: str) -> datetime:
    found = datetime.fromisoformat(key)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
