"""Time passes: everything that live use does by itself, done at the very moments at which something falls due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Absence, Departure
from accounts.services.leaving.ending import carry_out_departures
from deals.models import DealAlarm, Handoff, Interaction
from deals.risk.sweep import sweep
from deals.services.handoffs import expire_handoffs
from deals.services.meetings.asking import ask
from reports.replay.faults import Fault
from winback.models import Decline
from winback.services.declines import follow_declines
from winback.services.declines.following import GOES_WITHIN

if TYPE_CHECKING:
    from datetime import datetime


# What beat does every minute, before it sweeps.
EVERY_MINUTE = (carry_out_departures, expire_handoffs, follow_declines, ask)


def _next_of_declines(after: datetime) -> list[datetime | None]:
    """When the next request climbs; and when a note that did not go is missed."""
    asked = Decline.objects.filter(state=Decline.State.ASKED, task__due_at__gt=after)
    unsaid = Decline.objects.unsaid().filter(ended_at__gt=after - GOES_WITHIN).order_by("ended_at").values_list("ended_at", flat=True).first()
    return [
        asked.order_by("task__due_at").values_list("task__due_at", flat=True).first(),
        unsaid + GOES_WITHIN if unsaid is not None else None,
    ]


def next_due(after: datetime) -> datetime | None:
    """The next moment later than ``after`` at which something is to be done by itself."""
    planned = Interaction.objects.filter(
        kind=Interaction.Kind.MEETING, outcome=Interaction.Outcome.PLANNED, withdrawn_at=None, asked_at=None, moment__gt=after
    )
    moments = (
        DealAlarm.objects.filter(at__gt=after).order_by("at").values_list("at", flat=True).first(),
        planned.order_by("moment").values_list("moment", flat=True).first(),
        Handoff.objects.open().filter(expires_at__gt=after).order_by("expires_at").values_list("expires_at", flat=True).first(),
        Absence.objects.filter(starts_at__gt=after).order_by("starts_at").values_list("starts_at", flat=True).first(),
        Absence.objects.filter(ends_at__gt=after).order_by("ends_at").values_list("ends_at", flat=True).first(),
        Departure.objects.filter(leaves_at__gt=after).order_by("leaves_at").values_list("leaves_at", flat=True).first(),
        *_next_of_declines(after),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def is_due(now: datetime) -> bool:
    """Whether a deal waits to be looked at already, which live use would do within a minute."""
    return DealAlarm.objects.filter(at__lte=now).exists()


def work_off(now: datetime, *, tell: bool = True) -> None:
    """What beat does every minute, at this moment. Raises ``Fault`` where a deal could not be looked at."""
    if tell:
        for job in EVERY_MINUTE:
            job(now)
    swept = sweep(now, tell=tell)
    if swept.failed:
        raise Fault(f"{swept.failed} deals could not be looked at; the log says why.")
