"""A job that is run again, or killed at any of its statements and run again, comes to what it comes to when it is run once."""

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK")
# Of a job of very many statements, this many are tried.
PLACES = 20


class Killed(BaseException):
    """Nothing catches it, and every transaction that is open is rolled back, as when a process is killed."""


def written(*models):
    """All that stands in these tables, whatever the numbers of their rows."""
    found = {}
    for model in models:
        names = [column.attname for column in model._meta.concrete_fields if not column.primary_key and column.related_model not in models]
        found[model.__name__] = sorted(map(repr, model._base_manager.values_list(*names)))
    return found


def comes_to_the_same(job, *models):
    """``job`` once; twice; and killed at any of its statements and run again, each time from where the test stands now."""
    start = transaction.savepoint()
    with CaptureQueriesContext(connection) as found:
        job()
    statements = [one for one in found if not one["sql"].startswith(OF_TRANSACTIONS)]
    once = written(*models)
    job()
    assert written(*models) == once, "twice"
    for last in range(1, len(statements) + 1, len(statements) // PLACES + 1):
        transaction.savepoint_rollback(start)
        before = written(*models)
        _kill_at(last, job)
        job()
        assert written(*models) == once, f"killed at statement {last} of {len(statements)}"
    assert before != once, "it has nothing to do"


def _kill_at(last, job):
    begun = []

    def count(execute, sql, params, many, context):
        if not sql.startswith(OF_TRANSACTIONS):
            begun.append(sql)
            if len(begun) >= last:
                raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(count):
            job()
    except Killed:
        transaction.set_rollback(False)
