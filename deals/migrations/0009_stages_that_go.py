"""What happens to the deals of a stage that goes; every stage of a pipeline has its own place."""

import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def number_anew(apps, schema_editor):
    """Stages an import added to a pipeline shared a position: each gets its own, in the order they were shown in."""
    places = {}
    for stage in apps.get_model("deals", "Stage").objects.order_by("pipeline_id", "position", "id"):
        place = places[stage.pipeline_id] = places.get(stage.pipeline_id, -1) + 1
        if stage.position != place:
            stage.position = place
            stage.save(update_fields=["position"])


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0008_value_and_totals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StageRetirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('deals', models.PositiveIntegerField(default=0)),
                ('moved', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='stagechange',
            name='rearranged',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(number_anew, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('pipeline', 'position'), name='stage_position_once'),
        ),
        migrations.AddField(
            model_name='stageretirement',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stageretirement',
            name='into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='deals.stage'),
        ),
        migrations.AddField(
            model_name='stageretirement',
            name='stage',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='retirement', to='deals.stage'),
        ),
        migrations.AddConstraint(
            model_name='stageretirement',
            constraint=models.CheckConstraint(condition=models.Q(('into__isnull', True), models.Q(('into', models.F('stage')), _negated=True), _connector='OR'), name='stage_retires_into_another'),
        ),
    ]
