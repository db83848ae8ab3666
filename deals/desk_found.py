"""What a row of the risk desk says of a deal and of the signal that leads it, asked in one statement for a whole page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from accounts.prepared import woven

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from accounts.prepared import Statement
    from deals.models import Deal, RiskSignal

# What the filters ask of one signal ``s``; ``fits_of`` of the filter fills the places. Each part is asked apart where a sum needs it.
FITS_RULE = "(%(rule)s::text IS NULL OR s.rule = %(rule)s::text)"
FITS_PERSON = "(%(anybody)s::boolean OR s.responsible_id IS NOT DISTINCT FROM %(person)s::bigint)"
OLDER = """(s.rule = 'stage_overdue' AND s.facts @> '{"older_than_any_won": true}')"""
FITS_REST = f"(s.severity >= %(severity)s::int AND (NOT %(older)s::boolean OR {OLDER}))"

# ``page`` finds the deals as (id, rank, value_at_stake, over) in the page's order. What was asked for leads its row, then the
# most severe, then what is furthest past its limit. Those the climbs told stand as they were told.
ROWS = f"""
SELECT page.pk, page.rank, page.value_at_stake, page.over, d.name, d.amount IS NULL, d.source, d.dates_shifted_by, d.last_contact_at,
       d.stage_entered_at, COALESCE(a.name, ''), COALESCE(a.lifecycle, ''),
       s.id, s.rule, s.severity, s.facts::text, s.since, s.times_over, s.of_deal - 1,
       s.responsible_id, (SELECT u.name FROM accounts_user u WHERE u.id = s.responsible_id),
       s.taken_by_id, (SELECT u.name FROM accounts_user u WHERE u.id = s.taken_by_id),
       COALESCE(told.ids, '{{}}'), COALESCE(told.names, '{{}}'),
       CASE WHEN d.owner_id <> s.responsible_id THEN (SELECT u.name FROM accounts_user u WHERE u.id = d.owner_id) END
FROM ({{page}}) AS page (pk, rank, value_at_stake, over)
JOIN deals_deal d ON d.id = page.pk
LEFT JOIN accounts_account a ON a.id = d.account_id
LEFT JOIN LATERAL (
    SELECT s.*, count(*) OVER () AS of_deal FROM deals_risksignal s WHERE s.deal_id = page.pk AND s.state = 'raised'
    ORDER BY ({FITS_RULE} AND {FITS_PERSON} AND {FITS_REST}) DESC, s.severity DESC, s.times_over DESC, s.id LIMIT 1
) AS s ON true
LEFT JOIN LATERAL (
    SELECT array_agg(u.id ORDER BY t.id) AS ids, array_agg(u.name ORDER BY t.id) AS names
    FROM deals_risksignal_told t JOIN accounts_user u ON u.id = t.user_id WHERE t.risksignal_id = s.id
) AS told ON true
ORDER BY page.rank DESC, page.value_at_stake DESC, page.over DESC, page.pk DESC
"""  # noqa: S608 - made of this module's own words


class Raised(NamedTuple):
    """One raised signal, with the names it says. ``facts`` are JSON as text; ``told`` are those the climbs told, the nearest rung first.

    All of it can be hashed, so that what is written of it may be kept.
    """

    pk: int
    rule: str
    severity: int
    facts: str
    since: datetime
    times_over: float
    others: int
    responsible_id: int | None
    responsible: str | None
    taken_by_id: int | None
    taken_by: str | None
    told_ids: tuple[int, ...]
    told: tuple[str, ...]


class Shown(NamedTuple):
    """A deal at risk. ``rank`` is the severity that leads, ``over`` how many times past its limit; ``lead`` the signal, if it
    has one; ``instead_of`` the owner, where somebody else answers for them."""

    pk: int
    rank: int
    value_at_stake: Decimal
    over: float
    name: str
    estimated: bool
    source: str
    dates_shifted_by: int
    last_contact_at: datetime | None
    stage_entered_at: datetime
    account: str
    lifecycle: str
    lead: Raised | None
    instead_of: str | None = None


def statement(page: QuerySet[Deal, Any], *, planned: bool = False) -> Statement:
    """The rows of a page of deals, given as (pk, rank, value_at_stake, over)."""
    return woven(ROWS, planned=planned, page=page)


def shown(row: tuple[Any, ...]) -> Shown:
    """A row of the statement."""
    lead = Raised._make((*row[12:23], tuple(row[23]), tuple(row[24]))) if row[12] is not None else None
    return Shown._make((*row[:12], lead, row[25]))


def raised(signal: RiskSignal) -> Raised:
    """The same of a signal at hand; its responsible, taken_by and told must be loaded."""
    told = list(signal.told.all())
    return Raised(
        signal.pk, signal.rule, signal.severity, json.dumps(signal.facts), signal.since, signal.times_over, 0,
        signal.responsible_id, signal.responsible.name if signal.responsible else None,
        signal.taken_by_id, signal.taken_by.name if signal.taken_by else None,
        tuple(person.pk for person in told), tuple(person.name for person in told),
    )  # fmt: skip
