"""Reasons for losing a deal become rows; what a loss may name is checked by the next migration."""

import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('winback', '0002_lost_deal_has_a_loss'),
    ]

    operations = [
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
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='loss',
            name='loss_reasons_known',
        ),
        migrations.AlterField(
            model_name='loss',
            name='reasons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name='reasons'),
        ),
        migrations.AlterField(
            model_name='lossevent',
            name='reasons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), size=None, verbose_name='reasons'),
        ),
        migrations.AddConstraint(
            model_name='reason',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), condition=models.Q(('name', ''), _negated=True), name='reason_name_once'),
        ),
        migrations.AddConstraint(
            model_name='reason',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('position',), name='reason_position_once'),
        ),
        migrations.AddConstraint(
            model_name='reason',
            constraint=models.CheckConstraint(condition=models.Q(('builtin', True), models.Q(('name', ''), _negated=True), _connector='OR'), name='reason_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='reason',
            constraint=models.CheckConstraint(condition=models.Q(('ended_by__in', ['our_price', 'our_product', 'our_coverage', 'our_person', 'their_timing', 'their_budget', 'their_priority', 'their_person', 'their_vendor', 'not_known'])), name='reason_ending_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reason',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "winback_reasonevent" ("builtin", "ended_by", "id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "retired_at") VALUES (NEW."builtin", NEW."ended_by", NEW."id", NEW."key", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."retired_at"); RETURN NULL;', hash='a45da94df7936a220d2ecf176b90126c40e448be', operation='INSERT', pgid='pgtrigger_insert_insert_f91f4', table='winback_reason', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reason',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "winback_reasonevent" ("builtin", "ended_by", "id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "retired_at") VALUES (NEW."builtin", NEW."ended_by", NEW."id", NEW."key", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."retired_at"); RETURN NULL;', hash='d39a91f30a2d731d8714d3a1cb5daf94fdf86730', operation='UPDATE', pgid='pgtrigger_update_update_0b3c8', table='winback_reason', when='AFTER')),
        ),
        migrations.AddField(
            model_name='reasonevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reasonevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='winback.reason'),
        ),
    ]
