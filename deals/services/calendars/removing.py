"""A meeting that is nobody's business any more: no customer in it, or private since. What it was is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from deals.models import CalendarEntry, Interaction
from deals.risk.refresh import refresh
from deals.services.calendars.holding import hold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Outcome = Interaction.Outcome


def remove(entries: Sequence[CalendarEntry], now: datetime) -> None:
    """Nothing of it is kept but what a person said of it, and that something was planned, which is off now."""
    if not entries:
        return
    said = Interaction.objects.filter(meeting__entry__in=entries)
    deals = set(said.filter(deal__isnull=False).values_list("deal_id", flat=True))
    hold((), deals)
    by_the_calendar = Q(outcome=F("meeting__written_outcome"), outcome_said_by=None)
    its_words = Interaction.objects.filter(pk__in=list(said.filter(Q(outcome=Outcome.PLANNED) | by_the_calendar).values_list("pk", flat=True)))
    its_words.update(subject="", external_id=None)
    its_words.filter(outcome=Outcome.PLANNED).update(outcome=Outcome.CANCELLED, outcome_said_at=now)
    CalendarEntry.objects.filter(pk__in=[one.pk for one in entries]).delete()
    refresh(deals, now)
