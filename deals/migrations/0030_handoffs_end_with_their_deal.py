"""An open offer ends with what it offers: when the deal gets another owner, or is closed, in whatever way that is written."""

from django.db import migrations, models

# The moment is the writer's own; what is put back as it was before may carry an older one.
KEEP = """
CREATE FUNCTION salvor_deal_ends_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed boolean := OLD.owner_id IS DISTINCT FROM NEW.owner_id;
    moment timestamptz := CASE WHEN changed THEN NEW.owner_since ELSE NEW.stage_entered_at END;
BEGIN
    UPDATE deals_handoff
    SET state = 'withdrawn', ended_at = CASE WHEN moment >= offered_at THEN moment ELSE GREATEST(offered_at, now()) END,
        reason = CASE WHEN changed THEN 'owner' ELSE 'closed' END
    WHERE deal_id = NEW.id AND state = 'offered';
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_deal_ends_handoff AFTER UPDATE OF owner_id, status ON deals_deal
    FOR EACH ROW WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id OR (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('won', 'lost')))
    EXECUTE FUNCTION salvor_deal_ends_handoff();
"""
LEAVE = """
DROP TRIGGER salvor_deal_ends_handoff ON deals_deal;
DROP FUNCTION salvor_deal_ends_handoff();
"""


class Migration(migrations.Migration):
    dependencies = [("deals", "0029_meetings_and_handoffs")]

    operations = [
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("ended_by__isnull", True), ("state", "withdrawn")), fields=["ended_at"], name="handoff_ended_by_itself"
            ),
        ),
        migrations.RunSQL(KEEP, LEAVE),
    ]
