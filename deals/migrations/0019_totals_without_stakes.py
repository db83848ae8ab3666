"""The running totals keep no sum of what is at stake: nobody shows it, because it counts what hangs on a customer once a
deal, and every change of a deal's stake wrote a row for it. (Undone, the column comes back empty: ``check_totals --mend``.)"""

from importlib import import_module

from django.db import migrations, models

before = import_module("deals.migrations.0008_value_and_totals")

ADD = """
    INSERT INTO deals_pipelinetotal (stage_id, owner_id, team_id, deals, value, estimated, without_value, at_risk)
    SELECT stage_id, owner_id, team_id, sum(sign), sum(sign * COALESCE(value, 0)),
           sum(CASE WHEN amount IS NULL THEN sign * COALESCE(value, 0) ELSE 0 END), sum(CASE WHEN value IS NULL THEN sign ELSE 0 END),
           sum(CASE WHEN worst_severity > 0 THEN sign ELSE 0 END)
    FROM ({rows}) AS moved
    GROUP BY stage_id, owner_id, team_id
    HAVING sum(sign) <> 0 OR sum(sign * COALESCE(value, 0)) <> 0 OR sum(CASE WHEN amount IS NULL THEN sign * COALESCE(value, 0) ELSE 0 END) <> 0
        OR sum(CASE WHEN value IS NULL THEN sign ELSE 0 END) <> 0 OR sum(CASE WHEN worst_severity > 0 THEN sign ELSE 0 END) <> 0;
"""


def functions(add):
    """The three functions anew; their triggers stay."""
    return "\n".join(
        f"CREATE OR REPLACE FUNCTION salvor_totals_{event}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN{add.format(rows=rows)}    RETURN NULL;\nEND\n$$;"
        for event, rows in (("insert", before.FRESH), ("update", f"{before.STALE} UNION ALL {before.FRESH}"), ("delete", before.STALE))
    )


class Migration(migrations.Migration):
    dependencies = [("deals", "0018_prices_in_the_background")]
    operations = [
        migrations.AlterField("pipelinetotal", "at_stake", models.DecimalField(max_digits=28, decimal_places=2, default=0)),
        migrations.RunSQL(functions(ADD), functions(before.ADD)),
        migrations.RemoveField("pipelinetotal", "at_stake"),
    ]
