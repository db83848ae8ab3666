"""What is looked at often is written cheaply: alarms get a narrow table of their own, and what no question reads gets no index.

A deal stands in some thirty indexes. Without one on its alarm, a look that moves nothing but the alarm leaves them all
alone, as long as its page has room: hence the fill factors. Foreign keys go where another one implies them, and indexes
where another begins with the same column or where nothing but the deletion of a person would read them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ALARMS = """
CREATE FUNCTION salvor_alarm_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deals_dealalarm (deal_id, at) SELECT id, alarm_at FROM fresh WHERE alarm_at IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE FUNCTION salvor_alarm_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.alarm_at IS NULL THEN
        DELETE FROM deals_dealalarm WHERE deal_id = NEW.id;
    ELSE
        INSERT INTO deals_dealalarm (deal_id, at) VALUES (NEW.id, NEW.alarm_at) ON CONFLICT (deal_id) DO UPDATE SET at = EXCLUDED.at;
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION salvor_alarm_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM deals_dealalarm USING stale WHERE deal_id = stale.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_alarm_new AFTER INSERT ON deals_deal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_alarm_new();
CREATE TRIGGER salvor_alarm_moved AFTER UPDATE OF alarm_at ON deals_deal
    FOR EACH ROW WHEN (OLD.alarm_at IS DISTINCT FROM NEW.alarm_at) EXECUTE FUNCTION salvor_alarm_moved();
CREATE TRIGGER salvor_alarm_gone AFTER DELETE ON deals_deal REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_alarm_gone();
INSERT INTO deals_dealalarm (deal_id, at) SELECT id, alarm_at FROM deals_deal WHERE alarm_at IS NOT NULL;
ALTER TABLE deals_deal SET (fillfactor = 85);
ALTER TABLE deals_risksignal SET (fillfactor = 80);
"""
NO_ALARMS = """
ALTER TABLE deals_risksignal RESET (fillfactor);
ALTER TABLE deals_deal RESET (fillfactor);
DROP TRIGGER salvor_alarm_gone ON deals_deal;
DROP TRIGGER salvor_alarm_moved ON deals_deal;
DROP TRIGGER salvor_alarm_new ON deals_deal;
DROP FUNCTION salvor_alarm_gone;
DROP FUNCTION salvor_alarm_moved;
DROP FUNCTION salvor_alarm_new;
"""
# Django's second index for LIKE on a text that is only ever compared as a whole.
LIKE = "deals_deal_external_id_b55ffc17_like"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_what_came_by_statement"),
        ("deals", "0027_templates_that_retire"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DealAlarm",
            fields=[
                (
                    "deal",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="alarm",
                        serialize=False,
                        to="deals.deal",
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deal_due",
        ),
        migrations.RemoveIndex(
            model_name="risksignal",
            name="signal_open_of_deal",
        ),
        migrations.AlterField(
            model_name="closedatechange",
            name="by",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="closedatechange",
            name="deal",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="close_date_changes", to="deals.deal"),
        ),
        migrations.AlterField(
            model_name="deal",
            name="created_by",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="deal",
            name="introduced_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="introductions",
                to="accounts.contact",
            ),
        ),
        migrations.AlterField(
            model_name="deal",
            name="pipeline",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="deals", to="deals.pipeline"
            ),
        ),
        migrations.AlterField(
            model_name="deal",
            name="stage",
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="deals", to="deals.stage"),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="imported",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="deals.import"),
        ),
        migrations.AlterField(
            model_name="nextstep",
            name="created_by",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="nextstep",
            name="deal",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="next_steps", to="deals.deal"),
        ),
        migrations.AlterField(
            model_name="risksignal",
            name="parked_by",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="risksignal",
            name="responsible",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="signals", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="risksignal",
            name="taken_by",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="risksignal",
            name="team",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.AlterField(
            model_name="signalevent",
            name="by",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="signalevent",
            name="signal",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="events", to="deals.risksignal"),
        ),
        migrations.AlterField(
            model_name="stagechange",
            name="by",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="stagechange",
            name="deal",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="stage_changes", to="deals.deal"),
        ),
        migrations.AlterField(
            model_name="task",
            name="created_by",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="task",
            name="done_by",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunSQL(ALARMS, NO_ALARMS),
        migrations.RunSQL(f"DROP INDEX IF EXISTS {LIKE}", f"CREATE INDEX IF NOT EXISTS {LIKE} ON deals_deal (external_id varchar_pattern_ops)"),
    ]
