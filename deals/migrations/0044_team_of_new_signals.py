"""The team of new signals is looked up once a statement, not by a trigger for each: thousands come at once, and mostly bring it along."""

from django.db import migrations

ONCE = """
CREATE FUNCTION salvor_new_signals_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deals_risksignal s SET team_id = found.team
    -- OFFSET 0: deal by deal. For a join it could read them all.
    FROM (SELECT fresh.id, fresh.team_id, d.team_id AS team
          FROM fresh CROSS JOIN LATERAL (SELECT k.team_id FROM deals_deal k WHERE k.id = fresh.deal_id OFFSET 0) d) AS found
    WHERE s.id = found.id AND found.team_id IS DISTINCT FROM found.team;
    RETURN NULL;
END
$$;
DROP TRIGGER salvor_signal_team ON deals_risksignal;
CREATE TRIGGER salvor_signal_team BEFORE UPDATE OF deal_id, team_id ON deals_risksignal
    FOR EACH ROW EXECUTE FUNCTION salvor_signal_team();
CREATE TRIGGER salvor_new_signals_team AFTER INSERT ON deals_risksignal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_new_signals_team();
"""
ONE_BY_ONE = """
DROP TRIGGER salvor_new_signals_team ON deals_risksignal;
DROP FUNCTION salvor_new_signals_team();
DROP TRIGGER salvor_signal_team ON deals_risksignal;
CREATE TRIGGER salvor_signal_team BEFORE INSERT OR UPDATE OF deal_id, team_id ON deals_risksignal
    FOR EACH ROW EXECUTE FUNCTION salvor_signal_team();
"""


class Migration(migrations.Migration):
    dependencies = [("deals", "0043_call_and_decline")]

    operations = [migrations.RunSQL(ONCE, ONE_BY_ONE)]
