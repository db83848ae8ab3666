"""By whom a calendar says that a meeting is off, and since when: whoever organises it took it back, or one side declined as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from deals.models import Interaction, Meeting, MeetingAttendee

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deals.models import CalendarEntry
    from deals.services.calendars.sides import Sides
    from deals.services.calendars.window import Planned

Outcome = Interaction.Outcome
DECLINED = MeetingAttendee.Answer.DECLINED


class Off(NamedTuple):
    """``at``: when the calendar said so; None where it does not tell."""

    outcome: str
    at: datetime | None


def called_off(meeting: Meeting, plan: Planned, people: Sequence[MeetingAttendee], sides: Sides) -> Off | None:
    """None for a meeting that stands: not cancelled, and not one side alone. Where all of theirs or all of ours decline, nobody meets."""
    if meeting.status == Meeting.Status.CANCELLED:
        return _cancelled(meeting, plan, sides)
    ours = [one for one in people if one.user_id is not None]
    theirs = [one for one in people if one.user_id is None]
    declined = [
        Off(outcome, _declined_at(meeting.entry, plan.key, side))
        for outcome, side in ((Outcome.CANCELLED_BY_US, ours), (Outcome.CANCELLED_BY_THEM, theirs))
        if side and all(one.answer == DECLINED for one in side)
    ]
    # Where both did, whoever was first.
    return min(declined, key=lambda off: (off.at is None, off.at.timestamp() if off.at is not None else 0.0), default=None)


def _cancelled(meeting: Meeting, plan: Planned, sides: Sides) -> Off:
    entry = meeting.entry
    whole = entry.versions.get("", {})
    off = _cancellation(entry, plan.key)
    if off is not None:
        return Off(_by(off.get("by") or off["organizer"] or meeting.organizer, sides), _moment(off["stamp"]))
    if entry.gone_at is not None and meeting.starts_at > entry.gone_at:
        # It left the calendar of one of ours: taken back where it was ours, else nobody knows who took it out.
        ours = not meeting.organizer or sides.ours.is_ours(meeting.organizer)
        return Off(Outcome.CANCELLED_BY_US if ours else Outcome.CANCELLED, entry.gone_at)
    # An occurrence that its series has no more.
    return Off(_by(whole.get("organizer") or meeting.organizer, sides), _moment(whole.get("stamp")))


def _cancellation(entry: CalendarEntry, key: str) -> dict[str, Any] | None:
    """What took it back: of itself, of the whole, or of all from some occurrence on."""
    from_there = (one for name, one in entry.versions.items() if name and one["from_there_on"])
    told = (entry.versions.get(key), entry.versions.get(""), *from_there)
    return next((one for one in told if one is not None and one["cancelled"]), None)


def _by(address: str, sides: Sides) -> str:
    if address and sides.ours.is_ours(address):
        return Outcome.CANCELLED_BY_US
    return Outcome.CANCELLED_BY_THEM if address and sides.is_theirs(address) else Outcome.CANCELLED


def _declined_at(entry: CalendarEntry, key: str, side: Iterable[MeetingAttendee]) -> datetime | None:
    """When the last of them did, as far as their answers came by themselves."""
    replies = {**entry.answers.get("", {}), **(entry.answers.get(key, {}) if key else {})}
    moments = [moment for one in side if one.address in replies and (moment := _moment(replies[one.address][2])) is not None]
    return max(moments, default=None)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
