"""Losses and declines as they stood in version 0.4.2, in one step; see the first migration of deals."""

import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
from deals.migrations import _recorded
from django.conf import settings
from django.db import migrations, models

# No deal is lost without a loss: checked when the transaction ends, whichever door it came through.
LOST = """
CREATE FUNCTION winback_lost_deal_has_a_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM deals_deal WHERE id = NEW.id AND status = 'lost')
       AND NOT EXISTS (SELECT 1 FROM winback_loss WHERE deal_id = NEW.id) THEN
        RAISE EXCEPTION 'deal % is lost without a loss', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'lost_deal_has_a_loss';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lost_deal_has_a_loss AFTER INSERT OR UPDATE OF status ON deals_deal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'lost') EXECUTE FUNCTION winback_lost_deal_has_a_loss();
"""

# A loss keeps its reasons as an array of keys: one row to write and to read, in the order they were given. No foreign key
# reaches into an array, so two triggers do its work: a loss with an unknown key is refused, its reasons being locked as a
# foreign key would lock them, and a reason that a loss names can neither be deleted nor change its key.
REASONS_KNOWN = """
CREATE FUNCTION winback_loss_reasons_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unknown text;
BEGIN
    PERFORM 1 FROM winback_reason WHERE key = ANY(NEW.reasons) FOR KEY SHARE;
    SELECT string_agg(given, ', ') INTO unknown FROM unnest(NEW.reasons) AS given
        WHERE NOT EXISTS (SELECT 1 FROM winback_reason r WHERE r.key = given);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'no such reason: %', unknown USING ERRCODE = 'check_violation', CONSTRAINT = 'loss_reasons_known';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER loss_reasons_known BEFORE INSERT OR UPDATE OF reasons ON winback_loss
    FOR EACH ROW EXECUTE FUNCTION winback_loss_reasons_known();

CREATE FUNCTION winback_reason_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR NEW.key <> OLD.key) AND EXISTS (SELECT 1 FROM winback_loss WHERE OLD.key = ANY(reasons)) THEN
        RAISE EXCEPTION 'losses name the reason %', OLD.key USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'reason_of_a_loss_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER reason_of_a_loss_stays BEFORE DELETE OR UPDATE OF key ON winback_reason
    FOR EACH ROW EXECUTE FUNCTION winback_reason_in_use();
"""

