"""Deals are searched by the words of their names; an update of a deal touches a far smaller index than that of trigrams."""

import accounts.plain
import django.contrib.postgres.indexes
from django.db import migrations

TRIGGERS = """
CREATE TRIGGER salvor_learn_new AFTER INSERT ON deals_deal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_learn_new('deal');
CREATE TRIGGER salvor_learn_renamed AFTER UPDATE OF name ON deals_deal
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION salvor_learn_renamed('deal');
SELECT salvor_learn_words('deal', (SELECT array_agg(name::text) FROM deals_deal));
"""
NO_TRIGGERS = "DROP TRIGGER salvor_learn_renamed ON deals_deal; DROP TRIGGER salvor_learn_new ON deals_deal;"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_search'),
        ('deals', '0010_today'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='deal',
            name='deal_name_trigrams',
        ),
        migrations.AddIndex(
            model_name='deal',
            index=django.contrib.postgres.indexes.GinIndex(accounts.plain.Words('name'), name='deal_by_words'),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
