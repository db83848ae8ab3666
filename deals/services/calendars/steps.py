"""Entries into rows: each meeting at its time, who is invited, and the interaction that clocks and rules read.

Everything is worked out anew from what the entry says, so that doing it again changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from deals.intake.calendar.events import Unreadable
from deals.models import CalendarEntry, Meeting
from deals.risk.refresh import refresh
from deals.services.calendars import attendees, spoken
from deals.services.calendars.holding import hold
from deals.services.calendars.matching import account_of, deal_of
from deals.services.calendars.removing import remove
from deals.services.calendars.sides import sides_of
from deals.services.calendars.window import AHEAD, Planned, events_of, is_over, planned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from deals.intake.calendar.events import Event
    from deals.models import CalendarFeed, MailMessage
    from deals.services.calendars.sides import Sides
    from deals.services.mail.ours import Ours

log = structlog.get_logger(__name__)
Rows = list[tuple[Meeting, Planned]]
TITLE = PLACE = 300
ZONE = 64
WRITTEN = (
    "sequence", "stamp", "title", "place", "description", "starts_at", "ends_at", "is_all_day", "time_zone", "organizer", "status",
    "deal", "account", "message", "feed", "changed_at",
)  # fmt: skip


def _read(entries: Sequence[CalendarEntry]) -> dict[int, list[Event]]:
    """What the entries say. One that can no longer be read is left as it stands, with all of its rows."""
    found: dict[int, list[Event]] = {}
    for entry in entries:
        try:
            found[entry.pk] = events_of(entry)
        except Unreadable as error:
            log.warning("calendar_entry_unreadable", entry=entry.pk, reason=str(error)[:300])
    return found


def put_in_step(
    entries: Sequence[CalendarEntry],
    *,
    ours: Ours,
    now: datetime,
    message: MailMessage | None = None,
    feed: CalendarFeed | None = None,
    deal_id: int | None = None,
) -> None:
    """In the caller's transaction, the entries locked. ``message`` and ``feed``: by which way it is known now.

    ``deal_id``: the deal of the thread that brought it, for entries that have none yet.
    """
    events = _read(entries)
    entries = [one for one in entries if one.pk in events]
    if not entries:
        return
    sides = sides_of([event for found in events.values() for event in found], ours)
    theirs = {pk: list(dict.fromkeys(address for event in found for address in sides.theirs(event))) for pk, found in events.items()}
    remove([one for one in entries if not theirs[one.pk]], now)
    entries = [one for one in entries if theirs[one.pk]]
    for entry in entries:
        _match(entry, theirs[entry.pk], sides, deal_id)
        entry.rows_until = None if is_over(entry, events[entry.pk], now=now) else now + AHEAD
    CalendarEntry.objects.bulk_update(entries, ["deal", "account", "rows_until"], batch_size=100)
    here: dict[int, dict[datetime | None, Meeting]] = {entry.pk: {} for entry in entries}
    for meeting in Meeting.objects.filter(entry__in=entries).select_related("interaction"):
        here[meeting.entry_id][meeting.occurrence_at] = meeting
    contacts = {person.id for found in theirs.values() for address in found for person in sides.known.people.get(address, ())}
    deals = {entry.deal_id for entry in entries} | {
        one.interaction.deal_id for meetings in here.values() for one in meetings.values() if one.interaction is not None
    }
    held = hold(contacts, {one for one in deals if one is not None})
    rows = [row for entry in entries for row in _meetings(entry, events[entry.pk], here[entry.pk], now)]
    for meeting, _plan in rows:
        meeting.message, meeting.feed = message or meeting.message, feed or meeting.feed
    _write([meeting for meeting, _plan in rows])
    attendees.write(rows, sides)
    refresh(spoken.write(rows, sides, accounts=held, now=now), now)


def _match(entry: CalendarEntry, theirs: list[str], sides: Sides, deal_id: int | None) -> None:
    """What a person chose stays, and so does a deal once found."""
    if entry.deal_chosen_at is None and entry.deal_id is None:
        found = deal_of(theirs, sides)
        entry.deal_id = deal_id or (found.id if found is not None else None)
    entry.account_id = account_of(theirs, sides)


def _meetings(entry: CalendarEntry, events: Sequence[Event], here: dict[datetime | None, Meeting], now: datetime) -> Rows:
    """The rows of an entry as they are now; one that is no more, and lies ahead, is cancelled."""
    rows: Rows = []
    seen = set()
    for plan in planned(entry, events, now=now):
        seen.add(plan.at)
        meeting = here.get(plan.at)
        if meeting is None and plan.cancelled:
            continue
        meeting = meeting or Meeting(entry=entry, uid=entry.uid, occurrence_at=plan.at, created_at=now)
        _fill(meeting, plan, now)
        meeting.deal_id, meeting.account_id = entry.deal_id, entry.account_id
        rows.append((meeting, plan))
    for at, meeting in here.items():
        if at not in seen:
            is_over = meeting.ends_at <= now or meeting.status == Meeting.Status.CANCELLED
            meeting.status = meeting.status if is_over else Meeting.Status.CANCELLED
            meeting.deal_id, meeting.account_id, meeting.changed_at = entry.deal_id, entry.account_id, now
            rows.append((meeting, Planned.past(meeting)))
    return rows


def _fill(meeting: Meeting, plan: Planned, now: datetime) -> None:
    if plan.cancelled:
        # A cancellation need not repeat what it was; the row keeps that.
        meeting.status = Meeting.Status.CANCELLED
    else:
        event = plan.event
        meeting.title, meeting.place = _line(event.summary)[:TITLE], _line(event.location)[:PLACE]
        meeting.description = event.description.replace("\x00", "")
        meeting.starts_at, meeting.ends_at, meeting.is_all_day = plan.starts_at, plan.ends_at, event.all_day
        meeting.time_zone = plan.zone[:ZONE]
        meeting.organizer = event.organizer.address[:320] if event.organizer is not None else ""
        meeting.status = Meeting.Status.TENTATIVE if event.status == "tentative" else Meeting.Status.CONFIRMED
        meeting.sequence, meeting.stamp = event.sequence, event.stamp
    meeting.changed_at = now


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _write(meetings: list[Meeting]) -> None:
    known = [one for one in meetings if one.pk is not None]
    Meeting.objects.bulk_create([one for one in meetings if one.pk is None], batch_size=500)
    Meeting.objects.bulk_update(known, WRITTEN, batch_size=200)
