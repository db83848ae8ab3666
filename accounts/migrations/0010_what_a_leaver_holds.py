"""What a leaver held and to whom it went; since when a departure has been carried out."""
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_what_came_by_statement'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('count', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='departure',
            name='update_update',
        ),
        migrations.AddField(
            model_name='departure',
            name='carried_out_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='departure',
            index=models.Index(condition=models.Q(('carried_out_at__isnull', True)), fields=['leaves_at'], name='departure_to_carry_out'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='departure',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."last_day" IS DISTINCT FROM (NEW."last_day") OR OLD."leaves_at" IS DISTINCT FROM (NEW."leaves_at") OR OLD."mail_to_id" IS DISTINCT FROM (NEW."mail_to_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "accounts_departureevent" ("id", "last_day", "leaves_at", "mail_to_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "user_id") VALUES (NEW."id", NEW."last_day", NEW."leaves_at", NEW."mail_to_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."user_id"); RETURN NULL;', hash='502e9d3ad887ed7aa2b48e02f40814374fbe65ab', operation='UPDATE', pgid='pgtrigger_update_update_8dd50', table='accounts_departure', when='AFTER')),
        ),
        migrations.AddField(
            model_name='bequest',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bequest',
            name='heir',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bequest',
            name='leaver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bequests', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='bequest',
            index=models.Index(condition=models.Q(('told_at__isnull', True)), fields=['at'], name='bequest_to_tell'),
        ),
        migrations.AddConstraint(
            model_name='bequest',
            constraint=models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='bequest_of_something'),
        ),
    ]
