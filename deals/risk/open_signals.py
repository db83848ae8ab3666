"""Open signals as plain rows: read, written and remembered by the refresh, many at once.

A refresh may look at thousands; as model instances they take longer to make than to judge.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.arrays import array_of
from accounts.prepared import named
from deals.copying import insert, next_ids, write_values
from deals.models import RiskSignal, SignalEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


@dataclass(slots=True, eq=False)
class Signal:
    """A row of :class:`deals.models.RiskSignal`, as far as a refresh reads or writes it. ``id`` is None until it is added."""

    deal_id: int
    rule: str
    severity: int
    responsible_id: int | None
    facts: dict[str, Any]
    since: datetime
    due_at: datetime
    raised_at: datetime
    worsened_at: datetime
    times_over: float
    climbs_at: datetime | None
    id: int | None = None
    team_id: int | None = None  # its deal's
    state: str = "raised"
    park_count: int = 0
    level: int = 0
    taken_by_id: int | None = None
    taken_at: datetime | None = None
    parked_until: datetime | None = None
    park_reason: str = ""
    cleared_at: datetime | None = None
    cleared_by: str = ""
    # Whom the climbs told so far, and how grave it was at the last of them; known where it climbs on now.
    told: tuple[int, ...] = ()
    told_severity: int = 0


# What a refresh may change of a signal, with the types of the columns.
SAVED = {
    "state": "text", "severity": "smallint", "responsible_id": "bigint", "facts": "jsonb", "since": "timestamptz", "due_at": "timestamptz",
    "worsened_at": "timestamptz", "times_over": "float8", "level": "smallint", "climbs_at": "timestamptz", "taken_by_id": "bigint",
    "taken_at": "timestamptz", "parked_until": "timestamptz", "park_reason": "text", "cleared_at": "timestamptz", "cleared_by": "text",
}  # fmt: skip
# Its team as the deal's is known: where it is another, the database puts it right.
ADDED = ("id", "deal_id", "team_id", "rule", "raised_at", "park_count", *SAVED)

# As the fields of Signal stand, but the last two.
READ = tuple(field.name for field in fields(Signal))[:-2]
FACTS, TOLD_TO = READ.index("facts"), len(READ)

# Of those that climb on now: whom the climbs told so far, and, where it got worse since it was raised, how grave it was the last time.
OPEN = f"""
SELECT {", ".join(READ)},
       CASE WHEN level > 0 AND climbs_at <= %(now)s
            THEN ARRAY(SELECT t.user_id FROM deals_risksignal_told t WHERE t.risksignal_id = s.id ORDER BY t.id) ELSE '{{}}' END,
       CASE WHEN level > 0 AND climbs_at <= %(now)s AND worsened_at > raised_at
            -- OFFSET 0: by the signal. Of all the climbs, latest first, it would look through those of every signal.
            THEN COALESCE((SELECT e.severity FROM (SELECT * FROM deals_signalevent o WHERE o.signal_id = s.id OFFSET 0) e WHERE e.kind = 'climbed'
                           ORDER BY e.at DESC, e.id DESC LIMIT 1), severity) ELSE severity END
FROM deals_risksignal s WHERE deal_id = ANY(%(ids)s) AND state IN ('raised', 'parked')
"""  # noqa: S608 - names above
OPEN_OF_ONE = named(OPEN.replace("= ANY(%(ids)s)", "= %(id)s"), planned=True)
# One statement for all of them; Django's bulk_update takes ten times as long as everything else the sweep does.
SAVE = named(
    f"""
UPDATE deals_risksignal AS s SET {", ".join(f"{name} = v.{name}" for name in SAVED)}
FROM unnest(%(id)s::bigint[], {", ".join(f"%({name})s::{kind}[]" for name, kind in SAVED.items())}) AS v (id, {", ".join(SAVED)}) WHERE s.id = v.id
RETURNING s.id
""",  # noqa: S608 - made of the names above
    planned=True,
    writes=True,
)
FORGOTTEN = "DELETE FROM deals_risksignal_told t USING (VALUES %s) AS v (signal, person) WHERE t.risksignal_id = v.signal AND t.user_id = v.person"
TOLD = "INSERT INTO deals_risksignal_told (risksignal_id, user_id) VALUES %s ON CONFLICT DO NOTHING"


def of_deals(deal_ids: Sequence[int], now: datetime) -> dict[int, dict[str, Signal]]:
    """The open signals by deal and rule, as they are to be judged ``now``; one query."""
    found: defaultdict[int, dict[str, Signal]] = defaultdict(dict)
    if len(deal_ids) == 1:
        rows = OPEN_OF_ONE.rows(id=deal_ids[0], now=now)
    else:
        with connection.cursor() as cursor:
            cursor.execute(OPEN, {"ids": list(deal_ids), "now": now})
            rows = cursor.fetchall()
    for row in rows:
        values = [*row[:FACTS], json.loads(row[FACTS]), *row[FACTS + 1 : TOLD_TO], tuple(row[TOLD_TO]), row[-1]]
        signal = Signal(*values)
        found[signal.deal_id][signal.rule] = signal
    return found


def add(signals: Sequence[Signal]) -> None:
    """Insert them; they get their ids."""
    for signal, pk in zip(signals, next_ids(RiskSignal, len(signals)), strict=True):
        signal.id = pk
    insert(RiskSignal, ADDED, list(zip(*_columns(signals, ADDED).values(), strict=True)))


def save(signals: Sequence[Signal]) -> None:
    """Write what a refresh may have changed of them."""
    if signals:
        SAVE.rows(**{name: array_of(values) for name, values in _columns(signals, ("id", *SAVED)).items()})


def remember(events: Iterable[tuple[Signal, str, str]], now: datetime) -> None:
    """The history of the signals: each with the kind of its event and a note."""
    rows = [(signal.id, kind, now, signal.severity, signal.level, note) for signal, kind, note in events]
    insert(SignalEvent, ("signal_id", "kind", "at", "severity", "level", "note"), rows)


def climbed(climbs: Iterable[tuple[Signal, Sequence[int], Sequence[int]]]) -> None:
    """Whom the climbs of each signal told, for "told Quinn Abara": (signal, who heard now, who counts as not told any more)."""
    known = list(climbs)
    write_values(FORGOTTEN, [(signal.id, person) for signal, _told, forgotten in known for person in forgotten])
    write_values(TOLD, [(signal.id, person) for signal, told, _forgotten in known for person in told])


def _columns(signals: Sequence[Signal], names: Sequence[str]) -> dict[str, list[Any]]:
    """Column by column: that takes half as long as row by row."""
    columns = {name: list(map(attrgetter(name), signals)) for name in names}
    return columns | {"facts": list(map(json.dumps, columns["facts"]))}
