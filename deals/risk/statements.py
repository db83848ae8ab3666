"""What the refresh asks of the database, and the rows it answers with. Each statement is for any number of deals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from accounts.prepared import named

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal


class DealRow(NamedTuple):
    """A deal with what stands beside it, as the first query reads it."""

    id: int
    name: str
    status: str
    stage_id: int
    stage: str
    owner_id: int | None
    owner_since: datetime
    team_id: int | None
    source: str
    lifecycle: str | None
    account: str | None
    created_at: datetime
    opened_on: date | None
    stage_entered_at: datetime
    expected_close_on: date | None
    value: Decimal
    stage_samples: int | None
    stage_p75_days: float | None
    won: int | None
    longest_won_days: int | None
    reply_samples: int | None
    reply_p90_hours: float | None
    next_step_due: datetime | None
    last_step_ended: datetime | None
    moved_forward: datetime | None
    became_open: datetime | None
    pushed_at: list[datetime] | None
    pushed_by: list[int] | None
    introduced_by_id: int | None
    offer_id: int | None
    offer_at: datetime | None
    giver_id: int | None
    receiver_id: int | None


class Contacts(NamedTuple):
    """When a deal last had contact, as the second query reads it. ``unanswered``, ``meetings``: ids, by their moment."""

    answered: datetime | None = None
    from_us: datetime | None = None
    from_them: datetime | None = None
    first_from_us: datetime | None = None
    booked_until: datetime | None = None
    unanswered: list[int] | None = None
    meetings: list[int] | None = None
    last_held: datetime | None = None
    with_introducer: list[int] | None = None
    last_held_with_introducer: datetime | None = None


NO_CONTACTS = Contacts()


# Value at stake, in the base currency: the deal's value, the recurring value of a customer, and the
# open and lately won deals that people of the same account, or the same introducer, referred.
DEALS = """
SELECT d.id, d.name, d.status, d.stage_id, s.name, d.owner_id, d.owner_since, d.team_id, d.source, a.lifecycle, a.name, d.created_at,
       d.opened_on, d.stage_entered_at, d.expected_close_on,
       COALESCE(d.value, 0) + CASE WHEN a.lifecycle = 'customer' THEN a.recurring_value ELSE 0 END
         + COALESCE((SELECT sum(COALESCE(r.value, 0)) FROM deals_deal r
                     WHERE r.id <> d.id AND r.introduced_by_id IS NOT NULL
                       AND r.introduced_by_id IN (SELECT c.id FROM accounts_contact c WHERE c.account_id = d.account_id
                                                  UNION ALL SELECT d.introduced_by_id)
                       AND (r.status IN ('inquiry', 'open')
                            OR (r.status = 'won' AND r.closed_on >= (%(now)s::timestamptz)::date - interval '24 months'))), 0),
       sr.samples, sr.p75_days, pr.won, pr.longest_won_days, ar.samples, ar.reply_p90_hours,
       n.due_at, n.ended_at,
       moved.forward, moved.became_open, pushed.at, pushed.days,
       d.introduced_by_id, offer.id, offer.offered_at, offer.giver_id, offer.receiver_id
