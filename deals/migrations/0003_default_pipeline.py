"""The pipeline a new Salvor starts with."""

from django.db import migrations

STAGES = [
    ("Inquiry", "inquiry", 5),
    ("Qualification", "open", 10),
    ("Discovery", "open", 25),
    ("Proposal", "open", 50),
    ("Negotiation", "open", 75),
    ("Won", "won", 100),
    ("Lost", "lost", 0),
]


def make(apps, schema_editor):
    pipeline = apps.get_model("deals", "Pipeline").objects.create(name="Sales", is_default=True)
    stage = apps.get_model("deals", "Stage")
    for position, (name, kind, probability) in enumerate(STAGES):
        stage.objects.create(pipeline=pipeline, name=name, kind=kind, position=position, probability=probability)
    apps.get_model("accounts", "WorkingCalendar").objects.create(name="Company", is_default=True)


class Migration(migrations.Migration):
    dependencies = [("deals", "0002_stage_of_deal"), ("accounts", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
