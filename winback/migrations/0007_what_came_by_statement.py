"""What came by one statement is written down by one; histories keep the indexes they are read by, and no others."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0023_what_came_by_statement"),
        ("winback", "0006_what_went_is_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="loss",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reason",
            name="insert_insert",
        ),
        migrations.AlterField(
            model_name="lossevent",
            name="deal",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="deals.deal",
            ),
        ),
        migrations.AlterField(
            model_name="lossevent",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="loss",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "winback_lossevent" ("competitor", "customer_words", "deal_id", "id", "kind", "lost_at", "our_view", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reasons", "recorded_at", "recorded_by_id") SELECT new_values."competitor", new_values."customer_words", new_values."deal_id", new_values."id", new_values."kind", new_values."lost_at", new_values."our_view", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reasons", new_values."recorded_at", new_values."recorded_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="c3c2ded94eaf369c71e7dad975714149463a8f85",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1d14d",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="winback_loss",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reason",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "winback_reasonevent" ("builtin", "ended_by", "id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "retired_at") SELECT new_values."builtin", new_values."ended_by", new_values."id", new_values."key", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."position", new_values."retired_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="5aaed401732a619beed07c27f4d828c53bd4a92f",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f91f4",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="winback_reason",
                    when="AFTER",
                ),
            ),
        ),
    ]