FROM deals_deal d
JOIN deals_stage s ON s.id = d.stage_id
-- One by one: read whole for a join by hash, the accounts take longer than everything else here.
LEFT JOIN LATERAL (SELECT k.name, k.lifecycle, k.recurring_value FROM accounts_account k WHERE k.id = d.account_id OFFSET 0) a ON true
LEFT JOIN deals_stagerhythm sr ON sr.stage_id = d.stage_id
LEFT JOIN deals_pipelinerhythm pr ON pr.pipeline_id = d.pipeline_id
LEFT JOIN deals_accountrhythm ar ON ar.account_id = d.account_id
LEFT JOIN LATERAL (
    -- The current one, of which there is at most one, and when one was last done or dropped.
    SELECT max(e.due_at) FILTER (WHERE e.ended_at IS NULL) AS due_at, max(e.ended_at) AS ended_at FROM deals_nextstep e WHERE e.deal_id = d.id
) n ON true
LEFT JOIN deals_handoff offer ON offer.deal_id = d.id AND offer.state = 'offered'
LEFT JOIN LATERAL (
    -- The last move forward, and when it last became an open deal (from an inquiry, or opened again).
    SELECT max(m.at) FILTER (WHERE t.position > f.position AND f.pipeline_id = t.pipeline_id AND NOT m.rearranged) AS forward,
           max(m.at) FILTER (WHERE t.kind = 'open' AND f.kind <> 'open') AS became_open
    FROM deals_stagechange m JOIN deals_stage f ON f.id = m.from_stage_id JOIN deals_stage t ON t.id = m.to_stage_id
    WHERE m.deal_id = d.id
) moved ON true
LEFT JOIN LATERAL (
    -- Every push of the close date since.
    SELECT array_agg(c.at ORDER BY c.at, c.id) AS at, array_agg(c.new - c.old ORDER BY c.at, c.id) AS days
    FROM deals_closedatechange c WHERE c.deal_id = d.id AND c.new > c.old AND (moved.forward IS NULL OR c.at > moved.forward)
) pushed ON true
WHERE d.id = ANY(%(ids)s)
"""

# Deals that are not in the database yet: what the query above asks of them, by the names and types of its columns.
COLUMNS_OF_NEW = {
    "id": "bigint", "name": "text", "status": "text", "pipeline_id": "bigint", "stage_id": "bigint", "stage_entered_at": "timestamptz",
    "owner_id": "bigint", "owner_since": "timestamptz", "team_id": "bigint", "account_id": "bigint", "introduced_by_id": "bigint",
    "source": "text", "created_at": "timestamptz", "opened_on": "date", "expected_close_on": "date", "closed_on": "date",
    "amount": "numeric(14, 2)", "currency": "text", "product_id": "bigint",
}  # fmt: skip
NEW = f"""FROM (
    SELECT n.*, salvor_value_of(n.amount, n.currency, n.product_id, n.status, n.closed_on) AS value
    FROM unnest({", ".join(f"%({name})s::{kind}[]" for name, kind in COLUMNS_OF_NEW.items())}) AS n ({", ".join(COLUMNS_OF_NEW)})
) d
"""  # noqa: S608 - names above
NEW_DEALS = named(DEALS.replace("FROM deals_deal d\n", NEW).replace("WHERE d.id = ANY(%(ids)s)\n", ""), planned=True)

# Moments of contact up to now, by deal. A conversation (a connected call, a held meeting) is a word from both
# sides. Our voicemail is a message to them, but no answer to theirs. The introducer's word is none of the customer's, unless
# they are of the customer or somebody of the customer got it, too. What was entered as planned after its end never was a plan,
# and of a meeting that was over before there were rules for meetings, which nobody is asked about, nothing is owed.
CONTACTS = """
WITH fact AS (
    SELECT i.id, i.deal_id, i.moment, i.ends_at, i.kind, i.direction, i.outcome, i.user_id, i.contact_id, i.subject, i.no_answer_needed_at,
           (i.kind = 'call' AND i.outcome = 'connected') OR (i.kind = 'meeting' AND i.outcome = 'held') AS talk,
           i.kind = 'meeting' AND i.outcome = 'planned' AND i.moment > i.recorded_at
           AND (i.outcome_said_at IS NULL OR i.moment > i.outcome_said_at) AS booked,
           d.introduced_by_id IS NULL OR i.contact_id IS DISTINCT FROM d.introduced_by_id OR p.account_id = d.account_id
           OR (i.direction = 'out' OR (i.kind = 'meeting' AND i.outcome = 'held')) AND EXISTS (
               SELECT FROM deals_interaction_others o WHERE o.interaction_id = i.id AND o.contact_id <> d.introduced_by_id) AS with_customer
    FROM deals_interaction i JOIN deals_deal d ON d.id = i.deal_id LEFT JOIN accounts_contact p ON p.id = d.introduced_by_id
    -- Said of the deals, too: otherwise all there are would be read for the join.
    WHERE i.deal_id = ANY(%(ids)s) AND d.id = ANY(%(ids)s)
      AND i.is_human AND i.withdrawn_at IS NULL AND i.kind <> 'note' AND i.direction <> 'internal'
), last AS (
    SELECT deal_id,
           max(moment) FILTER (WHERE talk OR (direction = 'out' AND kind = 'email')) AS answered,
           max(moment) FILTER (WHERE talk OR (direction = 'out' AND kind IN ('email', 'voicemail'))) AS from_us,
           max(moment) FILTER (WHERE talk OR (direction = 'in' AND kind IN ('email', 'voicemail', 'call'))) AS from_them,
           min(moment) FILTER (WHERE talk OR (direction = 'out' AND kind = 'email')) AS first_from_us
    FROM fact WHERE moment <= %(now)s AND NOT booked AND with_customer GROUP BY deal_id
), meeting AS (
    SELECT deal_id, max(moment) FILTER (WHERE booked AND with_customer AND moment > %(now)s) AS until,
           array_agg(id ORDER BY moment, id) FILTER (WHERE with_customer AND open) AS ids, max(moment) FILTER (WHERE with_customer AND held) AS held,
           array_agg(id ORDER BY moment, id) FILTER (WHERE open AND NOT with_customer) AS else_ids,
           max(moment) FILTER (WHERE held AND NOT with_customer) AS else_held
    FROM (SELECT *, outcome = 'held' AS held, booked OR outcome IN ('missed_by_us', 'missed_by_them', 'cancelled_by_them') AS open FROM fact) AS fact
    WHERE kind = 'meeting' GROUP BY deal_id
), waiting AS (
    SELECT f.deal_id, array_agg(f.id ORDER BY f.moment, f.id) AS ids
    FROM fact f LEFT JOIN last l ON l.deal_id = f.deal_id
    WHERE f.direction = 'in' AND f.moment <= %(now)s AND NOT f.talk AND f.no_answer_needed_at IS NULL
      AND f.with_customer AND f.kind IN ('email', 'voicemail', 'call') AND (l.answered IS NULL OR f.moment > l.answered)
    GROUP BY f.deal_id
)
SELECT deal_id, l.answered, l.from_us, l.from_them, l.first_from_us, m.until, w.ids, m.ids, m.held, m.else_ids, m.else_held
FROM last l FULL JOIN meeting m USING (deal_id) FULL JOIN waiting w USING (deal_id)
"""

MESSAGES = """
SELECT i.id, i.moment, i.kind, i.user_id, COALESCE(c.name, ''), i.subject,
       EXISTS (SELECT FROM accounts_absence a
               WHERE a.user_id = d.owner_id AND a.cover_id = i.user_id AND a.starts_at <= i.moment AND a.ends_at > i.moment)
FROM deals_interaction i JOIN deals_deal d ON d.id = i.deal_id LEFT JOIN accounts_contact c ON c.id = i.contact_id WHERE i.id = ANY(%(ids)s)
"""

MEETINGS = """
SELECT i.id, i.at, i.moment, i.outcome, i.outcome_said_at, i.apologised_at, i.user_id, COALESCE(c.name, ''), i.subject
FROM deals_interaction i LEFT JOIN accounts_contact c ON c.id = i.contact_id WHERE i.id = ANY(%(ids)s)
"""
