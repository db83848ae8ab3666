"""What a row of the list says of a deal, read for a whole page by one statement that the database plans once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from accounts.prepared import named
from deals.models.deals import BLUEBIRDS
from deals.models.pipelines import WATCHED_KINDS
from deals.risk.sentences import rule_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from accounts.prepared import Statement

WATCHED = frozenset(str(kind) for kind in WATCHED_KINDS)
# The raised signals, the worst first, each as its severity and its rule.
SIGNALS = """ARRAY(
    SELECT g.severity || ' ' || g.rule FROM deals_risksignal g WHERE g.deal_id = d.id AND g.state = 'raised'
    ORDER BY g.severity DESC, g.times_over DESC, g.id
)"""
ROWS = """
SELECT d.id, d.name, d.status, d.owner_id, u.name, d.stage_id, s.name, s.probability, d.stage_entered_at, d.team_id, t.name,
       d.amount, d.currency, d.value, d.value_at_stake, d.source, d.opened_on, d.expected_close_on, d.closed_on,
       d.last_contact_at, d.dates_shifted_by, a.name, a.lifecycle, p.name, {signals}, {step}
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS page (pk, place)
JOIN deals_deal d ON d.id = page.pk
JOIN deals_stage s ON s.id = d.stage_id
LEFT JOIN accounts_account a ON a.id = d.account_id
LEFT JOIN accounts_user u ON u.id = d.owner_id
LEFT JOIN accounts_team t ON t.id = d.team_id
LEFT JOIN deals_product p ON p.id = d.product_id
{next_step}
ORDER BY page.place
"""
NEXT_STEP = "LEFT JOIN deals_nextstep n ON n.deal_id = d.id AND n.ended_at IS NULL"


class RowFacts(NamedTuple):
    """A deal with the names around it. ``raised``: its signals as the statement has them, where they are shown."""

    pk: int
    name: str
    status: str
    owner_id: int | None
    owner: str | None
    stage_id: int
    stage_name: str
    probability: int
    stage_entered_at: datetime
    team_id: int | None
    team: str | None
    amount: Decimal | None
    currency: str
    value: Decimal | None
    value_at_stake: Decimal
    source: str
    opened_on: date | None
    expected_close_on: date | None
    closed_on: date | None
    last_contact_at: datetime | None
    dates_shifted_by: int
    account: str | None
    lifecycle: str | None
    product: str | None
    raised: list[str]
    step: str | None
    step_due_at: datetime | None

    @property
    def is_watched(self) -> bool:
        return self.status in WATCHED

    @property
    def is_bluebird(self) -> bool:
        return self.source in BLUEBIRDS


def facts_of(ids: Sequence[int], *, signals: bool, step: bool) -> list[RowFacts]:
    """The rows of these deals, in this order. One query; a deal that was deleted meanwhile is left out."""
    return [RowFacts._make(row) for row in _asked(signals=signals, step=step).rows(ids=list(ids))] if ids else []


def chips(raised: Sequence[str]) -> list[tuple[int, str]]:
    """Signals as ``SIGNALS`` has them, in words."""
    return [(int(severity), rule_name(rule)) for severity, _space, rule in (one.partition(" ") for one in raised)]


@cache
def _asked(*, signals: bool, step: bool) -> Statement:
    shown_signals = SIGNALS if signals else "ARRAY[]::text[]"
    shown_step = ("n.what, n.due_at", NEXT_STEP) if step else ("NULL, NULL", "")
    return named(ROWS.format(signals=shown_signals, step=shown_step[0], next_step=shown_step[1]), planned=True)
