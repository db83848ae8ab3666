"""A notice is written into no index that another one stands in for: they come by the thousand on a Monday morning."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Django's second index for LIKE on a text that is only ever compared as a whole.
LIKE = "accounts_notice_dedupe_key_db63bf26_like"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_what_a_leaver_holds")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="user",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="notices", to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(f"DROP INDEX IF EXISTS {LIKE}", f"CREATE INDEX IF NOT EXISTS {LIKE} ON accounts_notice (dedupe_key varchar_pattern_ops)"),
    ]
