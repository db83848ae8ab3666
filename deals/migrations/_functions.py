"""What the database keeps true on its own about deals, whoever writes: used by the first migration, and no more to be changed.

A function that shall do something else is replaced by a new migration.
"""

# A deal's pipeline and status are its stage's.
STAGE = """
ALTER TABLE deals_deal ADD CONSTRAINT deal_status_and_pipeline_are_the_stages
    FOREIGN KEY (stage_id, pipeline_id, status) REFERENCES deals_stage (id, pipeline_id, kind)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""

# A deal's value in the base currency: a row trigger, before the row is written. A list price that changes is the value of every deal
# that stands on it: they are valued anew in batches, in the order of their ids, and not by the request that changed the price.
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

CREATE FUNCTION salvor_deal_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.value := salvor_value_of(NEW.amount, NEW.currency, NEW.product_id, NEW.status, NEW.closed_on);
    RETURN NEW;
END
$$;

CREATE TRIGGER salvor_deal_value BEFORE INSERT OR UPDATE OF amount, currency, product_id, status, closed_on, value ON deals_deal
    FOR EACH ROW EXECUTE FUNCTION salvor_deal_value();

-- Asked for each time: a request that is being worked off already may have read the price of before.
CREATE FUNCTION salvor_price_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deals_lookagain (product_id, currency, after_id, asked_at)
    SELECT NEW.id, '', 0, now()
    WHERE EXISTS (SELECT FROM deals_deal AS d WHERE d.product_id = NEW.id AND d.amount IS NULL);
    RETURN NULL;
END
$$;

CREATE TRIGGER salvor_price_changed AFTER UPDATE OF list_price, currency ON deals_product
    FOR EACH ROW WHEN ((OLD.list_price, OLD.currency) IS DISTINCT FROM (NEW.list_price, NEW.currency))
    EXECUTE FUNCTION salvor_price_changed();
"""

# Running totals: statement triggers with transition tables, so that a bulk write adds one row a stage, owner and team and not one
# a deal; they only add rows, so two writers never wait. {rows}: what left the totals and what came to them.
_ADD = """
    INSERT INTO deals_pipelinetotal (stage_id, owner_id, team_id, deals, value, estimated, without_value, at_risk)
    SELECT stage_id, owner_id, team_id, sum(sign), sum(sign * COALESCE(value, 0)),
           sum(CASE WHEN amount IS NULL THEN sign * COALESCE(value, 0) ELSE 0 END), sum(CASE WHEN value IS NULL THEN sign ELSE 0 END),
           sum(CASE WHEN worst_severity > 0 THEN sign ELSE 0 END)
    FROM ({rows}) AS moved
    GROUP BY stage_id, owner_id, team_id
    HAVING sum(sign) <> 0 OR sum(sign * COALESCE(value, 0)) <> 0 OR sum(CASE WHEN amount IS NULL THEN sign * COALESCE(value, 0) ELSE 0 END) <> 0
        OR sum(CASE WHEN value IS NULL THEN sign ELSE 0 END) <> 0 OR sum(CASE WHEN worst_severity > 0 THEN sign ELSE 0 END) <> 0;
"""
_COLUMNS = "stage_id, owner_id, team_id, amount, value, value_at_stake, worst_severity"
_FRESH = f"SELECT 1 AS sign, {_COLUMNS} FROM fresh"
_STALE = f"SELECT -1 AS sign, {_COLUMNS} FROM stale"
TOTALS = "\n".join(
    f"CREATE FUNCTION salvor_totals_{event}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN{_ADD.format(rows=rows)}    RETURN NULL;\nEND\n$$;\n"
    f"CREATE TRIGGER salvor_totals_{event} AFTER {event.upper()} ON deals_deal REFERENCING {tables}\n"
    f"    FOR EACH STATEMENT EXECUTE FUNCTION salvor_totals_{event}();"
    for event, rows, tables in (
        ("insert", _FRESH, "NEW TABLE AS fresh"),
        ("update", f"{_STALE} UNION ALL {_FRESH}", "OLD TABLE AS stale NEW TABLE AS fresh"),
        ("delete", _STALE, "OLD TABLE AS stale"),
    )
)

# The words of names, for search.
WORDS = """
CREATE TRIGGER salvor_learn_new AFTER INSERT ON deals_deal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_learn_new('deal');
CREATE TRIGGER salvor_learn_renamed AFTER UPDATE OF name ON deals_deal
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION salvor_learn_renamed('deal');
"""

# The team of a signal's deal stands with the signal. That of new ones is looked up once a statement, not by a trigger for each:
# thousands come at once, and mostly bring it along.
TEAM = """
CREATE FUNCTION salvor_signal_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.team_id := (SELECT d.team_id FROM deals_deal d WHERE d.id = NEW.deal_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER salvor_signal_team BEFORE UPDATE OF deal_id, team_id ON deals_risksignal
    FOR EACH ROW EXECUTE FUNCTION salvor_signal_team();
CREATE FUNCTION salvor_deal_changes_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deals_risksignal SET team_id = NEW.team_id WHERE deal_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_deal_changes_team AFTER UPDATE OF team_id ON deals_deal
    FOR EACH ROW WHEN (OLD.team_id IS DISTINCT FROM NEW.team_id) EXECUTE FUNCTION salvor_deal_changes_team();
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
CREATE TRIGGER salvor_new_signals_team AFTER INSERT ON deals_risksignal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_new_signals_team();
"""

