"""How a migration of many tables is recorded together with what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def do_now(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What Django puts off to the end, foreign keys above all. As long as some of it is left, Django records the migration only after
    the commit: whoever is killed in between has all tables, and the next ``migrate`` makes them again and fails for ever.
    """
    for statement in schema_editor.deferred_sql:
        schema_editor.execute(statement)
    schema_editor.deferred_sql.clear()
