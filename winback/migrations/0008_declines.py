"""Passing on a deal. An open request ends with its deal: when that gets another owner, or is closed in any other way."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# The moment is the writer's own; what is put back as it was before may carry an older one. The manager's task ends with it.
KEEP = """
CREATE FUNCTION salvor_deal_ends_decline() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gave boolean := OLD.owner_id IS DISTINCT FROM NEW.owner_id;
    moment timestamptz := CASE WHEN gave THEN NEW.owner_since ELSE NEW.stage_entered_at END;
BEGIN
    UPDATE deals_task SET ended_at = GREATEST(moment, created_at)
    WHERE ended_at IS NULL AND id IN (SELECT task_id FROM winback_decline WHERE deal_id = NEW.id AND state IN ('asked', 'approved'));
    UPDATE winback_decline
    SET state = 'overtaken', ended_at = CASE WHEN moment >= asked_at THEN moment ELSE GREATEST(asked_at, now()) END,
        words = CASE WHEN gave THEN 'owner' ELSE 'closed' END
    WHERE deal_id = NEW.id AND state IN ('asked', 'approved');
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_deal_ends_decline AFTER UPDATE OF owner_id, status ON deals_deal
    FOR EACH ROW WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id OR (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('won', 'lost')))
    EXECUTE FUNCTION salvor_deal_ends_decline();
