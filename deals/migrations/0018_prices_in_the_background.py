"""A list price that changes is the value of every deal that stands on it: they are valued anew in batches, in the order of
their ids, and not by the request that changed the price."""

import django.db.models.deletion
from django.db import migrations, models

ASK = """
-- Asked for each time: a request that is being worked off already may have read the price of before.
CREATE OR REPLACE FUNCTION salvor_price_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deals_lookagain (product_id, currency, after_id, asked_at)
    SELECT NEW.id, '', 0, now()
    WHERE EXISTS (SELECT FROM deals_deal AS d WHERE d.product_id = NEW.id AND d.amount IS NULL);
    RETURN NULL;
END
$$;
"""
AT_ONCE = """
CREATE OR REPLACE FUNCTION salvor_price_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deals_deal SET product_id = product_id WHERE product_id = NEW.id AND amount IS NULL;
    RETURN NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("deals", "0017_a_taking_taken_back")]
    operations = [
        migrations.AddField(
            model_name="lookagain",
            name="product",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="deals.product"),
        ),
        migrations.RunSQL(ASK, AT_ONCE),
    ]