# A next step knows whose it is. It waits for whoever changes the deal's owner meanwhile (FOR SHARE), so that neither of the two misses the other.
OWNER = """
CREATE FUNCTION salvor_step_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.owner_id := (SELECT d.owner_id FROM deals_deal d WHERE d.id = NEW.deal_id FOR SHARE);
    RETURN NEW;
END
$$;
CREATE TRIGGER salvor_step_owner BEFORE INSERT OR UPDATE OF deal_id, owner_id ON deals_nextstep
    FOR EACH ROW EXECUTE FUNCTION salvor_step_owner();
CREATE FUNCTION salvor_deal_changes_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deals_nextstep SET owner_id = NEW.owner_id WHERE deal_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_deal_changes_owner AFTER UPDATE OF owner_id ON deals_deal
    FOR EACH ROW WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id) EXECUTE FUNCTION salvor_deal_changes_owner();
"""

# What is looked at often is written cheaply: alarms stand in a narrow table of their own. Without one among the indexes of a deal, a look
# that moves nothing but the alarm leaves them all alone, as long as its page has room: hence the fill factors.
ALARMS = """
CREATE FUNCTION salvor_alarm_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deals_dealalarm (deal_id, at) SELECT id, alarm_at FROM fresh WHERE alarm_at IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE FUNCTION salvor_alarm_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.alarm_at IS NULL THEN
        DELETE FROM deals_dealalarm WHERE deal_id = NEW.id;
    ELSE
        INSERT INTO deals_dealalarm (deal_id, at) VALUES (NEW.id, NEW.alarm_at) ON CONFLICT (deal_id) DO UPDATE SET at = EXCLUDED.at;
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION salvor_alarm_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM deals_dealalarm USING stale WHERE deal_id = stale.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER salvor_alarm_new AFTER INSERT ON deals_deal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_alarm_new();
CREATE TRIGGER salvor_alarm_moved AFTER UPDATE OF alarm_at ON deals_deal
    FOR EACH ROW WHEN (OLD.alarm_at IS DISTINCT FROM NEW.alarm_at) EXECUTE FUNCTION salvor_alarm_moved();
CREATE TRIGGER salvor_alarm_gone AFTER DELETE ON deals_deal REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION salvor_alarm_gone();
ALTER TABLE deals_deal SET (fillfactor = 85);
ALTER TABLE deals_risksignal SET (fillfactor = 80);
"""

# An open offer ends with what it offers. The moment is the writer's own; what is put back as it was before may carry an older one.
HANDOFFS = """
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

# What risk is ranked by, in a narrow table of its own for the same reason as the alarms.
RISK = """
CREATE FUNCTION salvor_risk_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deals_dealrisk (deal_id, owner_id, team_id, account_id, worst_severity, value_at_stake, value) SELECT id, owner_id, team_id, account_id, worst_severity, value_at_stake, value FROM fresh WHERE status IN ('inquiry', 'open');
    RETURN NULL;
END
$$;
CREATE FUNCTION salvor_risk_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status NOT IN ('inquiry', 'open') THEN
        DELETE FROM deals_dealrisk WHERE deal_id = NEW.id;
        RETURN NULL;
    END IF;
    UPDATE deals_dealrisk SET (owner_id, team_id, account_id, worst_severity, value_at_stake, value) = ROW (NEW.owner_id, NEW.team_id, NEW.account_id, NEW.worst_severity, NEW.value_at_stake, NEW.value) WHERE deal_id = NEW.id;
    IF NOT FOUND THEN
        INSERT INTO deals_dealrisk (deal_id, owner_id, team_id, account_id, worst_severity, value_at_stake, value) VALUES (NEW.id, NEW.owner_id, NEW.team_id, NEW.account_id, NEW.worst_severity, NEW.value_at_stake, NEW.value);
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
"""

EVERYTHING = (STAGE, VALUE, TOTALS, WORDS, TEAM, OWNER, ALARMS, HANDOFFS, RISK)

FUNCTIONS = (
    "salvor_in_base",
    "salvor_value_of",
    "salvor_deal_value",
    "salvor_price_changed",
    "salvor_totals_insert",
    "salvor_totals_update",
    "salvor_totals_delete",
    "salvor_signal_team",
    "salvor_deal_changes_team",
    "salvor_new_signals_team",
    "salvor_step_owner",
    "salvor_deal_changes_owner",
    "salvor_alarm_new",
    "salvor_alarm_moved",
    "salvor_alarm_gone",
    "salvor_deal_ends_handoff",
    "salvor_risk_new",
    "salvor_risk_moved",
    "salvor_risk_gone",
)
