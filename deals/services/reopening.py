"""What an undo puts back besides the fact itself: the signals and tasks that the fact had settled.

Without it the refresh would raise them anew: as young ones, told and mailed a second time, their climb forgotten.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max

from deals.models import RiskSignal, SignalEvent, Task
from deals.models.signals import OPEN_STATES
from deals.risk.policy import CLIMB_AFTER, TAKING_HOLDS
from deals.services.signals import later

if TYPE_CHECKING:
    from datetime import datetime

# For as long a settled signal counts as the same one; afterwards it goes off anew, and is told anew.
SAME_FOR = timedelta(hours=1)
State, Event = RiskSignal.State, SignalEvent.Kind


def put_back_signals(*, deal_id: int, settled_at: datetime, now: datetime) -> None:
    """The signals of a deal that were settled at exactly this moment are raised as they were, with their tasks.

    The caller holds the deal's row, and refreshes the deal afterwards: what has another ground to be settled is so again.
    A signal that was parked comes back raised.
    """
    if now - settled_at > SAME_FOR:
        return
    open_rules = RiskSignal.objects.filter(deal_id=deal_id, state__in=OPEN_STATES).values_list("rule", flat=True)
    settled = RiskSignal.objects.select_for_update(of=("self",)).filter(deal_id=deal_id, state=State.CLEARED, cleared_at=settled_at)
    back = list(settled.exclude(rule__in=list(open_rules)))
    for signal in back:
        signal.state, signal.cleared_at, signal.cleared_by, signal.park_reason = State.RAISED, None, "", ""
        signal.climbs_at = _climbs_at(signal)
        signal.save(update_fields=["state", "cleared_at", "cleared_by", "park_reason", "climbs_at"])
    SignalEvent.objects.filter(signal__in=back, kind=Event.CLEARED, at=settled_at).delete()
    Task.objects.filter(signal__in=back, ended_at=settled_at, done_by__isnull=True).update(ended_at=None)


def _climbs_at(signal: RiskSignal) -> datetime | None:
    """When it climbs, counted as before: from when it was raised, got worse, climbed or came back from parking last."""
    after = CLIMB_AFTER.get(signal.severity)
    if after is None:
        return None
    last = signal.events.filter(kind__in=[Event.CLIMBED, Event.UNPARKED]).aggregate(at=Max("at"))["at"]
    climbs_at = later(signal, max(signal.worsened_at, last or signal.worsened_at), after)
    if signal.taken_at is not None and signal.taken_by_id == signal.responsible_id:
        climbs_at = max(climbs_at, later(signal, signal.taken_at, TAKING_HOLDS))
    return climbs_at
