"""After a test with real transactions the database holds again what the migrations left in it, and nothing else.

Django empties every table, loads what was there from JSON, row by row, and lets the triggers write history of that: more than
a second a test. Here the tables a test wrote to are found and only those are put back.
"""

from contextlib import contextmanager
from io import StringIO

from django.db import connection, transaction

TABLES = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    ORDER BY relname
"""


class Migrated:
    """What every table held when this was made. ``put_back()`` makes it so again; the numbers of new rows go on."""

    def __init__(self):
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            self.tables = [name for (name,) in cursor.fetchall()]
            held = {name: _rows(cursor, name) for name in self.tables}
        self.rows = {name: rows for name, rows in held.items() if rows}
        self.empty = [name for name in self.tables if name not in self.rows]
        self.superuser = _is_superuser()
        self._written = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in self.empty)

    def put_back(self):
        """Waits for whoever still writes, as emptying the tables would: for a minute, so that one who never ends is a failure."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '60s'")
            cursor.execute(f"LOCK TABLE {', '.join(self.tables)}")
            changed = self.changed(cursor)
            if changed:
                with self._no_triggers(cursor, changed):
                    cursor.execute("; ".join(f"DELETE FROM {name}" for name in changed))
                    for name in changed:
                        if name in self.rows:
                            cursor.copy_expert(f"COPY {name} FROM STDIN", StringIO(self.rows[name]))

    def changed(self, cursor):
        """The tables that hold something else now."""
        cursor.execute(self._written)
        return [name for (name,) in cursor.fetchall()] + [name for name, rows in self.rows.items() if _rows(cursor, name) != rows]

    @contextmanager
    def _no_triggers(self, cursor, tables):
        """No history is written of what is put back, and no row refuses to go. Superusers say so once, owners for each table."""
        if self.superuser:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
        else:
            _alter(cursor, tables, "DISABLE TRIGGER USER")
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose constraints wait to be checked cannot be altered
            _alter(cursor, tables, "ENABLE TRIGGER USER")


def _rows(cursor, name):
    text = StringIO()
    cursor.copy_expert(f"COPY {name} TO STDOUT", text)
    return text.getvalue()


def _is_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def _alter(cursor, tables, how):
    cursor.execute("; ".join(f"ALTER TABLE {name} {how}" for name in tables))
