"""One VEVENT as an event."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.intake.calendar.events import Event, Extra, Moment
from deals.intake.calendar.people import attendee, invited
from deals.intake.calendar.rules import Rule, parsed
from deals.intake.calendar.stamps import length, when

if TYPE_CHECKING:
    from deals.intake.calendar.lines import Component, Defects, Property
    from deals.intake.calendar.zones import Zones

DAY = timedelta(days=1)
STATUSES = frozenset(("confirmed", "tentative", "cancelled"))
# What a database's integer holds.
LARGEST_SEQUENCE = 2**31 - 1
LONGEST_UID = 998
MOST_PEOPLE, MOST_DATES = 2000, 10_000
# Away from both ends of the calendar, so that no change of zone falls off it.
FIRST_YEAR, LAST_YEAR = 1900, 2200


class EventReader:
    """Reads the events of one calendar. ``needs_time``: whether an event without a start is of any use."""

    def __init__(self, zones: Zones, defects: Defects, *, needs_time: bool) -> None:
        self.zones = zones
        self.defects = defects
        self.needs_time = needs_time

    def event(self, component: Component) -> Event | None:
        """None where it has no time that can be read; the defects say so."""
        begin = component.first("DTSTART")
        start = self._moment(begin) if begin else None
        if start is None and (self.needs_time or begin):
            self.defects.tell(_("The event in line %(line)d has no start that can be read and was left out.") % {"line": component.line})
            return None
        starts_at, first_day = (start, None) if isinstance(start, datetime) else (None, start)
        at = component.first("RECURRENCE-ID")
        organizer = component.first("ORGANIZER")
        status = component.text("STATUS").lower()
        return Event(
            uid=self._uid(component, start),
            summary=component.text("SUMMARY"),
            starts_at=starts_at,
            ends_at=self._end(component, starts_at) if starts_at else None,
            first_day=first_day,
            last_day=self._last_day(component, first_day) if first_day else None,
            zone_name=_zone_name(begin),
            sequence=_sequence(component.text("SEQUENCE")),
            recurrence_id=self._moment(at) if at else None,
            this_and_future=bool(at and at.parameters.get("RANGE", "").upper() == "THISANDFUTURE"),
            status=status if status in STATUSES else "confirmed",
            description=component.text("DESCRIPTION"),
            location=component.text("LOCATION"),
            organizer=attendee(organizer) if organizer else None,
            attendees=invited(component.properties.get("ATTENDEE", ())[:MOST_PEOPLE]),
            rule=self._rule(component),
            exdates=tuple(extra.starts for extra in self._dates(component, "EXDATE")),
            rdates=tuple(self._dates(component, "RDATE")),
            stamp=self._instant(component, "DTSTAMP"),
            last_modified=self._instant(component, "LAST-MODIFIED"),
            transparent=component.text("TRANSP").upper() == "TRANSPARENT",
            comment=component.text("COMMENT"),
            private=component.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"),
        )

    def _uid(self, component: Component, start: Moment | None) -> str:
        """Made of what the event says where it has none, so that the same file read again gives the same one."""
        if uid := " ".join(component.text("UID").split()):
            # Longer ones than a line of mail may have are kept by what they are made of.
            return uid if len(uid) <= LONGEST_UID else f"long-{hashlib.sha256(uid.encode(errors='replace')).hexdigest()}"
        self.defects.tell(_("The event in line %(line)d has no UID; one was made of its start and title.") % {"line": component.line})
        told = f"{start}|{component.text('SUMMARY')}|{component.text('ORGANIZER')}"
        return f"made-{hashlib.sha256(told.encode(errors='replace')).hexdigest()[:32]}"

    def _moment(self, found: Property, text: str | None = None) -> Moment | None:
        value = when(found.value if text is None else text)
        if value is None or not FIRST_YEAR <= value.year <= LAST_YEAR:
            return None
        if not isinstance(value, datetime):
            return value
        if found.parameters.get("VALUE", "").upper() == "DATE" and value.time() == time.min:
            return value.date()
        if value.tzinfo is not None:
            return value
        name = found.parameters.get("TZID", "")
        return value.replace(tzinfo=self.zones.named(name, value) if name else self.zones.floating)

    def _end(self, component: Component, starts_at: datetime) -> datetime:
        """DTEND, or the start and DURATION, or the start itself (RFC 5545, 3.6.1). Never before the start."""
        end = component.first("DTEND")
        if end is not None:
            value = when(end.value)
            ends = self._moment(end)
            if isinstance(value, datetime) and value.tzinfo is None and "TZID" not in end.parameters:
                # Some programs name the zone once only.
                ends = value.replace(tzinfo=starts_at.tzinfo)
            elif ends is not None and not isinstance(ends, datetime):
                ends = datetime.combine(ends, time.min, tzinfo=starts_at.tzinfo)
            if isinstance(ends, datetime) and ends.year <= LAST_YEAR and ends.astimezone(UTC) >= starts_at.astimezone(UTC):
                return ends
            self.defects.tell(_("The end in line %(line)d is none or before the start; the event was read as a moment.") % {"line": end.line})
            return starts_at
        size = length(component.text("DURATION")) or timedelta(0)
        try:
            # Days are days of the calendar; hours are hours that pass.
            ends = ((starts_at + timedelta(days=size.days)).astimezone(UTC) + timedelta(seconds=size.seconds)).astimezone(starts_at.tzinfo)
        except OverflowError:
            return starts_at
        return ends if size > timedelta(0) and ends.year <= LAST_YEAR else starts_at

    def _last_day(self, component: Component, first_day: date) -> date:
        """The day before DTEND, which the event does not reach."""
        end = component.first("DTEND")
        ends = self._moment(end) if end else None
        if isinstance(ends, datetime):
            # An end with a time says how far into its day the event goes; midnight is the end of the day before.
            return max(first_day, (ends.replace(tzinfo=None) - timedelta(microseconds=1)).date())
        if ends is None:
            size = length(component.text("DURATION")) or DAY
            ends = first_day + min(max(size, DAY), timedelta(days=36_500))
        return max(first_day, ends - DAY)

    def _dates(self, component: Component, name: str) -> list[Extra]:
        found: list[Extra] = []
        for one in component.properties.get(name, ()):
            for text in one.value.split(","):
                if len(found) >= MOST_DATES or not text.strip():
                    continue
                begin, _slash, end = text.partition("/")
                starts = self._moment(one, begin)
                if starts is None:
                    self.defects.tell(_("A date in line %(line)d cannot be read and was left out.") % {"line": one.line})
                    continue
                found.append(Extra(starts, self._period_end(one, starts, end) if end else None))
        return found

    def _period_end(self, found: Property, starts: Moment, end: str) -> datetime | None:
        """The end of a period, said as a moment or as a length."""
        if not isinstance(starts, datetime):
            return None
        size = length(end)
        ends = starts + min(size, timedelta(days=3660)) if size else self._moment(found, end)
        return ends if isinstance(ends, datetime) and ends.astimezone(UTC) >= starts.astimezone(UTC) else None

    def _rule(self, component: Component) -> Rule | None:
        lines = component.properties.get("RRULE", [])
        if len(lines) > 1:
            self.defects.tell(_("The event in line %(line)d has several rules; the first was followed.") % {"line": component.line})
        if excluded := component.first("EXRULE"):
            self.defects.tell(_("The rule of exceptions in line %(line)d is of an old kind and was not followed.") % {"line": excluded.line})
        for line in lines:
            try:
                return parsed(line.value)
            except ValueError as error:
                words = {"line": line.line, "reason": str(error)}
                self.defects.tell(_("The event of line %(line)d is read as one that does not repeat: %(reason)s.") % words)
        return None

    def _instant(self, component: Component, name: str) -> datetime | None:
        """In UTC; a stamp that names no zone is one all the same."""
        found = component.first(name)
        value = self._moment(found) if found else None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime(value.year, value.month, value.day, tzinfo=UTC) if value else None


def _zone_name(found: Property | None) -> str:
    if found is None:
        return ""
    return "UTC" if found.value.strip().upper().endswith("Z") else found.parameters.get("TZID", "")[:100]


def _sequence(text: str) -> int:
    try:
        return min(max(int(text[:20] or 0), 0), LARGEST_SEQUENCE)
    except ValueError:
        return 0