"""
LEAVE = """
DROP TRIGGER salvor_deal_ends_decline ON deals_deal;
DROP FUNCTION salvor_deal_ends_decline();
"""
BY_MOMENT = "CREATE INDEX winback_declineevent_by_moment ON winback_declineevent (pgh_created_at, pgh_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_what_a_leaver_holds"),
        ("deals", "0031_decisions_to_decline"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("winback", "0007_what_came_by_statement"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Decline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("approved", "Approved, to be said by phone"),
                            ("done", "Declined"),
                            ("refused", "Not approved"),
                            ("withdrawn", "Taken back"),
                            ("overtaken", "Ended with its deal"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("mail", "By mail"), ("phone", "By phone")], default="mail", max_length=5, verbose_name="how they hear of it"
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("greeting", models.CharField(blank=True, max_length=200, verbose_name="greeting")),
                ("thanks", models.TextField(verbose_name="thanks")),
                ("reason", models.TextField(verbose_name="the reason")),
                ("helpers", models.TextField(verbose_name="who else may help")),
                ("door", models.TextField(verbose_name="the door stays open")),
                ("farewell", models.CharField(blank=True, max_length=200, verbose_name="farewell")),
                ("introducer_words", models.TextField(blank=True, verbose_name="to who brought us in")),
                ("reasons", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name="reasons")),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("changed", models.BooleanField(default=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="why")),
                (
                    "answers",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="deals.interaction"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "contact",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.contact"),
                ),
                ("deal", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="declines", to="deals.deal")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "introducer",
                    models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.contact"),
                ),
                (
                    "introducer_mail",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="deals.outgoingmail"
                    ),
                ),
                (
                    "loss",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="decline", to="winback.loss"
                    ),
                ),
                (
                    "mail",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="deals.outgoingmail"
                    ),
                ),
                (
                    "said",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="deals.interaction"
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="deals.task"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeclineEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("approved", "Approved, to be said by phone"),
                            ("done", "Declined"),
                            ("refused", "Not approved"),
                            ("withdrawn", "Taken back"),
                            ("overtaken", "Ended with its deal"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("mail", "By mail"), ("phone", "By phone")], default="mail", max_length=5, verbose_name="how they hear of it"
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("greeting", models.CharField(blank=True, max_length=200, verbose_name="greeting")),
                ("thanks", models.TextField(verbose_name="thanks")),
                ("reason", models.TextField(verbose_name="the reason")),
                ("helpers", models.TextField(verbose_name="who else may help")),
                ("door", models.TextField(verbose_name="the door stays open")),
                ("farewell", models.CharField(blank=True, max_length=200, verbose_name="farewell")),
                ("introducer_words", models.TextField(blank=True, verbose_name="to who brought us in")),
                ("reasons", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name="reasons")),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("changed", models.BooleanField(default=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="why")),
                (
                    "answers",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.interaction",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
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
                (
                    "asked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.contact",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.deal",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
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
                (
                    "introducer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.contact",
                    ),
                ),
                (
                    "introducer_mail",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.outgoingmail",
                    ),
                ),
                (
                    "loss",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="winback.loss",
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.outgoingmail",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="pghistory.context"
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="winback.decline"
                    ),
                ),
                (
                    "said",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.interaction",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="deals.task",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="decline",
            index=models.Index(fields=["deal", "-asked_at"], name="winback_dec_deal_id_c513e2_idx"),
        ),
        migrations.AddIndex(
            model_name="decline",
            index=models.Index(condition=models.Q(("state", "overtaken")), fields=["ended_at"], name="decline_overtaken"),
        ),
        migrations.AddIndex(
            model_name="decline",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["asked_at"], name="decline_waiting"),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.UniqueConstraint(condition=models.Q(("state__in", ["asked", "approved"])), fields=("deal",), name="decline_one_open"),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "approved", "done", "refused", "withdrawn", "overtaken"])), name="decline_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.CheckConstraint(condition=models.Q(("way__in", ["mail", "phone"])), name="decline_way_known"),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["asked", "approved"])),
                    models.Q(models.Q(("state__in", ["asked", "approved"]), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="decline_ended_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "refused"), _negated=True), models.Q(("words", ""), _negated=True), _connector="OR"),
                name="decline_refused_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True), models.Q(("approved_at__isnull", False), ("way", "phone")), _connector="OR"
                ),
                name="decline_approved_to_be_said",
            ),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.CheckConstraint(condition=models.Q(("reasons__len__gt", 0)), name="decline_has_a_reason"),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("thanks", ""), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    models.Q(("helpers", ""), _negated=True),
                    models.Q(("door", ""), _negated=True),
                ),
                name="decline_note_has_its_four_parts",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decline",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "winback_declineevent" ("answers_id", "approved_at", "approved_by_id", "asked_at", "asked_by_id", "changed", "contact_id", "deal_id", "door", "ended_at", "ended_by_id", "farewell", "greeting", "helpers", "id", "introducer_id", "introducer_mail_id", "introducer_words", "loss_id", "mail_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reasons", "said_id", "state", "subject", "task_id", "thanks", "way", "words") SELECT new_values."answers_id", new_values."approved_at", new_values."approved_by_id", new_values."asked_at", new_values."asked_by_id", new_values."changed", new_values."contact_id", new_values."deal_id", new_values."door", new_values."ended_at", new_values."ended_by_id", new_values."farewell", new_values."greeting", new_values."helpers", new_values."id", new_values."introducer_id", new_values."introducer_mail_id", new_values."introducer_words", new_values."loss_id", new_values."mail_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."reasons", new_values."said_id", new_values."state", new_values."subject", new_values."task_id", new_values."thanks", new_values."way", new_values."words" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="b3deff6b8ffcda60855a0c2563fd39659de31fe6",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8478d",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="winback_decline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decline",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "winback_declineevent" ("answers_id", "approved_at", "approved_by_id", "asked_at", "asked_by_id", "changed", "contact_id", "deal_id", "door", "ended_at", "ended_by_id", "farewell", "greeting", "helpers", "id", "introducer_id", "introducer_mail_id", "introducer_words", "loss_id", "mail_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reasons", "said_id", "state", "subject", "task_id", "thanks", "way", "words") VALUES (NEW."answers_id", NEW."approved_at", NEW."approved_by_id", NEW."asked_at", NEW."asked_by_id", NEW."changed", NEW."contact_id", NEW."deal_id", NEW."door", NEW."ended_at", NEW."ended_by_id", NEW."farewell", NEW."greeting", NEW."helpers", NEW."id", NEW."introducer_id", NEW."introducer_mail_id", NEW."introducer_words", NEW."loss_id", NEW."mail_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."reasons", NEW."said_id", NEW."state", NEW."subject", NEW."task_id", NEW."thanks", NEW."way", NEW."words"); RETURN NULL;',
                    hash="0acdf2ebb74f3c4e820397c18ec5b4bbc89e30cb",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_adf25",
                    table="winback_decline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decline",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "winback_declineevent" ("answers_id", "approved_at", "approved_by_id", "asked_at", "asked_by_id", "changed", "contact_id", "deal_id", "door", "ended_at", "ended_by_id", "farewell", "greeting", "helpers", "id", "introducer_id", "introducer_mail_id", "introducer_words", "loss_id", "mail_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reasons", "said_id", "state", "subject", "task_id", "thanks", "way", "words") VALUES (OLD."answers_id", OLD."approved_at", OLD."approved_by_id", OLD."asked_at", OLD."asked_by_id", OLD."changed", OLD."contact_id", OLD."deal_id", OLD."door", OLD."ended_at", OLD."ended_by_id", OLD."farewell", OLD."greeting", OLD."helpers", OLD."id", OLD."introducer_id", OLD."introducer_mail_id", OLD."introducer_words", OLD."loss_id", OLD."mail_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."reasons", OLD."said_id", OLD."state", OLD."subject", OLD."task_id", OLD."thanks", OLD."way", OLD."words"); RETURN NULL;',
                    hash="b2ecaf863f7b33b633c95ef35997f2dcb1cabc4d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ab025",
                    table="winback_decline",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(BY_MOMENT, "DROP INDEX winback_declineevent_by_moment"),
        migrations.RunSQL(KEEP, LEAVE),
    ]
