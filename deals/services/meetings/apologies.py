"""The apology for a meeting we missed: recorded by a person on the meeting it is for. A mail with a new date is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import Interaction
from deals.services.meetings.holding import hold, settle
from deals.services.reopening import put_back_signals

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

FIELDS = ["apologised_at", "apologised_by", "apology"]
LONGEST = 2000


@transaction.atomic
def record_apology(*, meeting: Interaction, words: str, by: User, now: datetime) -> Interaction:
    """We have apologised, in these words or in this way. A second one changes nothing. Refused unless we missed the meeting."""
    meeting = hold(meeting)
    if meeting.outcome != Interaction.Outcome.MISSED_BY_US:
        raise Refused(_("An apology stands on a meeting that we missed. Say first that we were not there."))
    if meeting.apologised_at is None:
        meeting.apologised_at, meeting.apologised_by, meeting.apology = now, by, words.strip().replace("\x00", "")[:LONGEST]
        meeting.save(update_fields=FIELDS)
        settle(meeting, now)
    return meeting


@transaction.atomic
def take_back_apology(*, meeting: Interaction, by: User, now: datetime) -> Interaction:
    """Recorded by mistake: it is owed as before. Twice is once."""
    meeting = hold(meeting)
    recorded_at = meeting.apologised_at
    if recorded_at is not None:
        meeting.apologised_at, meeting.apologised_by, meeting.apology = None, None, ""
        meeting.save(update_fields=FIELDS)
        if meeting.deal_id is not None:
            put_back_signals(deal_id=meeting.deal_id, settled_at=recorded_at, now=now)
        settle(meeting, now)
    return meeting
