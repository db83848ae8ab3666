"""Where a deal of a file stands: in which stage, since when, and on which days it was closed or shall be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.intake.files.names import key
from deals.intake.files.survey import outcome_of
from deals.models import Stage, StageKind
from deals.models.pipelines import CLOSED_KINDS
from deals.services.imports import pipelines
from deals.services.imports.frame import shifted
from deals.services.imports.writer import Rejected

if TYPE_CHECKING:
    from datetime import date, datetime

    from deals.intake.files.values import Record
    from deals.models import Deal
    from deals.services.imports.frame import Frame


class Standing:
    """``choices``: the stages for each value of the pipeline column, once they are read."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.choices: dict[str, pipelines.Choice] = {}
        self.stages_of: dict[int, list[Stage]] = {}

    def read(self) -> None:
        self.choices = pipelines.choose(self.frame)

    def save(self, import_id: int) -> None:
        """The stages that the file brings along."""
        pipelines.save(self.choices, import_id)

    def has_won_deals(self) -> bool:
        """Whether the file has deals that were won."""
        seen = [one for stages in self.frame.plan.stages.values() for one in stages.values()]
        found = [stage for choice in self.choices.values() for stage in choice.by_value.values()]
        return any(one.flagged_won for one in seen) or any(stage.kind == StageKind.WON for stage in found)

    def stage(self, record: Record, deal: Deal | None) -> tuple[Stage, pipelines.Choice]:
        """A deal that is here stays in its pipeline: a stage of that name there, else one of the same kind."""
        value = record.text("stage") or record.text("status")
        status = record.text("status")
        outcome = outcome_of(status if status != value else "", record.values.get("is_won"), record.values.get("is_closed"))
        name = "stage" if self.frame.has("stage") else "status"
        choice = self.choices[record.text("pipeline") if record.text("pipeline") in self.choices else ""] if self.choices else None
        if choice is None or (not value and not outcome):
            raise Rejected(name, "", _("The row does not say in which stage the deal is."))
        stage = pipelines.stage_for(choice, value, outcome)
        if stage is None and value:
            raise Rejected(name, value, _("The deal is over, but this does not say whether it was won or lost."))
        if stage is None:
            raise Rejected(name, "", _("The row does not say in which stage the deal is."))
        if deal is not None and stage.pipeline_id != deal.pipeline_id:
            stage = self._at_home(deal, stage)
        return stage, choice

    def _at_home(self, deal: Deal, stage: Stage) -> Stage:
        if deal.pipeline_id not in self.stages_of:
            self.stages_of[deal.pipeline_id] = list(Stage.objects.in_use().filter(pipeline_id=deal.pipeline_id).order_by("position"))
        at_home = self.stages_of[deal.pipeline_id]
        named = next((one for one in at_home if key(one.name) == key(stage.name) and one.kind == stage.kind), None)
        if named is None and deal.status == stage.kind:
            return deal.stage
        return named or next((one for one in at_home if one.kind == stage.kind), deal.stage)

    def close_days(self, record: Record, stage: Stage, deal: Deal | None) -> tuple[date | None, date | None]:
        """(closed, expected): one column often means the one for deals that are over and the other for those that are open."""
        said = record.values.get("close_date")
        if stage.kind not in CLOSED_KINDS:
            return None, record.values.get("expected_close_on") or said
        closed = (record.values.get("won_on") if stage.kind == StageKind.WON else record.values.get("lost_on")) or said
        if closed is None and (deal is None or deal.closed_on is None):
            name = "close_date" if self.frame.has("close_date") else ""
            raise Rejected(name, "", _("A deal that is won or lost needs the day it was closed."))
        return closed, record.values.get("expected_close_on")

    def entered(self, record: Record, opened: date | None, closed: date | None) -> datetime:
        """Since when it is in its stage, as well as the file knows: never after the import."""
        frame = self.frame
        if closed is not None:
            return frame.day_start(closed)
        if (said := record.values.get("stage_entered_on")) is not None:
            since: datetime = shifted(frame.moment(said), frame.shift)
            return min(since, frame.now)
        return min(frame.day_start(opened), frame.now) if opened else frame.now


def road(stage: Stage, choice: pipelines.Choice, opened: datetime | None, entered: datetime) -> list[tuple[Stage | None, Stage, datetime]]:
    """The stage history as far as the file knows it: when it entered the open stage that came before, and this one."""
    if stage.kind in CLOSED_KINDS and choice.entry is not None and opened is not None:
        return [(None, choice.entry, opened), (choice.entry, stage, max(entered, opened))]
    return [(None, stage, entered)]
