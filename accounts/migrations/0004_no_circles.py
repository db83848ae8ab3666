"""No account is part of itself, over however many steps: the database refuses it, whoever writes.

Two changes at once could each be fine alone and close a circle together. So whoever sets a parent waits for whoever
sets one at the same time (an advisory lock, held to the end of the transaction) and then looks at what stands.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION salvor_no_circle_of_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('salvor_no_circle_of_accounts'));
    IF EXISTS (
        WITH RECURSIVE above (id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT a.parent_id FROM accounts_account a JOIN above ON a.id = above.id WHERE a.parent_id IS NOT NULL
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'account % would be part of itself', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'account_not_part_of_itself';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER salvor_no_circle AFTER INSERT OR UPDATE OF parent_id ON accounts_account
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION salvor_no_circle_of_accounts();
"""

BACKWARDS = """
DROP TRIGGER salvor_no_circle ON accounts_account;
DROP FUNCTION salvor_no_circle_of_accounts();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_daily_screens")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
