"""The stages of a pipeline as its settings page shows them: with what stands in them and where they may move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deals.totals import StageTotal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deals.models import Pipeline, Stage, StageRetirement


@dataclass(frozen=True, slots=True)
class StageRow:
    """``first`` and ``last`` among the stages of its kind: there it can go no further."""

    stage: Stage
    total: StageTotal
    first: bool = False
    last: bool = False
    retirement: StageRetirement | None = None

    @property
    def moving(self) -> bool:
        """Its deals are on their way out."""
        return self.retirement is not None and self.retirement.into_id is not None and self.total.deals > 0

    @property
    def asked(self) -> int:
        """How many deals go in all: those that went and those that are still there."""
        return (self.retirement.moved if self.retirement else 0) + self.total.deals


def rows_of(pipeline: Pipeline, kept: Mapping[int, StageTotal]) -> tuple[list[StageRow], list[StageRow]]:
    """The stages in use in their order, and the retired ones. ``kept``: totals by stage, of everybody's deals."""
    stages = list(pipeline.stages.all())
    used = sorted((stage for stage in stages if stage.retired_at is None), key=lambda stage: stage.position)
    retired = [stage for stage in stages if stage.retired_at is not None]
    return (
        [
            StageRow(
                stage,
                kept.get(stage.pk, StageTotal()),
                first=place == 0 or used[place - 1].kind != stage.kind,
                last=place == len(used) - 1 or used[place + 1].kind != stage.kind,
            )
            for place, stage in enumerate(used)
        ],
        [StageRow(stage, kept.get(stage.pk, StageTotal()), retirement=getattr(stage, "retirement", None)) for stage in retired],
    )


def still_to_move(rows: Iterable[StageRow]) -> StageTotal:
    """What stands in the watched stages among these."""
    return sum((row.total for row in rows if row.stage.is_watched), StageTotal())
