"""What risk is ranked by moves to a narrow table of its own, as the alarms did before.

A signal that comes, worsens or goes moves the worst severity of its deal. With indexes on it in the deals' own table, each such
look wrote the deal anew into every one of its indexes; now it is written in its place.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

COLUMNS = "owner_id, team_id, account_id, worst_severity, value_at_stake, value"
FILL = f"INSERT INTO deals_dealrisk (deal_id, {COLUMNS}) SELECT id, {COLUMNS} FROM {{}} WHERE status IN ('inquiry', 'open');"  # noqa: S608 - names above
KEEP = f"""
CREATE FUNCTION salvor_risk_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {FILL.format("fresh")}
    RETURN NULL;
END
$$;
CREATE FUNCTION salvor_risk_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status NOT IN ('inquiry', 'open') THEN
        DELETE FROM deals_dealrisk WHERE deal_id = NEW.id;
        RETURN NULL;
    END IF;
    UPDATE deals_dealrisk SET ({COLUMNS}) = ROW (NEW.{COLUMNS.replace(", ", ", NEW.")}) WHERE deal_id = NEW.id;
    IF NOT FOUND THEN
        INSERT INTO deals_dealrisk (deal_id, {COLUMNS}) VALUES (NEW.id, NEW.{COLUMNS.replace(", ", ", NEW.")});
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION salvor_risk_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM deals_dealrisk USING stale WHERE deal_id = stale.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_risk_new AFTER INSERT ON deals_deal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_risk_new();
-- Not OF these columns: another trigger sets the value, which that would not notice.
CREATE TRIGGER salvor_risk_moved AFTER UPDATE ON deals_deal
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.owner_id IS DISTINCT FROM NEW.owner_id
        OR OLD.team_id IS DISTINCT FROM NEW.team_id OR OLD.account_id IS DISTINCT FROM NEW.account_id
        OR OLD.worst_severity IS DISTINCT FROM NEW.worst_severity OR OLD.value_at_stake IS DISTINCT FROM NEW.value_at_stake
        OR OLD.value IS DISTINCT FROM NEW.value)
    EXECUTE FUNCTION salvor_risk_moved();
CREATE TRIGGER salvor_risk_gone AFTER DELETE ON deals_deal REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_risk_gone();
{FILL.format("deals_deal")}
"""  # noqa: S608 - made of the names above
KEEP_NO_MORE = "\n".join(f"DROP TRIGGER salvor_risk_{event} ON deals_deal; DROP FUNCTION salvor_risk_{event};" for event in ("gone", "moved", "new"))


def beside(to):
    """Kept by the triggers: no foreign key and no index of its own."""
    return models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_what_came_by_statement"),
        ("deals", "0031_decisions_to_decline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DealRisk",
            fields=[
                (
                    "deal",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="risk",
                        serialize=False,
                        to="deals.deal",
                    ),
                ),
                ("owner", beside(settings.AUTH_USER_MODEL)),
                ("team", beside("accounts.team")),
                ("account", beside("accounts.account")),
                ("worst_severity", models.PositiveSmallIntegerField()),
                ("value_at_stake", models.DecimalField(decimal_places=2, max_digits=24)),
                ("value", models.DecimalField(decimal_places=2, max_digits=24, null=True)),
            ],
        ),
        migrations.RunSQL(KEEP, KEEP_NO_MORE),
        migrations.AddIndex("dealrisk", models.Index(fields=["-worst_severity", "-value_at_stake", "-deal"], name="risk_by_severity")),
        migrations.AddIndex(
            "dealrisk",
            models.Index(
                fields=["owner", "-worst_severity", "-value_at_stake", "-deal"],
                include=("account", "value", "team"),
                condition=models.Q(("worst_severity__gt", 0)),
                name="risk_of_owner",
            ),
        ),
        migrations.RemoveIndex("deal", "deal_at_risk"),
        migrations.RemoveIndex("deal", "deal_open_by_severity"),
        migrations.RemoveIndex("deal", "deal_at_risk_of_owner"),
    ]
