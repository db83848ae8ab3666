"""Calendar files of our own: a feed of a person's meetings, tasks and clocks, and invitations, cancellations and answers for mail.

The feed's bytes change only with what it says, so that a reader who asks whether anything is new can be told no.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, vCalAddress, vDuration, vRecur, vText
from icalendar import Event as Component

from deals.intake.calendar.events import Answer, Attendee

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.intake.calendar.events import Event

MAKER = "-//Salvor//Salvor//EN"
REFRESH = timedelta(minutes=15)
DAY = timedelta(days=1)
# How many years after a series begins its time zone is described.
YEARS = 10
# What no file of text may hold, halves of letters included.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
ROLES = {"chair": "CHAIR", "optional": "OPT-PARTICIPANT", "informed": "NON-PARTICIPANT"}


class Text(vText):
    """icalendar takes a backslash before a capital N for a new line; a person may have typed just that."""

    def to_ical(self) -> bytes:
        return self.translate(ESCAPED).encode()


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to write down: either ``starts_at`` (aware) with ``ends_at``, or ``first_day`` with ``last_day`` (inclusive).

    ``uid`` stays the same for as long as the thing exists. ``busy``: whether it takes up the time, as a meeting does and a due
    moment does not. ``rule``: an RRULE; then the zone of ``starts_at`` is written too. ``changed_at``: when it last changed.
    """

    uid: str
    title: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    description: str = ""
    location: str = ""
    url: str = ""
    kind: str = "meeting"
    busy: bool = True
    cancelled: bool = False
    sequence: int = 0
    changed_at: datetime | None = None
    rule: str = ""
    exdates: tuple[datetime, ...] = ()
    recurrence_id: datetime | date | None = None


def feed(entries: Iterable[Entry], *, name: str, now: datetime) -> bytes:
    """A calendar to subscribe to. ``now`` stamps only those entries that do not say when they changed."""
    calendar = _calendar(name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    entries = list(entries)
    for entry in entries:
        calendar.add_component(_component(entry, entry.changed_at or now))
    return _written(calendar, entries)


def invitation(entry: Entry, *, organizer: Attendee, attendees: Iterable[Attendee], now: datetime) -> bytes:
    """For a part ``text/calendar; method=REQUEST`` of a mail. A higher ``sequence`` of the same entry is an update."""
    return _sent("REQUEST", entry, organizer, attendees, now)


def cancellation(entry: Entry, *, organizer: Attendee, attendees: Iterable[Attendee], now: datetime) -> bytes:
    """For a part ``text/calendar; method=CANCEL``. The entry's ``sequence`` is one higher than that of the last invitation."""
    return _sent("CANCEL", entry, organizer, attendees, now)


def reply(event: Event, *, attendee: Attendee, now: datetime, comment: str = "") -> bytes:
    """For a part ``text/calendar; method=REPLY``: what ``attendee`` answers to an invitation."""
    calendar = _calendar("")
    calendar.add("method", "REPLY")
    component = Component()
    component.add("uid", _line(event.uid))
    component.add("dtstamp", now.astimezone(UTC))
    component.add("sequence", event.sequence)
    if event.recurrence_id is not None:
        component.add("recurrence-id", _moment(event.recurrence_id))
    if event.starts is not None:
        component.add("dtstart", _moment(event.starts))
    component.add("summary", _text(event.summary))
    if event.organizer is not None and event.organizer.address:
        component.add("organizer", vCalAddress(f"mailto:{_plain(event.organizer.address)}"))
    component.add("attendee", _person(attendee, asked=False))
    if comment:
        component.add("comment", _text(comment))
    calendar.add_component(component)
    return _written(calendar)


def _sent(method: str, entry: Entry, organizer: Attendee, attendees: Iterable[Attendee], now: datetime) -> bytes:
    calendar = _calendar("")
    calendar.add("method", method)
    component = _component(entry, now)
    if method == "CANCEL":
        component["STATUS"] = "CANCELLED"
    component.add("organizer", _person(organizer, asked=None))
    for one in attendees:
        component.add("attendee", _person(one, asked=method == "REQUEST" and one.answer is Answer.NONE))
    calendar.add_component(component)
    return _written(calendar, [entry])


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    if name:
        calendar.add("name", _line(name))
        calendar.add("x-wr-calname", _line(name))
    return calendar


def _written(calendar: Calendar, entries: Iterable[Entry] = ()) -> bytes:
    """Folded, escaped, and with the time zones that were used, for as long as a series may be of interest."""
    years = [one.starts_at.year for one in entries if one.rule and one.starts_at is not None]
    if years:
        calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + YEARS, 1, 1))
    return bytes(calendar.to_ical())


def _component(entry: Entry, stamp: datetime) -> Component:
    component = Component()
    component.add("uid", _line(entry.uid))
    component.add("dtstamp", stamp.astimezone(UTC))
    if entry.changed_at is not None:
        component.add("last-modified", entry.changed_at.astimezone(UTC))
    component.add("sequence", entry.sequence)
    component.add("summary", _text(entry.title))
    _when(component, entry)
    if entry.recurrence_id is not None:
        component.add("recurrence-id", _moment(entry.recurrence_id))
    for name, text in (("description", entry.description), ("location", entry.location)):
        if text:
            component.add(name, _text(text))
    if entry.url:
        component.add("url", _plain(entry.url))
    component.add("categories", [_plain(entry.kind)])
    component.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    component.add("transp", "OPAQUE" if entry.busy and not entry.cancelled else "TRANSPARENT")
    return component


def _when(component: Component, entry: Entry) -> None:
    """Moments in UTC, so that no reader needs to know a zone; a rule needs its zone, to stay at its hour over the change of the clock."""
    if entry.first_day is not None:
        component.add("dtstart", entry.first_day)
        component.add("dtend", max(entry.last_day or entry.first_day, entry.first_day) + DAY)
    elif entry.starts_at is not None:
        zoned = bool(entry.rule)
        component.add("dtstart", entry.starts_at if zoned else entry.starts_at.astimezone(UTC))
        ends = max(entry.ends_at or entry.starts_at, entry.starts_at)
        component.add("dtend", ends.astimezone(entry.starts_at.tzinfo) if zoned else ends.astimezone(UTC))
    if entry.rule:
        component.add("rrule", vRecur.from_ical(entry.rule))
        for one in entry.exdates:
            component.add("exdate", one)


def _moment(moment: datetime | date) -> datetime | date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _person(person: Attendee, *, asked: bool | None) -> vCalAddress:
    """``asked``: whether an answer is wished for; None for the organizer, of whom there is none to say."""
    written = vCalAddress(f"mailto:{_plain(person.address)}")
    if person.name:
        written.params["CN"] = _plain(person.name)
    if asked is not None:
        written.params["ROLE"] = ROLES.get(person.role, "REQ-PARTICIPANT")
        written.params["PARTSTAT"] = person.answer.value.upper() or "NEEDS-ACTION"
        if asked:
            written.params["RSVP"] = "TRUE"
    return written


def _text(text: str) -> Text:
    return Text(UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _line(text: str) -> Text:
    """For what a reader shows in one line."""
    return Text(_plain(text))


def _plain(text: str) -> str:
    """One line, for what is written as it is."""
    return " ".join(UNWRITABLE.sub("", text).split())
