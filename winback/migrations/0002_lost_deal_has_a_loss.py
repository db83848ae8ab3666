"""No deal is lost without a loss: checked when the transaction ends, whichever door it came through."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION winback_lost_deal_has_a_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM deals_deal WHERE id = NEW.id AND status = 'lost')
       AND NOT EXISTS (SELECT 1 FROM winback_loss WHERE deal_id = NEW.id) THEN
        RAISE EXCEPTION 'deal % is lost without a loss', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'lost_deal_has_a_loss';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lost_deal_has_a_loss AFTER INSERT OR UPDATE OF status ON deals_deal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'lost') EXECUTE FUNCTION winback_lost_deal_has_a_loss();
"""
BACKWARD = """
DROP TRIGGER lost_deal_has_a_loss ON deals_deal;
DROP FUNCTION winback_lost_deal_has_a_loss();
"""


class Migration(migrations.Migration):
    dependencies = [("winback", "0001_initial"), ("deals", "0003_default_pipeline")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
