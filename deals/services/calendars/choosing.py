"""What a person decides about a meeting: which deal it is about, and whether a doubtful change counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.refusals import Refused, still_there
from deals.intake.calendar.cutting import Piece
from deals.intake.calendar.reading import read
from deals.models import CalendarEntry, MeetingDoubt
from deals.services.calendars.holding import settled
from deals.services.calendars.saying import say
from deals.services.calendars.steps import put_in_step
from deals.services.calendars.window import zone_of
from deals.services.mail import ours as our_side

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from deals.models import Deal, Meeting


def choose_deal(*, meeting: Meeting, deal: Deal | None, by: User, now: datetime) -> None:
    """The meeting, and the whole series it is of, is about ``deal``; None: about none. Calendars change nothing of that any more."""

    def work() -> None:
        entry = _locked(meeting.entry_id)
        entry.deal, entry.deal_chosen_by, entry.deal_chosen_at = deal, by, now
        entry.save(update_fields=["deal", "deal_chosen_by", "deal_chosen_at"])
        put_in_step([entry], ours=our_side.load(now), now=now)

    settled(work)


def settle_doubt(*, doubt: MeetingDoubt, take_over: bool, by: User, now: datetime) -> None:
    """Somebody who does not organise the meeting changed it, or proposed another time: it counts after all, or it does not.

    A proposal that is taken over is agreed with them in the calendar, not here: it is only put aside.
    """

    def work() -> None:
        entry = _locked(doubt.entry_id)
        found = MeetingDoubt.objects.select_for_update().get(pk=doubt.pk)
        if found.settled_at is not None:
            raise Refused(_("Somebody has settled this meanwhile."))
        found.settled_at, found.settled_by = now, by
        found.taken_over = take_over and found.kind == MeetingDoubt.Kind.STRANGER
        found.save(update_fields=["settled_at", "settled_by", "taken_over"])
        if found.taken_over:
            _take_over(entry, found, now)

    settled(work)


def _take_over(entry: CalendarEntry, doubt: MeetingDoubt, now: datetime) -> None:
    """As if the organizer had said it; what is older than what is known by now stays without effect."""
    for event in read(doubt.text.encode(), zone=zone_of(entry)).events:
        say(entry, Piece(event, doubt.text), method=doubt.method, sender="", by=doubt.sender)
    entry.changed_at = now
    entry.save()
    put_in_step([entry], ours=our_side.load(now), now=now)


def _locked(entry_id: int) -> CalendarEntry:
    return still_there(CalendarEntry.objects.select_for_update().filter(pk=entry_id).first())
