"""Tasks that come with a signal, as its rule names them: made, moved and ended with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.prepared import named
from accounts.working_time import NoWorkingTime
from deals.copying import write_columns
from deals.models import SignalEvent, Task
from deals.risk.judging import OWED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from django.utils.functional import _StrPromise

    from deals.risk.judging import Happening
    from deals.risk.loading import Loaded
    from deals.risk.open_signals import Signal

TITLES: dict[str, _StrPromise] = {
    Task.Kind.NAME_NEXT_STEP: gettext_lazy("Name the next step"),
    Task.Kind.ANSWER_OR_PASS_ON: gettext_lazy("Answer, or pass it on"),
    Task.Kind.CONFIRM_MEETING: gettext_lazy("Say how the meeting went"),
    Task.Kind.APOLOGISE: gettext_lazy("Apologise for the missed meeting"),
    Task.Kind.REBOOK: gettext_lazy("Agree on a new date"),
}
# A task of the responsible person goes along with the signal; that of somebody who was turned to stays theirs.
# Where its moment is that of a fact (a meeting's end), it is due by the fact it rests on now.
MOVED = ("signal", "kind", "assignee", "due", "fixed")
MOVE = named(
    """
UPDATE deals_task AS t SET assignee_id = v.assignee, due_at = v.due
FROM unnest(%(signal)s::bigint[], %(kind)s::text[], %(assignee)s::bigint[], %(due)s::timestamptz[], %(fixed)s::boolean[])
    AS v (signal, kind, assignee, due, fixed)
WHERE t.signal_id = v.signal AND t.kind = v.kind AND t.ended_at IS NULL AND (t.assignee_id <> v.assignee OR v.fixed AND t.due_at <> v.due)
RETURNING t.id
""",
    planned=True,
    writes=True,
)
# What is owed no more: an apology that was made, an answer that was given.
END = """
UPDATE deals_task SET ended_at = %(now)s
WHERE signal_id = ANY(%(signals)s) AND ended_at IS NULL
  AND (signal_id, kind, assignee_id) NOT IN (SELECT * FROM unnest(%(kept)s::bigint[], %(kinds)s::text[], %(people)s::bigint[]))
"""
ADDED = ("kind", "title", "assignee_id", "deal_id", "signal_id", "due_at", "created_at")
ADD = named(
    f"""
INSERT INTO deals_task ({", ".join(ADDED)})
SELECT * FROM unnest(%(kind)s::text[], %(title)s::text[], %(assignee_id)s::bigint[], %(deal_id)s::bigint[], %(signal_id)s::bigint[],
                     %(due_at)s::timestamptz[], %(created_at)s::timestamptz[])
ON CONFLICT DO NOTHING RETURNING id
""",  # noqa: S608 - names above
    planned=True,
    writes=True,
)


def follow(happenings: Iterable[Happening], loaded: Loaded, now: datetime) -> dict[int, NoWorkingTime]:
    """Bring the tasks in line with what just befell their signals: at most four statements.

    Of the deals (by id) with a task for somebody whose calendar has no working time: what it said. Such a task is due by the
    clock on the wall.
    """
    cleared: list[int] = []
    owed: dict[int, Signal] = {}
    new: set[int | None] = set()
    for one in happenings:
        if one.kind == SignalEvent.Kind.RAISED:
            new.add(one.signal.id)
        if one.kind == SignalEvent.Kind.CLEARED and _has_tasks(one.signal) and one.signal.id is not None:
            cleared.append(one.signal.id)
        elif one.kind == OWED and one.signal.id is not None:
            owed[one.signal.id] = one.signal
    if cleared:
        Task.objects.filter(signal_id__in=cleared, ended_at__isnull=True).update(ended_at=now)
    return _bring_in_line(list(owed.values()), new, loaded, now) if owed else {}


def _has_tasks(signal: Signal) -> bool:
    """The duty of a next step came with its signal before signals knew their duties."""
    return bool(signal.facts.get("duties")) or signal.rule == "no_next_step"


def _bring_in_line(signals: Sequence[Signal], new: Set[int | None], loaded: Loaded, now: datetime) -> dict[int, NoWorkingTime]:
    """``new``: those raised just now, which have no task yet."""
    untimed: dict[int, NoWorkingTime] = {}
    rows = [(signal, duty, person) for signal in signals for duty, person in _duties(signal, loaded, now)]
    tasks = [_task(signal, duty, person_id, loaded, now, untimed=untimed) for signal, duty, person_id in rows]
    own = [
        (signal.id, duty["kind"], person_id, task[5], duty["since"] is not None)
        for task, (signal, duty, person_id) in zip(tasks, rows, strict=True)
        if duty["user"] is None and signal.id not in new
    ]
    write_columns(MOVE, MOVED, own)
    if known := [signal.id for signal in signals if signal.id not in new]:
        _end_others(known, tasks, now)
    write_columns(ADD, ADDED, tasks)
    return untimed


def _duties(signal: Signal, loaded: Loaded, now: datetime) -> list[tuple[dict[str, Any], int]]:
    """What is owed, and by whom: who was turned to, or whoever answers for them. Whom the signal waits for has it already."""
    found = []
    for duty in signal.facts.get("duties", ()):
        if duty["user"] is None:
            person_id = signal.responsible_id
        else:
            person_id = loaded.company.responsible(owner_id=duty["user"], team_id=None, at=now)
            person_id = None if person_id == signal.responsible_id else person_id
        if person_id is not None:
            found.append((duty, person_id))
    return found


def _task(
    signal: Signal, duty: dict[str, Any], assignee_id: int, loaded: Loaded, now: datetime, *, untimed: dict[int, NoWorkingTime]
) -> tuple[Any, ...]:
    since = datetime.fromisoformat(duty["since"]) if duty["since"] else now
    limit = timedelta(hours=duty["hours"])
    try:
        due = loaded.clock(assignee_id).add(since, limit)
    except NoWorkingTime as error:
        due, untimed[signal.deal_id] = since + limit, error
    title = _title(duty["kind"], loaded.company.people[assignee_id].language)
    return duty["kind"], title, assignee_id, signal.deal_id, signal.id, due, now


@lru_cache(maxsize=256)
def _title(kind: str, language: str) -> str:
    with translation.override(language):
        return str(TITLES[kind]) if kind in TITLES else _("To do")


def _end_others(signal_ids: Sequence[int | None], tasks: Sequence[tuple[Any, ...]], now: datetime) -> None:
    kept = {"kept": [task[4] for task in tasks], "kinds": [task[0] for task in tasks], "people": [task[2] for task in tasks]}
    with connection.cursor() as cursor:
        cursor.execute(END, {"signals": list(signal_ids), "now": now, **kept})
