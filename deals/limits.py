"""The limits of the rules as a table: for a team (or the company), what holds in each stage and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.models import Stage, StageKind, StageRhythm, Threshold
from deals.models.pipelines import WATCHED_KINDS
from deals.risk.policy import SETTINGS, STAGE_SAMPLES, UNIT_NAMES, Policies
from deals.risk.rules import ALSO_INQUIRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from accounts.models import Team
    from deals.models import Pipeline
    from deals.risk.policy import Setting

Key = tuple[str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One limit at one place. ``own``: what was set right here; ``inherited``: what holds without it, in figures and words."""

    setting: Setting
    stage: Stage | None
    own: Decimal | None
    inherited: str
    source: str
    learned: bool = False
    usual: bool = False  # nobody chose it and nothing was learned: the product's own

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"{self.setting.key}-{self.stage.pk if self.stage else 'all'}"

    @property
    def label(self) -> str:
        """What it is, for those who do not see the table around it."""
        place = self.stage.name if self.stage else _("every stage")
        words = f"{self.setting.label}, {UNIT_NAMES[self.setting.unit]}"
        return f"{place}: {words}" if self.setting.per_stage else words

    @property
    def inherited_words(self) -> str:
        """What holds without its own number, with the unit where that is another one than the column's."""
        return _("%(value)s calendar days") % {"value": self.inherited} if self.learned else self.inherited


class Limits:
    """Every limit of one pipeline as one team has it; ``team`` None: the whole company's."""

    def __init__(self, pipeline: Pipeline, team: Team | None, teams: Mapping[int, Team]) -> None:
        """``teams``: all of the company, by id. Three queries."""
        self._team = team
        self._teams = teams
        self._parents = {pk: one.parent_id for pk, one in teams.items()}
        rows = Threshold.objects.values_list("setting", "stage_id", "team_id", "value")
        self._rows: dict[Key, Decimal] = {(setting, stage, of): value for setting, stage, of, value in rows}
        self._policies = self._without(None)
        self.stages = list(Stage.objects.in_use().filter(pipeline=pipeline, kind__in=WATCHED_KINDS).order_by("position", "pk"))
        self._rhythms = {rhythm.stage_id: rhythm for rhythm in StageRhythm.objects.filter(stage__in=self.stages, samples__gte=STAGE_SAMPLES)}

    @property
    def per_stage(self) -> Sequence[Setting]:
        return [setting for setting in SETTINGS.values() if setting.per_stage]

    def table(self) -> list[tuple[Stage | None, list[Cell | None]]]:
        """A row for every stage together, then one a stage; None where a rule does not watch that stage."""
        return [
            (stage, [self._cell(setting, stage) if watched(setting, stage) else None for setting in self.per_stage]) for stage in (None, *self.stages)
        ]

    def general(self) -> list[Cell]:
        """The limits that are the same in all stages."""
        return [self._cell(setting, None) for setting in SETTINGS.values() if not setting.per_stage]

    def cells(self) -> list[Cell]:
        return [cell for _stage, cells in self.table() for cell in cells if cell is not None] + self.general()

    def _cell(self, setting: Setting, stage: Stage | None) -> Cell:
        stage_id, team_id = stage.pk if stage else None, self._team.pk if self._team else None
        own = self._rows.get((setting.key, stage_id, team_id))
        policies = self._policies if own is None else self._without((setting.key, stage_id, team_id))
        value, of_stage, of_team = policies.chosen(setting.key, stage_id=stage_id, team_id=team_id)
        rhythm = self._rhythms.get(stage_id) if stage_id and setting.key == "stage_limit" else None
        if value is not None:
            return Cell(setting, stage, own, figure(value), self._place(stage, of_stage, of_team))
        if rhythm is not None:
            words = ngettext(
                "%(days)s calendar days, learned from %(count)d won deal", "%(days)s calendar days, learned from %(count)d won deals", rhythm.samples
            )
            days = f"{rhythm.p75_days:.0f}"
            return Cell(setting, stage, own, days, words % {"count": rhythm.samples, "days": days}, learned=True)
        return Cell(setting, stage, own, figure(setting.default), _("default"), usual=True)

    def _without(self, key: Key | None) -> Policies:
        rows: Iterable[tuple[str, int | None, int | None, float]] = (
            (setting, stage, team, float(value)) for (setting, stage, team), value in self._rows.items() if (setting, stage, team) != key
        )
        return Policies(rows, self._parents)

    def _place(self, stage: Stage | None, of_stage: int | None, of_team: int | None) -> str:
        """Where an inherited value was set, in words."""
        everywhere = stage is not None and of_stage is None
        if of_team is None:
            return _("whole company, every stage") if everywhere else _("whole company")
        if self._team is not None and of_team == self._team.pk:
            return _("this team, every stage")
        names = {"team": self._teams[of_team].name}
        return _("team above: %(team)s, every stage") % names if everywhere else _("team above: %(team)s") % names


def watched(setting: Setting, stage: Stage | None) -> bool:
    """Whether the rule behind a setting looks at deals of this stage at all."""
    return stage is None or stage.kind == StageKind.OPEN or setting.rule in ALSO_INQUIRIES


def figure(value: float | Decimal) -> str:
    """A limit as people write it: 10, 0.5."""
    return f"{float(value):g}"
