"""A notice keeps the id of the deal that its topic names: whether its reader may still see that is asked with every page."""

from django.db import migrations, models
from django.db.models.functions import Cast


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_teams_named_once_in_any_case")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="about_deal",
            field=models.GeneratedField(
                expression=Cast(models.Func("topic", models.Value("^deal:([0-9]{1,15})$"), function="substring"), models.BigIntegerField()),
                output_field=models.BigIntegerField(null=True),
                db_persist=True,
            ),
        ),
    ]
