"""The interaction of a meeting: what clocks and rules read. What a person has said of it is never written over."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from deals.models import Interaction, Meeting, MeetingAttendee
from deals.services.calendars.calling_off import called_off
from deals.services.mail import others
from deals.services.meetings.asking import answered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from deals.services.calendars.calling_off import Off
    from deals.services.calendars.sides import Sides
    from deals.services.calendars.window import Planned
    from deals.services.mail.ours import Ours

# Of a series, what lies further ahead than the next one stands in the meetings, not among what happens on the deal.
SOON = timedelta(days=14)
MOST_OF_ONE = 20
Outcome = Interaction.Outcome
WRITTEN = ("deal", "account", "contact", "user", "direction", "outcome", "outcome_said_at", "asked_at", "at", "ends_at", "subject")


def write(rows: Sequence[tuple[Meeting, Planned]], sides: Sides, *, accounts: dict[int, int | None], now: datetime) -> set[int]:
    """Bring the interactions in line; the ids of the deals concerned. The deals are locked; ``accounts`` says whose they are."""
    meetings = [meeting for meeting, _plan in rows]
    people: dict[int, list[MeetingAttendee]] = defaultdict(list)
    for one in MeetingAttendee.objects.filter(meeting__in=meetings).order_by("pk"):
        people[one.meeting_id].append(one)
    off = {meeting.pk: called_off(meeting, plan, people[meeting.pk], sides) for meeting, plan in rows}
    # As they are now: a person may have said how it went since they were read.
    locked = {one.pk: one for one in Interaction.objects.select_for_update().filter(meeting__in=meetings).order_by("pk")}
    wanted = _wanted(meetings, off, now)

    def fill(said: Interaction, meeting: Meeting) -> Interaction:
        said.account_id = _account(meeting, accounts)
        _say(said, meeting, off[meeting.pk], now)
        return _filled(said, meeting, people[meeting.pk], sides)

    new: list[tuple[Meeting, Interaction]] = []
    changed: list[Interaction] = []
    deals: set[int] = set()
    for meeting in meetings:
        said = locked.get(meeting.interaction_id or 0)
        if said is None:
            if meeting.interaction_id is None and meeting.pk in wanted:
                new.append((meeting, Interaction(recorded_at=now)))
            continue
        before, was_on = _told(said), said.deal_id
        if not _is_said(said, meeting):
            fill(said, meeting)
        elif meeting.pk in wanted and _is_another(said, meeting):
            # What was said stays where it is; this is the new date for it.
            new.append((meeting, Interaction(recorded_at=now, follows=None if said.outcome == Outcome.HELD else said)))
        else:
            said.deal_id, said.account_id = meeting.deal_id, _account(meeting, accounts)
        if _told(said) != before:
            changed.append(said)
            deals |= {one for one in (was_on, said.deal_id) if one is not None}
    new = [(meeting, fill(said, meeting)) for meeting, said in _agreed_on_here(new)]
    Interaction.objects.bulk_update(changed, WRITTEN, batch_size=200)
    _add(new)
    Meeting.objects.bulk_update(meetings, ["interaction", "written_outcome"], batch_size=200)
    guests = others.settle(one.interaction_id for one in meetings if one.interaction_id is not None)
    return deals | guests | {said.deal_id for _meeting, said in new if said.deal_id is not None}


def _wanted(meetings: Iterable[Meeting], off: dict[int, Off | None], now: datetime) -> set[int]:
    """Meetings that belong among what happens on a deal: all that are not off.

    Of a series those of the last and the next weeks, the next one at least, and no more than twenty before and after now.
    """
    on = [one for one in meetings if one.deal_id is not None and off[one.pk] is None]
    series: dict[int, list[Meeting]] = defaultdict(list)
    for one in sorted(on, key=lambda one: one.starts_at):
        if one.occurrence_at is not None:
            series[one.entry_id].append(one)
    near = {one.pk for one in on if one.occurrence_at is None}
    for found in series.values():
        ahead = [one for one in found if one.ends_at > now]
        soon = [one for number, one in enumerate(ahead[:MOST_OF_ONE]) if not number or one.starts_at <= now + SOON]
        near |= {one.pk for one in (*found[: len(found) - len(ahead)][-MOST_OF_ONE:], *soon)}
    return near


def _is_said(said: Interaction, meeting: Meeting) -> bool:
    """A person spoke: how it went, or that it is taken back."""
    return said.withdrawn_at is not None or said.outcome_said_by_id is not None or said.outcome != meeting.written_outcome


def _is_another(said: Interaction, meeting: Meeting) -> bool:
    """Of what a person said: has the calendar a time for it by now that lies after that? Then it is a meeting of its own."""
    return said.withdrawn_at is None and meeting.starts_at >= (said.ends_at or said.at) and meeting.starts_at != said.at


def _say(said: Interaction, meeting: Meeting, off: Off | None, now: datetime) -> None:
    """What the calendar says of it. When it said so stays, however often it says it; a new end is asked about anew."""
    outcome = off.outcome if off is not None else Outcome.PLANNED
    if off is None:
        said.outcome_said_at = None
    elif outcome != said.outcome or said.outcome_said_at is None:
        said.outcome_said_at = min(off.at or now, now)
    if outcome == Outcome.PLANNED and said.ends_at != meeting.ends_at and meeting.ends_at > now:
        answered(said, now)  # of the end that is none any more
        said.asked_at = None
    said.outcome = outcome


def _agreed_on_here(new: Sequence[tuple[Meeting, Interaction]]) -> list[tuple[Meeting, Interaction]]:
    """Where somebody has planned the very meeting by hand, that one is meant: the new date of the same one, or the same time."""
    deals = {meeting.deal_id for meeting, _said in new}
    if not deals:
        return []
    by_hand = Interaction.objects.select_for_update(of=("self",)).filter(
        deal__in=deals, kind=Interaction.Kind.MEETING, outcome=Outcome.PLANNED, withdrawn_at=None, meeting=None, recorded_by__isnull=False
    )
    here = list(by_hand.order_by("pk"))
    found: list[tuple[Meeting, Interaction]] = []
    for meeting, said in new:
        same = next((one for one in here if said.follows_id is not None and one.follows_id == said.follows_id), None)
        same = same or next((one for one in here if (one.deal_id, one.at) == (meeting.deal_id, meeting.starts_at)), None)
        if same is not None:
            here.remove(same)
        found.append((meeting, same or said))
    return found


def _filled(said: Interaction, meeting: Meeting, people: Sequence[MeetingAttendee], sides: Sides) -> Interaction:
    """As its meeting has it. The outcome is remembered, to know later whether a person changed it."""
    deal = sides.known.deals.get(meeting.deal_id or 0)
    on_deal, introducer = (deal.people, deal.introduced_by_id) if deal is not None else (set(), None)
    contacts = [one.contact_id for one in people if one.contact_id is not None]
    ours = [one.user_id for one in people if one.user_id is not None]
    by_us = not meeting.organizer or sides.ours.is_ours(meeting.organizer)
    said.kind, said.is_human = Interaction.Kind.MEETING, True
    said.deal_id = meeting.deal_id
    # Rather the customer than who brought us to them; of those, who is on the deal.
    said.contact_id = max(contacts, key=lambda one: (one in on_deal and one != introducer, one in on_deal), default=None)
    said.user_id = _whose(said, meeting, ours, sides.ours)
    said.direction = Interaction.Direction.OUT if by_us else Interaction.Direction.IN
    said.at, said.ends_at = meeting.starts_at, meeting.ends_at
    said.subject = meeting.title or said.subject
    meeting.written_outcome = said.outcome
    return said


def _whose(said: Interaction, meeting: Meeting, ours: Sequence[int], side: Ours) -> int | None:
    """Whoever brought it, if they are invited; else the first of ours who is. Of somebody who left: whoever took over from them.

    What somebody with a last day ahead has passed on does not come back to them with the next word of the calendar.
    """
    found = next((one for one in (meeting.entry.user_id, *ours) if one in ours), ours[0] if ours else meeting.entry.user_id)
    person = side.company.people.get(found) if found is not None else None
    if person is None or found is None or meeting.ends_at <= side.now:
        return found
    if person.has_left(side.now):
        return said.user_id if said.user_id not in (None, found) else side.heir(found)
    return said.user_id if person.leaves_at is not None and said.user_id is not None else found


def _account(meeting: Meeting, accounts: dict[int, int | None]) -> int | None:
    return accounts.get(meeting.deal_id or 0) or meeting.account_id


def _add(new: Sequence[tuple[Meeting, Interaction]]) -> None:
    """The external id names the meeting, and which date of it: the database has no second one of it."""
    made = [(meeting, said) for meeting, said in new if said.pk is None]
    for meeting, said in made:
        said.external_id = f"meeting:{meeting.pk}" + (f":{said.at:%Y%m%dT%H%M}" if meeting.interaction_id is not None else "")
    Interaction.objects.bulk_create([said for _meeting, said in made], batch_size=500)
    Interaction.objects.bulk_update([said for _meeting, said in new if (_meeting, said) not in made], WRITTEN, batch_size=200)
    for meeting, said in new:
        meeting.interaction = said


def _told(said: Interaction) -> tuple[object, ...]:
    return tuple(getattr(said, f"{name}_id" if name in ("deal", "account", "contact", "user") else name) for name in WRITTEN)
