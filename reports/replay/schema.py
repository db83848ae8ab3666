"""An empty throwaway schema beside the real tables, for as long as a story is played.

It has every table, constraint, trigger and unique index of the schema that is in use, and none of its rows. The connection of this
process looks there first (``search_path``), so that every unqualified name means the throwaway table; functions and the operators of
extensions are still found behind it. Since each table is there, none of the real ones can be reached: that is checked before
anything is played. The process must have nothing else in hand: see :mod:`reports.replay.apart`.

A schema is dropped when its story is over. What a killed process left is dropped by the next one: its name says when it was made, and
nobody holds its advisory lock any more.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import ProgrammingError, connection, transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "salvor_replay_"
LEFT_BEHIND = timedelta(hours=1)
# PostgreSQL's own code for "permission denied".
NOT_ALLOWED = "42501"
# Beside a schema's number, so that no other advisory lock is meant.
LOCK_CLASS = 0x7265706C

# The definitions are read while the search path is as configured, so that names are written without their schema, and run while it
# begins with the throwaway one. Names of constraints and unique indexes stay, as services know refusals by them; other indexes are
# of no use to a few rows.
TABLES = """
SELECT c.oid, c.relname FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname
"""
CONSTRAINTS = """
SELECT format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', c.relname, k.conname, pg_get_constraintdef(k.oid, true))
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.conrelid = ANY(%s) AND k.contype IN ('p', 'u', 'x', 'f') ORDER BY k.contype = 'f', c.relname, k.conname
"""
UNIQUE_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid, 0, true) FROM pg_index i
WHERE i.indrelid = ANY(%s) AND i.indisunique AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY i.indexrelid
"""
TRIGGERS = "SELECT pg_get_triggerdef(t.oid, true) FROM pg_trigger t WHERE t.tgrelid = ANY(%s) AND NOT t.tgisinternal ORDER BY t.tgname"
# Tables and views that a name without a schema would reach outside of the throwaway schema.
STILL_REACHED = """
SELECT c.oid::regclass::text FROM pg_class c
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND pg_table_is_visible(c.oid) AND c.relnamespace <> %s::regnamespace
  AND c.relnamespace <> 'pg_catalog'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""


@contextmanager
def throwaway_schema() -> Iterator[str]:
    """Make one, have the connection of this thread look there alone, and drop it in the end; yields its name.

    Refused where the database's user may not make schemas, and behind a pooler that hands each transaction another connection.
    """
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        raise Refused(_("A replay needs a connection of its own. Give it a DATABASE_URL that leads to PostgreSQL itself, not to the pooler."))
    connection.ensure_connection()
    drop_left_behind(datetime.now(UTC))
    name = f"{PREFIX}{int(datetime.now(UTC).timestamp())}_{secrets.token_hex(4)}"
    path = _one("SHOW search_path")
    _hold(name)
    try:
        try:
            with transaction.atomic():
                _make(name, path)
        except ProgrammingError as error:
            if getattr(error.__cause__, "pgcode", None) != NOT_ALLOWED:
                raise
            raise Refused(
                _("The database's user may not make a schema, which a replay plays in. Grant it: GRANT CREATE ON DATABASE … TO ….")
            ) from error
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', %s, false)", [f"{name}, {path}"])
        _check_apart(name)
        yield name
    finally:
        _end(name, path)


def drop_left_behind(now: datetime) -> list[str]:
    """Drop what killed processes left: schemas of ours, older than an hour, that nobody holds. Returns their names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [PREFIX])
        found = [row[0] for row in cursor.fetchall()]
    dropped = [name for name in found if _made_at(name) < now - LEFT_BEHIND and _take(name)]
    for name in dropped:
        _drop(name)
        _let_go(name)
    return dropped


def _make(name: str, path: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        if not tables:
            raise Refused(_("This database has no tables yet. Run manage.py migrate first."))
        oids = [oid for oid, _table in tables]
        statements: list[str] = []
        for sql in (UNIQUE_INDEXES, CONSTRAINTS, TRIGGERS):
            cursor.execute(sql, [oids])
            statements += [row[0] for row in cursor.fetchall()]
        source = _one("SELECT current_schema()")
        cursor.execute(f'CREATE SCHEMA "{name}"')
        likes = [f'CREATE TABLE "{name}"."{table}" (LIKE "{source}"."{table}" INCLUDING ALL EXCLUDING INDEXES)' for _number, table in tables]
        cursor.execute(";".join(likes))
        cursor.execute("SELECT set_config('search_path', %s, true)", [f"{name}, {path}"])
        cursor.execute(";".join(statements))


def _check_apart(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STILL_REACHED, [name])
        reached = [row[0] for row in cursor.fetchall()]
    if reached:
        raise Refused(_("Nothing is played: the story could reach what is not its own (%(names)s).") % {"names": ", ".join(reached[:5])})


def _end(name: str, path: str) -> None:
    """The connection goes back to what it was, whatever broke off in between."""
    if connection.connection is None or not connection.is_usable():
        connection.close()
    connection.ensure_connection()
    if connection.in_atomic_block:
        connection.rollback()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", [path])
    _drop(name)
    _let_go(name)


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')


def _hold(name: str) -> None:
    _one("SELECT pg_advisory_lock(%s, hashtext(%s))::text", LOCK_CLASS, name)


def _take(name: str) -> bool:
    return _one("SELECT pg_try_advisory_lock(%s, hashtext(%s))::text", LOCK_CLASS, name) == "true"


def _let_go(name: str) -> None:
    _one("SELECT pg_advisory_unlock(%s, hashtext(%s))::text", LOCK_CLASS, name)


def _made_at(name: str) -> datetime:
    stamp = name.removeprefix(PREFIX).partition("_")[0]
    return datetime.fromtimestamp(int(stamp), UTC) if stamp.isdecimal() else datetime.max.replace(tzinfo=UTC)


def _one(sql: str, *given: str | int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        row = cursor.fetchone()
    return str(row[0]) if row else ""
