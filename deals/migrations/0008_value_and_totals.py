"""The database keeps two things true on its own: a deal's value in the base currency, and the totals of the pipeline.

Value: a row trigger, before the row is written. Totals: statement triggers with transition tables, so that a bulk
write adds one row a stage, owner and team and not one a deal; they only add rows, so two writers never wait.
"""

from django.db import migrations

VALUE = """
CREATE FUNCTION salvor_in_base(amount numeric, code varchar, on_day date) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
DECLARE
    base varchar;
    found numeric;
BEGIN
    IF amount IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT b.code INTO base FROM deals_basecurrency b;
    IF base IS NULL OR base = code THEN
        RETURN amount;
    END IF;
    SELECT r.rate INTO found FROM deals_exchangerate r WHERE r.currency = code AND r.day <= on_day ORDER BY r.day DESC LIMIT 1;
    IF found IS NULL THEN
        -- A day before the first rate: the first one is the nearest there is.
        SELECT r.rate INTO found FROM deals_exchangerate r WHERE r.currency = code ORDER BY r.day LIMIT 1;
    END IF;
    RETURN round(amount * found, 2);
END
$$;

CREATE FUNCTION salvor_deal_value() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER salvor_deal_value BEFORE INSERT OR UPDATE OF amount, currency, product_id, status, closed_on, value ON deals_deal
    FOR EACH ROW EXECUTE FUNCTION salvor_deal_value();

-- A list price that changes is the value of every deal that stands on it.
CREATE FUNCTION salvor_price_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deals_deal SET product_id = product_id WHERE product_id = NEW.id AND amount IS NULL;
    RETURN NULL;
END
$$;

CREATE TRIGGER salvor_price_changed AFTER UPDATE OF list_price, currency ON deals_product
    FOR EACH ROW WHEN ((OLD.list_price, OLD.currency) IS DISTINCT FROM (NEW.list_price, NEW.currency))
    EXECUTE FUNCTION salvor_price_changed();
"""

NO_VALUE = """
DROP TRIGGER salvor_price_changed ON deals_product;
DROP FUNCTION salvor_price_changed();
DROP TRIGGER salvor_deal_value ON deals_deal;
DROP FUNCTION salvor_deal_value();
DROP FUNCTION salvor_in_base(numeric, varchar, date);
"""

# {sign} and {rows}: what left the totals and what came to them.
ADD = """
    INSERT INTO deals_pipelinetotal (stage_id, owner_id, team_id, deals, value, estimated, without_value, at_stake, at_risk)
    SELECT stage_id, owner_id, team_id, sum(sign), sum(sign * COALESCE(value, 0)),
           sum(CASE WHEN amount IS NULL THEN sign * COALESCE(value, 0) ELSE 0 END), sum(CASE WHEN value IS NULL THEN sign ELSE 0 END),
           sum(sign * value_at_stake), sum(CASE WHEN worst_severity > 0 THEN sign ELSE 0 END)
    FROM ({rows}) AS moved
    GROUP BY stage_id, owner_id, team_id
    HAVING sum(sign) <> 0 OR sum(sign * COALESCE(value, 0)) <> 0 OR sum(CASE WHEN amount IS NULL THEN sign * COALESCE(value, 0) ELSE 0 END) <> 0
        OR sum(CASE WHEN value IS NULL THEN sign ELSE 0 END) <> 0 OR sum(sign * value_at_stake) <> 0
        OR sum(CASE WHEN worst_severity > 0 THEN sign ELSE 0 END) <> 0;
"""
COLUMNS = "stage_id, owner_id, team_id, amount, value, value_at_stake, worst_severity"
FRESH = f"SELECT 1 AS sign, {COLUMNS} FROM fresh"
STALE = f"SELECT -1 AS sign, {COLUMNS} FROM stale"
KEEP = "\n".join(
    f"CREATE FUNCTION salvor_totals_{event}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN{ADD.format(rows=rows)}    RETURN NULL;\nEND\n$$;\n"
    f"CREATE TRIGGER salvor_totals_{event} AFTER {event.upper()} ON deals_deal REFERENCING {tables}\n"
    f"    FOR EACH STATEMENT EXECUTE FUNCTION salvor_totals_{event}();"
    for event, rows, tables in (
        ("insert", FRESH, "NEW TABLE AS fresh"),
        ("update", f"{STALE} UNION ALL {FRESH}", "OLD TABLE AS stale NEW TABLE AS fresh"),
        ("delete", STALE, "OLD TABLE AS stale"),
    )
)
NO_TOTALS = "\n".join(
    f"DROP TRIGGER salvor_totals_{event} ON deals_deal;\nDROP FUNCTION salvor_totals_{event}();" for event in ("insert", "update", "delete")
)
# What was there before: every value, then every total.
FILL = [
    "UPDATE deals_deal SET value = NULL;",
    ADD.format(rows=f"SELECT 1 AS sign, {COLUMNS} FROM deals_deal"),
]


def name_base_currency(apps, schema_editor):
    """The setting, kept: deals that are there already are valued with it in the next step."""
    from django.conf import settings

    apps.get_model("deals", "BaseCurrency").objects.get_or_create(only=True, defaults={"code": settings.BASE_CURRENCY})


class Migration(migrations.Migration):
    # Pending checks of constraints would keep the table from being altered.
    dependencies = [("deals", "0007_daily_screens")]
    operations = [
        migrations.RunPython(name_base_currency, migrations.RunPython.noop),
        migrations.RunSQL(VALUE, NO_VALUE),
        migrations.RunSQL(FILL[0], migrations.RunSQL.noop),
        migrations.RunSQL(FILL[1], "DELETE FROM deals_pipelinetotal;"),
        migrations.RunSQL(KEEP, NO_TOTALS),
    ]
