"""Who is invited to a meeting, and what each of them answered: in the calendar itself, or by a reply, whichever is newer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.models import MeetingAttendee
from deals.services.calendars.sides import addresses_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.models import Meeting
    from deals.services.calendars.sides import Sides
    from deals.services.calendars.window import Planned

NAME = 200
WRITTEN = ("name", "answer", "user", "contact")


def write(rows: Iterable[tuple[Meeting, Planned]], sides: Sides) -> None:
    """Bring the rows in line with what their meetings say; three statements. A cancellation changes nothing of who was invited."""
    told = [(meeting, plan) for meeting, plan in rows if plan.is_told and not plan.cancelled]
    here: dict[tuple[int, str], MeetingAttendee] = {
        (one.meeting_id, one.address): one for one in MeetingAttendee.objects.filter(meeting__in=[meeting for meeting, _plan in told])
    }
    new: list[MeetingAttendee] = []
    changed: list[MeetingAttendee] = []
    for meeting, plan in told:
        for wanted in invited(meeting, plan, sides):
            known = here.pop((meeting.pk, wanted.address), None)
            if known is None:
                new.append(wanted)
            elif _told(known) != _told(wanted):
                wanted.pk = known.pk
                changed.append(wanted)
    MeetingAttendee.objects.filter(pk__in=[one.pk for one in here.values()]).delete()
    MeetingAttendee.objects.bulk_create(new, batch_size=500)
    MeetingAttendee.objects.bulk_update(changed, WRITTEN, batch_size=500)


def invited(meeting: Meeting, plan: Planned, sides: Sides) -> list[MeetingAttendee]:
    """The organizer comes, whether or not they stand among the invited."""
    event = plan.event
    said = {one.address: (one.name, one.answer.value) for one in event.attendees if one.address}
    if event.organizer is not None and event.organizer.address not in said:
        said[event.organizer.address] = (event.organizer.name, MeetingAttendee.Answer.ACCEPTED)
    replies = {**meeting.entry.answers.get("", {}), **(meeting.entry.answers.get(plan.key, {}) if plan.key else {})}
    order = (event.sequence, event.stamp.isoformat() if event.stamp is not None else "")
    people: list[MeetingAttendee] = []
    for address in dict.fromkeys((*addresses_of(event), *replies)):
        name, answer = said.get(address, ("", ""))
        if address in replies and (not answer or (replies[address][1], replies[address][2]) >= order):
            answer, name = replies[address][0], name or replies[address][3]
        person = sides.person(address)
        people.append(
            MeetingAttendee(
                meeting=meeting,
                address=address,
                name=name.replace("\x00", "")[:NAME],
                answer=answer,
                user_id=sides.ours.user_of(address) if sides.ours.is_ours(address) else None,
                contact_id=person.id if person is not None and not sides.ours.is_ours(address) else None,
            )
        )
    return people


def _told(one: MeetingAttendee) -> tuple[object, ...]:
    return one.name, one.answer, one.user_id, one.contact_id
