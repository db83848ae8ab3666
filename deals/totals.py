"""Totals of the pipeline by stage: read from running totals that the database keeps, folded and checked by jobs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Case, Count, DecimalField, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts.prepared import Given, prepare
from accounts.sight import sight_of
from deals.forecast import weighted_by
from deals.models import Deal, PipelineTotal, StageKind
from deals.querysets import Shape, seen_by, shape_of
from deals.terms import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from accounts.models import User
    from accounts.prepared import Statement
    from deals.models import Stage
    from deals.querysets import DealQuerySet
    from deals.terms import Terms

ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=28, decimal_places=2))
KEPT = ("deals", "value", "estimated", "without_value", "at_risk")
# Each in the order of the parts of a total.
SUMS: dict[str, Any] = {f"all_{name}": Sum(name) for name in KEPT}
COUNTS: dict[str, Any] = {
    "all_deals": Count("pk"),
    "all_value": Coalesce(Sum("value"), ZERO),
    "all_estimated": Coalesce(Sum(Case(When(amount__isnull=True, then=F("value")))), ZERO),
    "all_without_value": Count("pk", filter=Q(value__isnull=True)),
    "all_at_risk": Count("pk", filter=Q(worst_severity__gt=0)),
}
# What folds at once; the rest waits for the next run, a minute later.
FOLD_AT_MOST = 20_000

FOLD = """
WITH many AS (
    SELECT stage_id, owner_id, team_id FROM deals_pipelinetotal GROUP BY 1, 2, 3
    HAVING count(*) > 1 OR (sum(deals) = 0 AND sum(value) = 0 AND sum(estimated) = 0 AND sum(without_value) = 0 AND sum(at_risk) = 0)
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
        return weighted_by(self.value, probability)


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


def kept_totals(user: User, terms: Terms = EVERY, **given: Any) -> dict[int, StageTotal]:
    """By stage id, what the user may see, from the running totals: its cost follows the people, not the deals. One query.

    ``given``: the values of the ``terms``.
    """
    return _by_stage(_kept(shape_of(user), terms).rows(**seen_by(user), **given))


@cache
def _kept(shape: Shape, terms: Terms) -> Statement:
    kept = PipelineTotal.objects.filter(terms.of_totals())
    if shape is not Shape.EVERYTHING:
        kept = kept.filter(Q(team_id__any_of=Given("sight_teams")) | Q(owner_id__any_of=Given("sight_users")))
    found = kept.order_by().values("stage_id").annotate(**SUMS).values_list("stage_id", *SUMS)
    if shape is Shape.MINE_AND_WAITING:
        # These deals lie out of the teams in sight; one of somebody covered for may be among them, and is counted above.
        beyond = Deal.objects.filter(terms.of_deals(), pk__any_of=Given("sight_deals")).exclude(owner_id__any_of=Given("sight_users"))
        found = found.union(_counted(beyond), all=True)
    return prepare(found, planned=True)


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
    return _by_stage(_counted(deals))


def _counted(deals: DealQuerySet) -> QuerySet[Deal, tuple[Any, ...]]:
    found: QuerySet[Deal, tuple[Any, ...]] = deals.order_by().values("stage_id").annotate(**COUNTS).values_list("stage_id", *COUNTS)
    return found


def fold() -> int:
    """Put the rows of each stage, owner and team together; the sums stay as they are. Returns the rows folded.

    Two runs at once take different rows: whatever each takes, it puts back the same sum.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOLD, [FOLD_AT_MOST])
        folded: int = cursor.fetchone()[0]
    return folded


def _by_stage(rows: Iterable[tuple[Any, ...]]) -> dict[int, StageTotal]:
    found: dict[int, StageTotal] = {}
    for stage_id, *parts in rows:
        found[stage_id] = found[stage_id] + StageTotal(*parts) if stage_id in found else StageTotal(*parts)
    return {stage_id: total for stage_id, total in found.items() if total.deals}
