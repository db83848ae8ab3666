"""The two functions every trigger of the history calls, without exceptions.

As they come, each asks for a setting that is mostly not there and catches what the database raises: a failed
subtransaction, twice a row, each of which walks through all checks still to be made. That takes longer than
writing the row, and in a bulk write it grows with the square of the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from django.apps import AppConfig

FUNCTIONS = {
    "_pgtrigger_should_ignore": """
CREATE OR REPLACE FUNCTION {schema}._pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT COALESCE(trigger_name::text = ANY(NULLIF(current_setting('pgtrigger.ignore', true), '')::text[]), false)
$$
""",
    "_pgh_attach_context": """
CREATE OR REPLACE FUNCTION {schema}._pgh_attach_context() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    _pgh_context_id uuid := NULLIF(current_setting('pghistory.context_id', true), '')::uuid;
    _pgh_context_metadata jsonb := NULLIF(current_setting('pghistory.context_metadata', true), '')::jsonb;
BEGIN
    IF _pgh_context_id IS NULL OR _pgh_context_metadata IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (_pgh_context_id, _pgh_context_metadata, now(), now())
    ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at
    WHERE pghistory_context.metadata != excluded.metadata;
    RETURN _pgh_context_id;
END
$$
""",
}


def replace_functions(sender: AppConfig | None, using: str, **_more: Any) -> None:
    """After every ``migrate``, which may have made them anew."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, quote_ident(n.nspname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proname = ANY(%s)",
            [list(FUNCTIONS)],
        )
        for name, schema in cursor.fetchall():
            cursor.execute(FUNCTIONS[name].format(schema=schema))
