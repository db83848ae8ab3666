"""The team of a signal's deal stands with the signal: which signals lie beyond somebody's sight is told by one index."""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE FUNCTION salvor_signal_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.team_id := (SELECT d.team_id FROM deals_deal d WHERE d.id = NEW.deal_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER salvor_signal_team BEFORE INSERT OR UPDATE OF deal_id, team_id ON deals_risksignal
    FOR EACH ROW EXECUTE FUNCTION salvor_signal_team();
CREATE FUNCTION salvor_deal_changes_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deals_risksignal SET team_id = NEW.team_id WHERE deal_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_deal_changes_team AFTER UPDATE OF team_id ON deals_deal
    FOR EACH ROW WHEN (OLD.team_id IS DISTINCT FROM NEW.team_id) EXECUTE FUNCTION salvor_deal_changes_team();
"""
LEAVE = """
DROP TRIGGER salvor_deal_changes_team ON deals_deal;
DROP FUNCTION salvor_deal_changes_team();
DROP TRIGGER salvor_signal_team ON deals_risksignal;
DROP FUNCTION salvor_signal_team();
"""
# Rows of before: each update goes through the trigger, so it is set beforehand.
FILL = "UPDATE deals_risksignal s SET team_id = d.team_id FROM deals_deal d WHERE d.id = s.deal_id AND d.team_id IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_history_functions"), ("deals", "0019_totals_without_stakes")]
    operations = [
        migrations.RemoveIndex("risksignal", "signal_open_of_person"),
        migrations.AddField(
            "risksignal",
            "team",
            models.ForeignKey(
                db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.team"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, LEAVE),
        migrations.AddIndex(
            "risksignal",
            models.Index(
                condition=models.Q(("state__in", ("raised", "parked"))),
                fields=["responsible", "team"],
                include=("deal",),
                name="signal_open_of_person",
            ),
        ),
    ]
