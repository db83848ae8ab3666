"""The history's functions raise no exceptions any more; after later migrations that make them anew, a signal sees to it."""

from django.db import migrations

from accounts.history_functions import replace_functions


def replace(apps, schema_editor):
    replace_functions(None, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_what_went_is_kept"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunPython(replace, migrations.RunPython.noop)]