# An open request to decline ends with its deal: when that gets another owner, or is closed in any other way.
# The moment is the writer's own; what is put back as it was before may carry an older one. The manager's task ends with it.
OVERTAKEN = """
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

FUNCTIONS = ("winback_lost_deal_has_a_loss", "winback_loss_reasons_known", "winback_reason_in_use", "salvor_deal_ends_decline")

# The reasons Salvor comes with: key, and what would end it.
REASONS = [
    ("price", "our_price"),
    ("product", "our_product"),
    ("coverage", "our_coverage"),
    ("timing", "their_timing"),
    ("budget", "their_budget"),
    ("priority", "their_priority"),
    ("our_person", "our_person"),
    ("our_silence", "our_person"),
    ("contact_gone", "their_person"),
    ("loyal_to_competitor", "their_vendor"),
    ("other", "not_known"),
    ("not_recorded", "not_known"),
]
# The log of changes is read by moment; see the first migration of deals.
BY_MOMENT = ("winback_lossevent", "winback_reasonevent", "winback_declineevent")


def make(apps, schema_editor):
    reason = apps.get_model("winback", "Reason")
    for position, (key, ended_by) in enumerate(REASONS):
        reason.objects.get_or_create(key=key, defaults={"ended_by": ended_by, "position": position, "builtin": True})


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("winback", "0001_initial"),
        ("winback", "0002_lost_deal_has_a_loss"),
        ("winback", "0003_reasons_of_our_own"),
        ("winback", "0004_known_reasons"),
        ("winback", "0005_history_by_moment"),
        ("winback", "0006_what_went_is_kept"),
        ("winback", "0007_what_came_by_statement"),
        ("winback", "0008_declines"),
        ("winback", "0009_calls_to_make"),
    ]

    dependencies = [
        ("accounts", "0014_teams_named_once_in_any_case"),
        ("deals", "0001_squashed_0044_team_of_new_signals"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Loss',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('competitor', 'They chose another vendor'), ('no_decision', 'They decided nothing'), ('not_invited', 'We were not invited'), ('lapsed', 'A customer let it lapse'), ('declined_by_us', 'We declined'), ('not_recorded', 'Not recorded')], max_length=16, verbose_name='how it was lost')),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name='reasons')),
                ('competitor', models.CharField(blank=True, max_length=150, verbose_name='the other vendor')),
                ('customer_words', models.TextField(blank=True, verbose_name="the customer's words")),
                ('our_view', models.TextField(blank=True, verbose_name='our view')),
                ('lost_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='losses', to='deals.deal')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['deal', '-lost_at'], name='winback_los_deal_id_6dd71c_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reasons__len__gt', 0)), name='loss_has_a_reason'), models.CheckConstraint(condition=models.Q(('kind__in', ['competitor', 'no_decision', 'not_invited', 'lapsed', 'declined_by_us', 'not_recorded'])), name='loss_kind_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "winback_lossevent" ("competitor", "customer_words", "deal_id", "id", "kind", "lost_at", "our_view", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reasons", "recorded_at", "recorded_by_id") VALUES (NEW."competitor", NEW."customer_words", NEW."deal_id", NEW."id", NEW."kind", NEW."lost_at", NEW."our_view", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reasons", NEW."recorded_at", NEW."recorded_by_id"); RETURN NULL;', hash='ef8c3e124bfdd788affdedf4c291d92187ac306c', operation='UPDATE', pgid='pgtrigger_update_update_64f87', table='winback_loss', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "winback_lossevent" ("competitor", "customer_words", "deal_id", "id", "kind", "lost_at", "our_view", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reasons", "recorded_at", "recorded_by_id") VALUES (OLD."competitor", OLD."customer_words", OLD."deal_id", OLD."id", OLD."kind", OLD."lost_at", OLD."our_view", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reasons", OLD."recorded_at", OLD."recorded_by_id"); RETURN NULL;', hash='caa732b4a2f6b34ea5597b4bcd82d884cf314673', operation='DELETE', pgid='pgtrigger_delete_delete_e492a', table='winback_loss', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "winback_lossevent" ("competitor", "customer_words", "deal_id", "id", "kind", "lost_at", "our_view", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reasons", "recorded_at", "recorded_by_id") SELECT new_values."competitor", new_values."customer_words", new_values."deal_id", new_values."id", new_values."kind", new_values."lost_at", new_values."our_view", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reasons", new_values."recorded_at", new_values."recorded_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c3c2ded94eaf369c71e7dad975714149463a8f85', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_1d14d', referencing='REFERENCING NEW TABLE AS new_values ', table='winback_loss', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=24, unique=True)),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('ended_by', models.CharField(choices=[('our_price', 'Our price changes'), ('our_product', 'Our product gets what it lacked'), ('our_coverage', 'We begin to serve them there'), ('our_person', 'Somebody else of ours takes over'), ('their_timing', 'Their time comes'), ('their_budget', 'They have a budget'), ('their_priority', 'Their priorities change'), ('their_person', 'Somebody else decides there'), ('their_vendor', 'Their vendor lets them down, or the contract ends'), ('not_known', 'Not known')], default='not_known', max_length=16, verbose_name='what would end it')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('builtin', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), condition=models.Q(('name', ''), _negated=True), name='reason_name_once'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('position',), name='reason_position_once'), models.CheckConstraint(condition=models.Q(('builtin', True), models.Q(('name', ''), _negated=True), _connector='OR'), name='reason_has_a_name'), models.CheckConstraint(condition=models.Q(('ended_by__in', ['our_price', 'our_product', 'our_coverage', 'our_person', 'their_timing', 'their_budget', 'their_priority', 'their_person', 'their_vendor', 'not_known'])), name='reason_ending_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "winback_reasonevent" ("builtin", "ended_by", "id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "retired_at") VALUES (NEW."builtin", NEW."ended_by", NEW."id", NEW."key", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."retired_at"); RETURN NULL;', hash='d39a91f30a2d731d8714d3a1cb5daf94fdf86730', operation='UPDATE', pgid='pgtrigger_update_update_0b3c8', table='winback_reason', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "winback_reasonevent" ("builtin", "ended_by", "id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "retired_at") VALUES (OLD."builtin", OLD."ended_by", OLD."id", OLD."key", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."retired_at"); RETURN NULL;', hash='1bb3d8515f060d4ec700b703c3d5ad940aca9154', operation='DELETE', pgid='pgtrigger_delete_delete_a4b01', table='winback_reason', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "winback_reasonevent" ("builtin", "ended_by", "id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "retired_at") SELECT new_values."builtin", new_values."ended_by", new_values."id", new_values."key", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."position", new_values."retired_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5aaed401732a619beed07c27f4d828c53bd4a92f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_f91f4', referencing='REFERENCING NEW TABLE AS new_values ', table='winback_reason', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='LossEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('competitor', 'They chose another vendor'), ('no_decision', 'They decided nothing'), ('not_invited', 'We were not invited'), ('lapsed', 'A customer let it lapse'), ('declined_by_us', 'We declined'), ('not_recorded', 'Not recorded')], max_length=16, verbose_name='how it was lost')),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name='reasons')),
                ('competitor', models.CharField(blank=True, max_length=150, verbose_name='the other vendor')),
                ('customer_words', models.TextField(blank=True, verbose_name="the customer's words")),
                ('our_view', models.TextField(blank=True, verbose_name='our view')),
                ('lost_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('deal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='deals.deal')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='winback.loss')),
                ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReasonEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('key', models.CharField(max_length=24)),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('ended_by', models.CharField(choices=[('our_price', 'Our price changes'), ('our_product', 'Our product gets what it lacked'), ('our_coverage', 'We begin to serve them there'), ('our_person', 'Somebody else of ours takes over'), ('their_timing', 'Their time comes'), ('their_budget', 'They have a budget'), ('their_priority', 'Their priorities change'), ('their_person', 'Somebody else decides there'), ('their_vendor', 'Their vendor lets them down, or the contract ends'), ('not_known', 'Not known')], default='not_known', max_length=16, verbose_name='what would end it')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('builtin', models.BooleanField(default=False)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='winback.reason')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Decline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('approved', 'Approved, to be said by phone'), ('done', 'Declined'), ('refused', 'Not approved'), ('withdrawn', 'Taken back'), ('overtaken', 'Ended with its deal')], default='asked', max_length=9)),
                ('way', models.CharField(choices=[('mail', 'By mail'), ('phone', 'By phone')], default='mail', max_length=5, verbose_name='how they hear of it')),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='subject')),
                ('greeting', models.CharField(blank=True, max_length=200, verbose_name='greeting')),
                ('thanks', models.TextField(verbose_name='thanks')),
                ('reason', models.TextField(verbose_name='the reason')),
                ('helpers', models.TextField(verbose_name='who else may help')),
                ('door', models.TextField(verbose_name='the door stays open')),
                ('farewell', models.CharField(blank=True, max_length=200, verbose_name='farewell')),
                ('introducer_words', models.TextField(blank=True, verbose_name='to who brought us in')),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name='reasons')),
                ('asked_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('changed', models.BooleanField(default=False)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('words', models.CharField(blank=True, max_length=1000, verbose_name='why')),
                ('answers', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='deals.interaction')),
                ('approved_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.contact')),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declines', to='deals.deal')),
                ('ended_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('introducer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.contact')),
                ('introducer_mail', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='deals.outgoingmail')),
                ('loss', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='decline', to='winback.loss')),
                ('mail', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='deals.outgoingmail')),
                ('said', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='deals.interaction')),
                ('task', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='deals.task')),
            ],
            options={
                'indexes': [models.Index(fields=['deal', '-asked_at'], name='winback_dec_deal_id_c513e2_idx'), models.Index(condition=models.Q(('state', 'overtaken')), fields=['ended_at'], name='decline_overtaken'), models.Index(condition=models.Q(('state', 'asked')), fields=['asked_at'], name='decline_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'approved'])), fields=('deal',), name='decline_one_open'), models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'approved', 'done', 'refused', 'withdrawn', 'overtaken'])), name='decline_state_known'), models.CheckConstraint(condition=models.Q(('way__in', ['mail', 'phone'])), name='decline_way_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['asked', 'approved'])), models.Q(models.Q(('state__in', ['asked', 'approved']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='decline_ended_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('words', ''), _negated=True), _connector='OR'), name='decline_refused_with_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('approved_at__isnull', False), ('way', 'phone')), _connector='OR'), name='decline_approved_to_be_said'), models.CheckConstraint(condition=models.Q(('reasons__len__gt', 0)), name='decline_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('thanks', ''), _negated=True), models.Q(('reason', ''), _negated=True), models.Q(('helpers', ''), _negated=True), models.Q(('door', ''), _negated=True)), name='decline_note_has_its_four_parts')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "winback_declineevent" ("answers_id", "approved_at", "approved_by_id", "asked_at", "asked_by_id", "changed", "contact_id", "deal_id", "door", "ended_at", "ended_by_id", "farewell", "greeting", "helpers", "id", "introducer_id", "introducer_mail_id", "introducer_words", "loss_id", "mail_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reasons", "said_id", "state", "subject", "task_id", "thanks", "way", "words") SELECT new_values."answers_id", new_values."approved_at", new_values."approved_by_id", new_values."asked_at", new_values."asked_by_id", new_values."changed", new_values."contact_id", new_values."deal_id", new_values."door", new_values."ended_at", new_values."ended_by_id", new_values."farewell", new_values."greeting", new_values."helpers", new_values."id", new_values."introducer_id", new_values."introducer_mail_id", new_values."introducer_words", new_values."loss_id", new_values."mail_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."reason", new_values."reasons", new_values."said_id", new_values."state", new_values."subject", new_values."task_id", new_values."thanks", new_values."way", new_values."words" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b3deff6b8ffcda60855a0c2563fd39659de31fe6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_8478d', referencing='REFERENCING NEW TABLE AS new_values ', table='winback_decline', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "winback_declineevent" ("answers_id", "approved_at", "approved_by_id", "asked_at", "asked_by_id", "changed", "contact_id", "deal_id", "door", "ended_at", "ended_by_id", "farewell", "greeting", "helpers", "id", "introducer_id", "introducer_mail_id", "introducer_words", "loss_id", "mail_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reasons", "said_id", "state", "subject", "task_id", "thanks", "way", "words") VALUES (NEW."answers_id", NEW."approved_at", NEW."approved_by_id", NEW."asked_at", NEW."asked_by_id", NEW."changed", NEW."contact_id", NEW."deal_id", NEW."door", NEW."ended_at", NEW."ended_by_id", NEW."farewell", NEW."greeting", NEW."helpers", NEW."id", NEW."introducer_id", NEW."introducer_mail_id", NEW."introducer_words", NEW."loss_id", NEW."mail_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."reasons", NEW."said_id", NEW."state", NEW."subject", NEW."task_id", NEW."thanks", NEW."way", NEW."words"); RETURN NULL;', hash='0acdf2ebb74f3c4e820397c18ec5b4bbc89e30cb', operation='UPDATE', pgid='pgtrigger_update_update_adf25', table='winback_decline', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "winback_declineevent" ("answers_id", "approved_at", "approved_by_id", "asked_at", "asked_by_id", "changed", "contact_id", "deal_id", "door", "ended_at", "ended_by_id", "farewell", "greeting", "helpers", "id", "introducer_id", "introducer_mail_id", "introducer_words", "loss_id", "mail_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reasons", "said_id", "state", "subject", "task_id", "thanks", "way", "words") VALUES (OLD."answers_id", OLD."approved_at", OLD."approved_by_id", OLD."asked_at", OLD."asked_by_id", OLD."changed", OLD."contact_id", OLD."deal_id", OLD."door", OLD."ended_at", OLD."ended_by_id", OLD."farewell", OLD."greeting", OLD."helpers", OLD."id", OLD."introducer_id", OLD."introducer_mail_id", OLD."introducer_words", OLD."loss_id", OLD."mail_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."reasons", OLD."said_id", OLD."state", OLD."subject", OLD."task_id", OLD."thanks", OLD."way", OLD."words"); RETURN NULL;', hash='b2ecaf863f7b33b633c95ef35997f2dcb1cabc4d', operation='DELETE', pgid='pgtrigger_delete_delete_ab025', table='winback_decline', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='DeclineEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('approved', 'Approved, to be said by phone'), ('done', 'Declined'), ('refused', 'Not approved'), ('withdrawn', 'Taken back'), ('overtaken', 'Ended with its deal')], default='asked', max_length=9)),
                ('way', models.CharField(choices=[('mail', 'By mail'), ('phone', 'By phone')], default='mail', max_length=5, verbose_name='how they hear of it')),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='subject')),
                ('greeting', models.CharField(blank=True, max_length=200, verbose_name='greeting')),
                ('thanks', models.TextField(verbose_name='thanks')),
                ('reason', models.TextField(verbose_name='the reason')),
                ('helpers', models.TextField(verbose_name='who else may help')),
                ('door', models.TextField(verbose_name='the door stays open')),
                ('farewell', models.CharField(blank=True, max_length=200, verbose_name='farewell')),
                ('introducer_words', models.TextField(blank=True, verbose_name='to who brought us in')),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name='reasons')),
                ('asked_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('changed', models.BooleanField(default=False)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('words', models.CharField(blank=True, max_length=1000, verbose_name='why')),
                ('answers', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='deals.interaction')),
                ('approved_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.contact')),
                ('deal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='deals.deal')),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('introducer', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.contact')),
                ('introducer_mail', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='deals.outgoingmail')),
                ('loss', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='winback.loss')),
                ('mail', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='deals.outgoingmail')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='winback.decline')),
                ('said', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='deals.interaction')),
                ('task', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='deals.task')),
            ],
            options={
                'abstract': False,
            },
        ),
        *(migrations.RunSQL(text, migrations.RunSQL.noop) for text in (LOST, REASONS_KNOWN, OVERTAKEN)),
        migrations.RunSQL(migrations.RunSQL.noop, f"DROP FUNCTION {', '.join(FUNCTIONS)} CASCADE"),
        *(
            migrations.RunSQL(f"CREATE INDEX {table}_by_moment ON {table} (pgh_created_at, pgh_id)", f"DROP INDEX {table}_by_moment")
            for table in BY_MOMENT
        ),
        migrations.RunPython(make, migrations.RunPython.noop),
        # Checks that wait would keep the tables from being altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.RunPython(_recorded.do_now, migrations.RunPython.noop),
    ]
