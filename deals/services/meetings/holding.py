"""A meeting held for the time of a transaction: its deal first, as every writer takes them, then its own row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.refusals import Refused, still_there
from deals.models import Interaction
from deals.risk.refresh import refresh
from deals.services.deals import lock
from deals.services.meetings.asking import answered

if TYPE_CHECKING:
    from datetime import datetime


def hold(meeting: Interaction) -> Interaction:
    """The meeting as the database has it now. Refused for one that was withdrawn, and for what is no meeting.

    It may have been given to another deal since it was read: then that deal's row is the one to hold.
    """
    found = still_there(Interaction.objects.filter(pk=meeting.pk).select_related("deal").first())
    if found.deal is not None:
        lock(found.deal)
    deal_id = found.deal_id
    found = still_there(
        Interaction.objects.select_for_update(of=("self",)).filter(pk=meeting.pk).select_related("deal", "outcome_said_by", "user").first()
    )
    if found.kind != Interaction.Kind.MEETING:
        raise Refused(_("This is no meeting."))
    if found.deal_id != deal_id:
        raise Refused(_("Somebody gave this meeting to another deal a moment ago. Look at it again."))
    if found.withdrawn_at is not None:
        raise Refused(_("This meeting was taken back. Plan it anew, or log it."))
    return found


def settle(meeting: Interaction, now: datetime) -> None:
    """Bring the deal's signals in line, and ask nobody about it any more where somebody has spoken."""
    if meeting.outcome != Interaction.Outcome.PLANNED:
        answered(meeting, now)
    if meeting.deal_id is not None:
        refresh([meeting.deal_id], now)
