"""Calls that were approved already are tasks like those approved from now on: they end when they are said."""

from django.db import migrations

CALLS = """
UPDATE deals_task SET kind = 'call_and_decline'
WHERE kind = 'todo' AND ended_at IS NULL AND id IN (SELECT task_id FROM winback_decline WHERE state = 'approved')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0044_team_of_new_signals"),
        ("winback", "0008_declines"),
    ]

    operations = [migrations.RunSQL(CALLS, migrations.RunSQL.noop)]
