"""Tasks that come with a signal: made when it is raised, ended when it is cleared, moved with the responsible."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deals.copying import write_values
from deals.models import SignalEvent, Task
from deals.risk.judging import HANDED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from deals.risk.judging import Happening
    from deals.risk.loading import Loaded
    from deals.risk.open_signals import Signal

KIND_OF_RULE = {"no_next_step": Task.Kind.NAME_NEXT_STEP}
ADD = "INSERT INTO deals_task (kind, title, assignee_id, deal_id, signal_id, due_at, created_at) VALUES %s ON CONFLICT DO NOTHING"
# Working time in which such a task should be done.
DUE_IN = {Task.Kind.NAME_NEXT_STEP: timedelta(hours=8)}


def follow(happenings: Iterable[Happening], loaded: Loaded, now: datetime) -> None:
    """Bring the tasks in line with what just befell their signals: at most three statements."""
    ours = [one for one in happenings if one.signal.rule in KIND_OF_RULE]
    if not ours:
        return
    write_values(
        ADD,
        [
            _task(one.signal, one.signal.responsible_id, loaded, now)
            for one in ours
            if one.kind == SignalEvent.Kind.RAISED and one.signal.responsible_id is not None
        ],
    )
    cleared = [one.signal.id for one in ours if one.kind == SignalEvent.Kind.CLEARED]
    if cleared:
        Task.objects.filter(signal_id__in=cleared, ended_at__isnull=True).update(ended_at=now)
    for signal in (one.signal for one in ours if one.kind == HANDED and one.signal.responsible_id is not None):
        Task.objects.filter(signal_id=signal.id, ended_at__isnull=True).update(assignee_id=signal.responsible_id)


def _task(signal: Signal, assignee_id: int, loaded: Loaded, now: datetime) -> tuple[Any, ...]:
    kind = KIND_OF_RULE[signal.rule]
    due = loaded.clock(assignee_id).add(now, DUE_IN[kind])
    return kind.value, _("Name the next step"), assignee_id, signal.deal_id, signal.id, due, now
