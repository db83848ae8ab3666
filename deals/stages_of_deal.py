"""The stages of a deal's pipeline, as its page shows them: which it has gone through, where it is, where it may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import F, Func, JSONField, OuterRef, Q, Subquery

from deals.models import Stage, StageKind

if TYPE_CHECKING:
    from datetime import datetime

    from deals.models import Deal


class Step(NamedTuple):
    """``days``: for how many the deal has been in its stage."""

    pk: int
    name: str
    kind: str
    now: bool
    done: bool
    days: int


def with_stages() -> Subquery:
    """The stages a deal may enter, in their order, as a column of its row for ``path_of``; lost and retired ones only where it is."""
    offered = Stage.objects.filter(~Q(kind=StageKind.LOST) & Q(retired_at=None) | Q(pk=OuterRef("stage_id")), pipeline=OuterRef("pipeline_id"))
    one = Func(F("pk"), F("name"), F("kind"), F("position"), function="jsonb_build_array", output_field=JSONField())
    return Subquery(offered.order_by().values("pipeline_id").values(all=JSONBAgg(one, order_by=("position", "pk"))))


def path_of(deal: Deal, now: datetime) -> list[Step]:
    """Of a deal that was read ``with_stages``."""
    days = max((now - deal.stage_entered_at).days, 0)
    return [
        Step(pk, name, kind, pk == deal.stage_id, position < deal.stage.position and deal.status != StageKind.LOST, days)
        for pk, name, kind, position in deal.stages_offered  # type: ignore[attr-defined] # annotated
    ]
