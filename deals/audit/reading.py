"""Reading the history tables: two statements for a page, whichever kinds it spans, whose cost follows the page.

Each kind answers with the places of its newest rows from the index (moment, id) of its own history table; only those of
the page are read. What is veiled leaves the database as a fingerprint.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db import connection

from deals.audit.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from deals.audit.kinds import Kind

SIGNER = signing.Signer(salt="audit")
# Whom to look for where no request of a person stood behind it: a job, an import, a command.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. ``since`` counts, ``until`` does not; ``who``: a person's id or NOBODY; ``things``: ids, of one kind."""

    kinds: tuple[str, ...] = tuple(KINDS)
    who: int | None = None
    things: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One version of one thing: its row as it is after the event and before it, column by column."""

    kind: Kind
    pk: int
    at: datetime
    label: str
    thing: int
    who: int | None
    after: dict[str, Any]
    before: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Events:
    """``older`` is what to ask with for the page after this one; empty where there is none."""

    rows: list[Event]
    older: str


def read(wanted: Wanted, *, size: int, token: str = "") -> Events:
    """The newest events that are wanted, from ``token`` on; an address somebody made up begins at the newest. Two queries."""
    start = _start(token)
    branches = [_branch(KINDS[key], wanted, start, size) for key in wanted.kinds]
    together = " UNION ALL ".join(f"({sql})" for sql, _values in branches)
    sql = f"SELECT * FROM ({together}) found ORDER BY 3 DESC, 1 DESC, 2 DESC LIMIT %s"  # noqa: S608 - as in _branch
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _sql, values in branches for value in values] + [size + 1])
        places: list[tuple[str, int, datetime]] = cursor.fetchall()
    rows = _events(places[:size])
    more = len(places) > size
    return Events(rows, SIGNER.sign_object([rows[-1].at.isoformat(), rows[-1].kind.key, rows[-1].pk]) if more else "")


def every(wanted: Wanted, *, batch: int = 500) -> Iterator[list[Event]]:
    """All that is wanted, newest first, in batches: constant memory however much it is."""
    token = ""
    while True:
        found = read(wanted, size=batch, token=token)
        if found.rows:
            yield found.rows
        if not found.older:
            return
        token = found.older


def _start(token: str) -> tuple[str, str, int] | None:
    if not token:
        return None
    try:
        at, key, pk = SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return at, key, pk


def _branch(kind: Kind, wanted: Wanted, start: tuple[str, str, int] | None, size: int) -> tuple[str, list[Any]]:
    """The newest rows of one kind. Names of tables and columns are the models' own; all that was asked is passed as a value."""
    table = connection.ops.quote_name(kind.event_table)
    where, values = ["TRUE"], []
    if start is not None:
        at, key, pk = start
        if key == kind.key:
            where.append("(e.pgh_created_at, e.pgh_id) < (%s, %s)")
            values += [at, pk]
        else:
            where.append(f"e.pgh_created_at {'<=' if kind.key < key else '<'} %s")
            values.append(at)
    if wanted.since is not None:
        where.append("e.pgh_created_at >= %s")
        values.append(wanted.since)
    if wanted.until is not None:
        where.append("e.pgh_created_at < %s")
        values.append(wanted.until)
    if wanted.things is not None:
        where.append("e.pgh_obj_id = ANY(%s)")
        values.append(list(wanted.things))
    if wanted.who == NOBODY:
        where.append("e.pgh_context_id IS NULL")
    elif wanted.who is not None:
        where.append("e.pgh_context_id IN (SELECT id FROM pghistory_context WHERE metadata->'user' = %s::jsonb)")
        values.append(str(wanted.who))
    sql = f"SELECT %s::text, e.pgh_id, e.pgh_created_at FROM {table} e WHERE {' AND '.join(where)}"  # noqa: S608 - see above
    return f"{sql} ORDER BY e.pgh_created_at DESC, e.pgh_id DESC LIMIT %s", [kind.key, *values, size + 1]


def _events(places: Sequence[tuple[str, int, datetime]]) -> list[Event]:
    """The rows at these places, in their order, each with the one before it of the same thing."""
    ids: dict[str, list[int]] = {}
    for key, pk, _at in places:
        ids.setdefault(key, []).append(pk)
    if not ids:
        return []
    sql = " UNION ALL ".join(_details(KINDS[key]) for key in ids)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for key, pks in ids.items() for value in (key, pks)])
        found = {(row[0], row[1]): _event(row) for row in cursor.fetchall()}
    return [found[key, pk] for key, pk, _at in places]


def _details(kind: Kind) -> str:
    """Asks for the kind's key and a list of ids."""
    table = connection.ops.quote_name(kind.event_table)
    before = f"SELECT {_row(kind, 'p')} FROM {table} p WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id ORDER BY p.pgh_id DESC LIMIT 1"  # noqa: S608 - names of models
    told = f"%s::text, e.pgh_id, e.pgh_created_at, e.pgh_label, e.pgh_obj_id, c.metadata->>'user', {_row(kind, 'e')}, ({before})"
    return f"SELECT {told} FROM {table} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id WHERE e.pgh_id = ANY(%s)"  # noqa: S608 - names of models


def _row(kind: Kind, alias: str) -> str:
    veils = ", ".join(f"'{name}', md5({alias}.{connection.ops.quote_name(name)}::text)" for name in sorted(kind.veiled))
    return f"to_jsonb({alias}) || jsonb_build_object({veils})" if veils else f"to_jsonb({alias})"


def _event(row: tuple[Any, ...]) -> Event:
    key, pk, at, label, thing, who, after, before = row
    return Event(KINDS[key], pk, at, label, thing, int(who) if who else None, _values(after) or {}, _values(before))


def _values(row: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(row, parse_float=Decimal) if isinstance(row, str) else row
    return found


def things_named(kind: Kind, words: str, *, most: int = 200) -> Sequence[int]:
    """Ids of the things of a kind whose name has these words, or whose number they are. One query."""
    number = [int(words)] if words.isascii() and words.isdecimal() and len(words) < 16 else []
    names = {one.name for one in kind.of._meta.fields}
    by_relation = kind.title in names and kind.of._meta.get_field(kind.title).is_relation
    look = f"{kind.title}__name__icontains" if by_relation else f"{kind.title}__icontains"
    return [*number, *kind.of._default_manager.filter(**{look: words}).values_list("pk", flat=True)[:most]]
