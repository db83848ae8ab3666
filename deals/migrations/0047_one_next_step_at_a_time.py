"""A deal has one next step at a time, held by the database again: 0028 had dropped this index together with another one of the column.

Of several, all but the newest are replaced by the one that came after them.
"""

from django.db import migrations

REPLACE = """
UPDATE deals_nextstep AS step SET ended_at = later.named_at
FROM (
    SELECT id, lead(created_at) OVER (PARTITION BY deal_id ORDER BY created_at, id) AS named_at FROM deals_nextstep WHERE ended_at IS NULL
) AS later
WHERE later.id = step.id AND later.named_at IS NOT NULL;
"""
# A database that begins with the one step in place of the first 44 has it.
HOLD = "CREATE UNIQUE INDEX IF NOT EXISTS next_step_one_current ON deals_nextstep (deal_id) WHERE ended_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("deals", "0046_tokens_of_mailboxes")]

    operations = [
        migrations.RunSQL(REPLACE, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.RunSQL(HOLD, migrations.RunSQL.noop),
    ]
