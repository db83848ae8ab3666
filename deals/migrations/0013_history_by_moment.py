"""The log of changes is read by moment, across kinds, and by who did it. An index of the history tables each, whose newest
end alone is written to; they stand here and not in the models because the history tables are made from the models."""

from django.db import migrations

TABLES = (
    "accounts_absenceevent",
    "accounts_accountevent",
    "accounts_calendardayevent",
    "accounts_contactevent",
    "accounts_departureevent",
    "accounts_secondfactorevent",
    "accounts_teamevent",
    "accounts_userevent",
    "accounts_workingcalendarevent",
    "deals_dealevent",
    "deals_exchangerateevent",
    "deals_interactionevent",
    "deals_nextstepevent",
    "deals_pipelineevent",
    "deals_productevent",
    "deals_stageevent",
    "deals_taskevent",
    "deals_thresholdevent",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_search"),
        ("deals", "0012_orders_of_the_list"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE INDEX {table}_by_moment ON {table} (pgh_created_at, pgh_id)",
                f"DROP INDEX {table}_by_moment",
            )
            for table in TABLES
        ),
        migrations.RunSQL(
            "CREATE INDEX pghistory_context_by_user ON pghistory_context ((metadata->'user'))",
            "DROP INDEX pghistory_context_by_user",
        ),
    ]
