"""The log of changes is read by moment; see the migration of deals by the same name."""

from django.db import migrations

TABLES = ("winback_lossevent", "winback_reasonevent")


class Migration(migrations.Migration):
    dependencies = [
        ("winback", "0004_known_reasons"),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX {table}_by_moment ON {table} (pgh_created_at, pgh_id)",
            f"DROP INDEX {table}_by_moment",
        )
        for table in TABLES
    ]
