"""What a deal is worth in the base currency can be asked before it is written: the rule of the trigger in a function of its own."""

from django.db import migrations

VALUE_OF = """
CREATE FUNCTION salvor_value_of(amount numeric, currency varchar, product bigint, status varchar, closed_on date) RETURNS numeric
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    on_day date := COALESCE(CASE WHEN status IN ('won', 'lost') THEN closed_on END, (now() AT TIME ZONE 'UTC')::date);
BEGIN
    IF amount IS NULL AND product IS NOT NULL THEN
        RETURN (SELECT salvor_in_base(p.list_price, p.currency, on_day) FROM deals_product p WHERE p.id = product);
    END IF;
    RETURN salvor_in_base(amount, currency, on_day);
END
$$;

CREATE OR REPLACE FUNCTION salvor_deal_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.value := salvor_value_of(NEW.amount, NEW.currency, NEW.product_id, NEW.status, NEW.closed_on);
    RETURN NEW;
END
$$;
"""

AS_BEFORE = """
CREATE OR REPLACE FUNCTION salvor_deal_value() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    price numeric;
    price_currency varchar;
    on_day date := CASE WHEN NEW.status IN ('won', 'lost') THEN NEW.closed_on END;
BEGIN
    on_day := COALESCE(on_day, (now() AT TIME ZONE 'UTC')::date);
    IF NEW.amount IS NULL AND NEW.product_id IS NOT NULL THEN
        SELECT p.list_price, p.currency INTO price, price_currency FROM deals_product p WHERE p.id = NEW.product_id;
        NEW.value := salvor_in_base(price, price_currency, on_day);
    ELSE
        NEW.value := salvor_in_base(NEW.amount, NEW.currency, on_day);
    END IF;
    RETURN NEW;
END
$$;
DROP FUNCTION salvor_value_of(numeric, varchar, bigint, varchar, date);
"""


class Migration(migrations.Migration):
    dependencies = [("deals", "0041_rules_of_care")]

    operations = [migrations.RunSQL(VALUE_OF, AS_BEFORE)]
