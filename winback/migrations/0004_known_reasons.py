"""The reasons Salvor comes with, and the guard that a loss names none but known ones.

A loss keeps its reasons as an array of keys: one row to write and to read, in the order they were given. No foreign key
reaches into an array, so two triggers do its work: a loss with an unknown key is refused, its reasons being locked as a
foreign key would lock them, and a reason that a loss names can neither be deleted nor change its key.
"""

from django.db import migrations

# Key, and what would end it.
REASONS = [
    ("price", "our_price"),
    ("product", "our_product"),
    ("coverage", "our_coverage"),
    ("timing", "their_timing"),
    ("budget", "their_budget"),
    ("priority", "their_priority"),
    ("our_person", "our_person"),
    ("our_silence", "our_person"),
    ("contact_gone", "their_person"),
    ("loyal_to_competitor", "their_vendor"),
    ("other", "not_known"),
    ("not_recorded", "not_known"),
]

FORWARD = """
CREATE FUNCTION winback_loss_reasons_known() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unknown text;
BEGIN
    PERFORM 1 FROM winback_reason WHERE key = ANY(NEW.reasons) FOR KEY SHARE;
    SELECT string_agg(given, ', ') INTO unknown FROM unnest(NEW.reasons) AS given
        WHERE NOT EXISTS (SELECT 1 FROM winback_reason r WHERE r.key = given);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'no such reason: %', unknown USING ERRCODE = 'check_violation', CONSTRAINT = 'loss_reasons_known';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER loss_reasons_known BEFORE INSERT OR UPDATE OF reasons ON winback_loss
    FOR EACH ROW EXECUTE FUNCTION winback_loss_reasons_known();

CREATE FUNCTION winback_reason_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR NEW.key <> OLD.key) AND EXISTS (SELECT 1 FROM winback_loss WHERE OLD.key = ANY(reasons)) THEN
        RAISE EXCEPTION 'losses name the reason %', OLD.key USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'reason_of_a_loss_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER reason_of_a_loss_stays BEFORE DELETE OR UPDATE OF key ON winback_reason
    FOR EACH ROW EXECUTE FUNCTION winback_reason_in_use();
"""
BACKWARD = """
DROP TRIGGER reason_of_a_loss_stays ON winback_reason;
DROP FUNCTION winback_reason_in_use();
DROP TRIGGER loss_reasons_known ON winback_loss;
DROP FUNCTION winback_loss_reasons_known();
"""


def make(apps, schema_editor):
    reason = apps.get_model("winback", "Reason")
    for position, (key, ended_by) in enumerate(REASONS):
        reason.objects.get_or_create(key=key, defaults={"ended_by": ended_by, "position": position, "builtin": True})


class Migration(migrations.Migration):
    dependencies = [("winback", "0003_reasons_of_our_own")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop), migrations.RunSQL(FORWARD, BACKWARD)]
