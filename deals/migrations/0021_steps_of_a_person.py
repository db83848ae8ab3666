"""A next step knows whose it is: a person's steps of a day are told by one index. More indexes, for what waits for a person."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# The step waits for whoever changes the deal's owner meanwhile (FOR SHARE), so that neither of the two misses the other.
KEEP = """
CREATE FUNCTION salvor_step_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.owner_id := (SELECT d.owner_id FROM deals_deal d WHERE d.id = NEW.deal_id FOR SHARE);
    RETURN NEW;
END
$$;
CREATE TRIGGER salvor_step_owner BEFORE INSERT OR UPDATE OF deal_id, owner_id ON deals_nextstep
    FOR EACH ROW EXECUTE FUNCTION salvor_step_owner();
CREATE FUNCTION salvor_deal_changes_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deals_nextstep SET owner_id = NEW.owner_id WHERE deal_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_deal_changes_owner AFTER UPDATE OF owner_id ON deals_deal
    FOR EACH ROW WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id) EXECUTE FUNCTION salvor_deal_changes_owner();
"""
LEAVE = """
DROP TRIGGER salvor_deal_changes_owner ON deals_deal;
DROP FUNCTION salvor_deal_changes_owner();
DROP TRIGGER salvor_step_owner ON deals_nextstep;
DROP FUNCTION salvor_step_owner();
"""
# Steps of before, while no trigger of their history is there to record it.
FILL = "UPDATE deals_nextstep s SET owner_id = d.owner_id FROM deals_deal d WHERE d.id = s.deal_id AND d.owner_id IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_history_functions"),
        ("deals", "0020_team_of_a_signal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="nextstep",
            name="update_update",
        ),
        migrations.AddField(
            model_name="nextstep",
            name="owner",
            field=models.ForeignKey(
                db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, LEAVE),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("worst_severity__gt", 0)),
                fields=["owner", "-worst_severity", "-value_at_stake", "-id"],
                include=("account", "value", "team"),
                name="deal_at_risk_of_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="nextstep",
            index=models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["owner", "due_at"], name="next_step_open_of_owner"),
        ),
        migrations.AddIndex(
            model_name="risksignal",
            index=models.Index(
                condition=models.Q(("state", "raised")),
                fields=["responsible", "deal", "id"],
                include=("rule", "severity", "since", "due_at", "raised_at", "worsened_at"),
                name="signal_raised_of_person",
            ),
        ),
        migrations.AddIndex(
            model_name="risksignal",
            index=models.Index(condition=models.Q(("state", "parked")), fields=["parked_until", "id"], name="signal_parked"),
        ),
        migrations.AddIndex(
            model_name="signalevent",
            index=models.Index(condition=models.Q(("kind", "climbed")), fields=["-at"], include=("signal",), name="signal_climbed_lately"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="nextstep",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."deal_id" IS DISTINCT FROM (NEW."deal_id") OR OLD."done" IS DISTINCT FROM (NEW."done") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."what" IS DISTINCT FROM (NEW."what"))',
                    func='INSERT INTO "deals_nextstepevent" ("created_at", "created_by_id", "deal_id", "done", "due_at", "ended_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "what") VALUES (NEW."created_at", NEW."created_by_id", NEW."deal_id", NEW."done", NEW."due_at", NEW."ended_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."what"); RETURN NULL;',
                    hash="90733777239993b0479bb4fadd13091b083bafaa",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ef10b",
                    table="deals_nextstep",
                    when="AFTER",
                ),
            ),
        ),
    ]
