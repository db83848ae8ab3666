"""Totals of the pipeline by stage: read from running totals that the database keeps, folded and checked by jobs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Case, Count, DecimalField, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts.sight import sight_of
from deals.models import Deal, PipelineTotal, StageKind
from deals.querysets import seen_by, waiting_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accounts.models import User
    from deals.models import Stage
    from deals.querysets import DealQuerySet

ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=28, decimal_places=2))
KEPT = ("deals", "value", "estimated", "without_value", "at_risk")
SUMS: dict[str, Any] = {"total": Sum("value"), **{name: Sum(name) for name in KEPT if name != "value"}}
# What folds at once; the rest waits for the next run, a minute later.
FOLD_AT_MOST = 20_000

FOLD = """
WITH many AS (
    SELECT stage_id, owner_id, team_id FROM deals_pipelinetotal GROUP BY 1, 2, 3
    HAVING count(*) > 1 OR (sum(deals) = 0 AND sum(value) = 0 AND sum(at_risk) = 0 AND sum(without_value) = 0)
), mine AS (
    SELECT t.id FROM deals_pipelinetotal t JOIN many m
        ON t.stage_id = m.stage_id AND t.owner_id IS NOT DISTINCT FROM m.owner_id AND t.team_id IS NOT DISTINCT FROM m.team_id
    LIMIT %s FOR UPDATE OF t SKIP LOCKED
), gone AS (
    DELETE FROM deals_pipelinetotal WHERE id IN (SELECT id FROM mine)
    RETURNING stage_id, owner_id, team_id, deals, value, estimated, without_value, at_risk
), kept AS (
    INSERT INTO deals_pipelinetotal (stage_id, owner_id, team_id, deals, value, estimated, without_value, at_risk)
    SELECT stage_id, owner_id, team_id, sum(deals), sum(value), sum(estimated), sum(without_value), sum(at_risk)
    FROM gone GROUP BY stage_id, owner_id, team_id
    HAVING sum(deals) <> 0 OR sum(value) <> 0 OR sum(estimated) <> 0 OR sum(without_value) <> 0 OR sum(at_risk) <> 0
)
SELECT count(*) FROM gone
"""


@dataclass(frozen=True, slots=True)
class StageTotal:
    """What stands in one stage. Amounts in the base currency; see ``PipelineTotal`` for the parts."""

    deals: int = 0
    value: Decimal = Decimal(0)
    estimated: Decimal = Decimal(0)
    without_value: int = 0
    at_risk: int = 0

    def __add__(self, other: StageTotal) -> StageTotal:
        return StageTotal(*(getattr(self, name) + getattr(other, name) for name in KEPT))

    def weighted(self, probability: int) -> Decimal:
        """The value times the chance of its stage in percent, without cents."""
        return (self.value * probability / 100).quantize(Decimal(1))


@dataclass(frozen=True, slots=True)
class Summary:
    """All of it in one sentence. Inquiries are counted apart: they have no part in the sums."""

    counted: StageTotal
    weighted: Decimal
    inquiries: int


def summary(found: Mapping[int, StageTotal], stages: Iterable[Stage]) -> Summary:
    """What the totals of these stages come to."""
    counted, weighted, inquiries = StageTotal(), Decimal(0), 0
    for stage in stages:
        total = found.get(stage.pk, StageTotal())
        if stage.kind == StageKind.INQUIRY:
            inquiries += total.deals
        else:
            counted += total
            weighted += total.weighted(stage.probability)
    return Summary(counted, weighted, inquiries)


def kept_totals(user: User, narrowed: Q | None = None) -> dict[int, StageTotal]:
    """By stage id, what the user may see, from the running totals: its cost follows the people, not the deals.

    ``narrowed`` may ask for ``stage``, ``owner`` and ``team``, fields of the deal and of its totals alike. Two queries
    where a signal of somebody else's deal waits for the user, one otherwise.
    """
    narrowed = narrowed or Q()
    sight = sight_of(user)
    kept = PipelineTotal.objects.filter(narrowed)
    if sight.everything:
        return _by_stage(kept.order_by().values("stage_id").annotate(**SUMS))
    kept = kept.filter(Q(team_id__in=sight.team_ids) | Q(owner_id__in=sight.user_ids))
    found = _by_stage(kept.order_by().values("stage_id").annotate(**SUMS))
    beyond = waiting_for(user, sight)
    if beyond:
        # These ids lie out of the teams in sight; a deal of somebody covered for may be among them, and is counted above.
        rest = Deal.objects.filter(narrowed, pk__in=beyond).exclude(owner_id__in=sight.user_ids)
        for stage_id, total in counted_totals(rest).items():
            found[stage_id] = found.get(stage_id, StageTotal()) + total
    return found


# A deal beyond the teams in sight whose signal waits for the user may be theirs to cover for, and is counted already.
AT_RISK = """(
(SELECT COALESCE(sum(at_risk), 0) FROM deals_pipelinetotal
 WHERE %(everything)s OR team_id = ANY(%(sight_teams)s::bigint[]) OR owner_id = ANY(%(sight_users)s::bigint[]))
+ (SELECT count(*) FROM deals_deal
   WHERE id = ANY(%(sight_deals)s::bigint[]) AND worst_severity > 0 AND (owner_id = ANY(%(sight_users)s::bigint[])) IS NOT TRUE)
)"""


def at_risk_asked(user: User) -> dict[str, Any]:
    """What fills the places of ``AT_RISK``: how many deals with a raised signal somebody may see, from the running totals."""
    return {"everything": sight_of(user).everything, **seen_by(user)}


def counted_totals(deals: DealQuerySet) -> dict[int, StageTotal]:
    """By stage id, counted from the deals themselves: for filters the running totals know nothing of. One query."""
    value = Coalesce(Sum("value"), ZERO)
    estimated = Coalesce(Sum(Case(When(amount__isnull=True, then=F("value")))), ZERO)
    found = deals.order_by().values("stage_id")
    return _by_stage(
        found.annotate(
            deals=Count("pk"),
            estimated=estimated,
            without_value=Count("pk", filter=Q(value__isnull=True)),
            at_risk=Count("pk", filter=Q(worst_severity__gt=0)),
            total=value,
        )
    )


def fold() -> int:
    """Put the rows of each stage, owner and team together; the sums stay as they are. Returns the rows folded.

    Two runs at once take different rows: whatever each takes, it puts back the same sum.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOLD, [FOLD_AT_MOST])
        folded: int = cursor.fetchone()[0]
    return folded


def _by_stage(rows: Iterable[Any]) -> dict[int, StageTotal]:
    found = {row["stage_id"]: StageTotal(*(row[name] for name in ("deals", "total", *KEPT[2:]))) for row in rows}
    return {stage_id: total for stage_id, total in found.items() if total.deals}
