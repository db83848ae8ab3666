"""What a calendar file says, in our words. RFC 5545 for files, RFC 5546 for what is sent around."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.refusals import Refused

if TYPE_CHECKING:
    from deals.intake.calendar.rules import Rule

# A moment with its time zone, or the day of something that lasts all day.
Moment = datetime | date


class Unreadable(Refused):
    """The file holds no calendar. One sentence with the place and the remedy."""


class Answer(StrEnum):
    """PARTSTAT: what somebody said to an invitation; '' for nothing so far."""

    NONE = ""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    DELEGATED = "delegated"


@dataclass(frozen=True, slots=True)
class Attendee:
    """``address``: lower case, '' where the file gives none. ``role``: chair, required, optional or informed.

    ``kind``: individual, group, room, resource or unknown. ``sent_by``: who acts for them.
    """

    address: str
    name: str = ""
    role: str = "required"
    answer: Answer = Answer.NONE
    kind: str = "individual"
    sent_by: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """One more date of a series (RDATE). ``ends`` only where the file gives it an end of its own."""

    starts: Moment
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. Either ``starts_at`` and ``ends_at`` are set, or ``first_day`` and ``last_day`` (inclusive).

    Neither is set only in cancellations and replies, which need not repeat the time.
    ``zone_name`` is the time zone as the file wrote it ('UTC' for a Z, '' for a floating time); ``starts_at.tzinfo`` is what it was understood as.
    ``recurrence_id`` says which occurrence of the series this is about: its original start.
    ``stamp`` and ``last_modified`` are in UTC. ``private``: whoever wrote it down says that it is nobody else's business (CLASS).
    """

    uid: str
    summary: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    zone_name: str = ""
    sequence: int = 0
    recurrence_id: Moment | None = None
    this_and_future: bool = False
    status: str = "confirmed"
    description: str = ""
    location: str = ""
    organizer: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    rule: Rule | None = None
    exdates: tuple[Moment, ...] = ()
    rdates: tuple[Extra, ...] = ()
    stamp: datetime | None = None
    last_modified: datetime | None = None
    transparent: bool = False
    comment: str = ""
    private: bool = False

    @property
    def all_day(self) -> bool:
        return self.first_day is not None

    @property
    def starts(self) -> Moment | None:
        return self.first_day if self.first_day is not None else self.starts_at

    @property
    def cancelled(self) -> bool:
        return self.status == "cancelled"

    @property
    def recurring(self) -> bool:
        return self.rule is not None or bool(self.rdates)

    @property
    def fingerprint(self) -> str:
        """Equal for two versions that tell people the same; stamps and sequence numbers do not count."""
        people = [self.organizer.address if self.organizer else "", *sorted(f"{one.address} {one.answer}" for one in self.attendees)]
        told = (
            *(self.summary, self.starts_at, self.ends_at, self.first_day, self.last_day, zone_key(self.starts_at)),
            *(self.recurrence_id, self.this_and_future, self.status, self.description, self.location, people, self.transparent),
            *(self.rule.text if self.rule else "", sorted(map(str, self.exdates)), sorted(str(one.starts) for one in self.rdates)),
        )
        return hashlib.sha256("\x1f".join(map(str, told)).encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """``method``: REQUEST, CANCEL, REPLY, COUNTER ...; '' in a feed or a saved file, and where the parts of a file disagree.

    ``defects``: one sentence each of what could not be followed.
    """

    method: str = ""
    events: tuple[Event, ...] = ()
    defects: tuple[str, ...] = field(default=())
    name: str = ""


def zone_key(moment: datetime | None) -> str:
    """The name to keep a moment's time zone by: an IANA name wherever one fits."""
    return "" if moment is None else key_of(moment.tzinfo)


def key_of(zone: tzinfo | None) -> str:
    return str(getattr(zone, "key", None) or zone or "")
