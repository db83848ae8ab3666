"""The limits of the rules: defaults here, overridden per stage and team (:class:`deals.models.Threshold`).

The defaults are those of the product's rule table; hours are working hours, days are working days of 8 h
unless the unit says calendar days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.prepared import prepare
from accounts.working_time import WorkingTime
from deals.models.thresholds import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import _StrPromise

    from accounts.prepared import Statement

WORKING_DAY = WorkingTime.days(1)

# A colleague whom somebody turned to answers, or passes it on, within this much of their own working time.
CHASED_ANSWERS_IN = timedelta(hours=4)

# Escalation of a raised signal, in working time; low ones never climb.
CLIMB_AFTER = {2: timedelta(hours=16), 3: timedelta(hours=8), 4: timedelta(hours=8)}
CLIMB_AGAIN_AT_THE_TOP = timedelta(hours=8)
TAKING_HOLDS = timedelta(hours=8)
PARK_AT_MOST = timedelta(days=30)  # calendar days
PARK_TIMES = 2

# Below these numbers nothing is learned.
STAGE_SAMPLES = 30
REPLY_SAMPLES = 20
# A longest won deal says little while only a few were won.
WON_SAMPLES = 10


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    COUNT = "count"
    CALENDAR_DAYS = "calendar days"


UNIT_NAMES: dict[Unit, _StrPromise] = {
    Unit.HOURS: _("working hours"),
    Unit.DAYS: _("working days"),
    Unit.COUNT: _("times"),
    Unit.CALENDAR_DAYS: _("days"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One adjustable limit; ``low`` and ``high`` bound what may be entered."""

    key: str
    rule: str
    label: _StrPromise
    unit: Unit
    default: float
    low: float
    high: float
    per_stage: bool = False


_ALL = (
    Setting("stage_limit", "stage_overdue", _("Time in the stage"), Unit.DAYS, 10, 0.5, 400, per_stage=True),
    Setting("no_contact", "no_contact", _("Without any contact"), Unit.DAYS, 10, 0.5, 200, per_stage=True),
    Setting("reply_first_hot", "reply_overdue", _("First answer, customers and bluebirds"), Unit.HOURS, 4, 0.5, 80, per_stage=True),
    Setting("reply_first", "reply_overdue", _("First answer, others"), Unit.HOURS, 8, 0.5, 80, per_stage=True),
    Setting("reply_later_hot", "reply_overdue", _("Later answers, customers and bluebirds"), Unit.HOURS, 8, 0.5, 160, per_stage=True),
    Setting("reply_later", "reply_overdue", _("Later answers, others"), Unit.HOURS, 16, 0.5, 160, per_stage=True),
    Setting("customer_silent", "customer_silent", _("Their silence, until their own rhythm is known"), Unit.DAYS, 5, 0.5, 60),
    Setting("no_next_step", "no_next_step", _("Without a next step"), Unit.DAYS, 1, 0.5, 60),
    Setting("close_pushes", "close_date_slipping", _("Pushes of the close date"), Unit.COUNT, 2, 1, 20),
    Setting("close_pushed_days", "close_date_slipping", _("Pushed in sum"), Unit.CALENDAR_DAYS, 60, 1, 400),
    Setting("meeting_apology", "meeting_missed", _("Until we have apologised"), Unit.HOURS, 2, 0.5, 80),
    Setting("meeting_new_date", "meeting_missed", _("Until there is a new date"), Unit.HOURS, 8, 0.5, 160),
    Setting("meeting_unconfirmed", "meeting_unconfirmed", _("Until somebody says how a meeting went"), Unit.HOURS, 2, 0.5, 80),
    Setting("meeting_not_rebooked", "meeting_not_rebooked", _("Without a new date after they missed one or called it off"), Unit.HOURS, 16, 0.5, 160),
    Setting("handoff_pending", "handoff_pending", _("Until an offered deal is accepted"), Unit.HOURS, 4, 0.5, 80),
    Setting("introducer_asked", "introducer_waiting", _("An answer to the introducer"), Unit.HOURS, 4, 0.5, 80),
    Setting("introducer_told", "introducer_waiting", _("Until the introducer hears of what happened"), Unit.DAYS, 5, 0.5, 60),
    Setting("unowned", "unowned", _("Without an owner"), Unit.HOURS, 2, 0.5, 80),
)
SETTINGS: dict[str, Setting] = {setting.key: setting for setting in _ALL}


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits that hold for one stage and one team. ``chosen`` names those a person set."""

    values: Mapping[str, float]
    chosen: frozenset[str] = frozenset()

    def time(self, key: str) -> timedelta:
        """A limit as working time."""
        value = self.values[key]
        return timedelta(hours=value) if SETTINGS[key].unit is Unit.HOURS else value * WORKING_DAY

    def number(self, key: str) -> float:
        return self.values[key]


DEFAULT = Policy({key: setting.default for key, setting in SETTINGS.items()})


class Policies:
    """Every threshold of the company, resolved for a stage and a team on demand and remembered."""

    def __init__(self, rows: Iterable[tuple[str, int | None, int | None, float]], parents: Mapping[int, int | None]) -> None:
        """``rows``: (setting, stage id, team id, value); ``parents``: each team's parent."""
        self._rows = {(setting, stage, team): value for setting, stage, team, value in rows}
        self._parents = parents
        self._known: dict[tuple[int, int | None], Policy] = {}

    def of(self, *, stage_id: int, team_id: int | None) -> Policy:
        if not self._rows:
            return DEFAULT
        key = (stage_id, team_id)
        if key not in self._known:
            found = {setting: value for setting in SETTINGS if (value := self.chosen(setting, stage_id=stage_id, team_id=team_id)[0]) is not None}
            self._known[key] = Policy({**DEFAULT.values, **found}, frozenset(found))
        return self._known[key]

    def chosen(self, setting: str, *, stage_id: int | None, team_id: int | None) -> tuple[float | None, int | None, int | None]:
        """The value a person chose and the (stage, team) it stands at; (None, None, None) where nobody did.

        The nearest team up the tree for the stage, the nearest for every stage, the stage's, the company's.
        """
        teams = [*self._upwards(team_id)]
        places = [(stage_id, team) for team in teams] + [(None, team) for team in teams] + [(stage_id, None), (None, None)]
        for stage, team in places:
            value = self._rows.get((setting, stage, team))
            if value is not None:
                return value, stage, team
        return None, None, None

    def _upwards(self, team_id: int | None) -> Iterable[int]:
        walked: set[int] = set()
        while team_id is not None and team_id not in walked:
            walked.add(team_id)
            yield team_id
            team_id = self._parents.get(team_id)


def load(parents: Mapping[int, int | None]) -> Policies:
    """Every threshold of the company: one query."""
    return Policies(((setting, stage, team, float(value)) for setting, stage, team, value in _thresholds().rows()), parents)


@cache
def _thresholds() -> Statement:
    return prepare(Threshold.objects.values_list("setting", "stage_id", "team_id", "value"), planned=True)
