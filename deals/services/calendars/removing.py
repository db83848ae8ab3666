"""A meeting that is nobody's business any more: no customer in it, or private since. What it was is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.models import CalendarEntry, Interaction, Meeting
from deals.risk.refresh import refresh
from deals.services.calendars.holding import hold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def remove(entries: Sequence[CalendarEntry], now: datetime) -> None:
    """Nothing of it is kept but what a person said of it; what was only planned is cancelled."""
    if not entries:
        return
    meetings = list(Meeting.objects.filter(entry__in=entries, interaction__isnull=False).values_list("interaction_id", "interaction__deal_id"))
    deals = {deal for _said, deal in meetings if deal is not None}
    hold((), deals)
    planned = Interaction.objects.filter(pk__in=[said for said, _deal in meetings], outcome=Interaction.Outcome.PLANNED)
    planned.update(outcome=Interaction.Outcome.CANCELLED, outcome_said_at=now, subject="", external_id=None)
    CalendarEntry.objects.filter(pk__in=[one.pk for one in entries]).delete()
    refresh(deals, now)
