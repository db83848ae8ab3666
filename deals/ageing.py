"""How long deals have been in their stage, against the limit the rule *stage_overdue* holds them to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.calendars import working_time_by
from accounts.prepared import named
from deals.models.pipelines import StageKind
from deals.risk.policy import STAGE_SAMPLES, WORKING_DAY, Policies

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.prepared import Statement

# All that limits the time in a stage, as text: a process reads the same text once.
LIMITS = """
SELECT (SELECT json_agg(json_build_array(setting, stage_id, team_id, value)) FROM deals_threshold WHERE setting = 'stage_limit')::text,
       (SELECT json_agg(json_build_array(stage_id, p75_days)) FROM deals_stagerhythm WHERE samples >= %(samples)s)::text,
       (SELECT json_agg(json_build_array(id, parent_id, calendar_id)) FROM accounts_team)::text,
       (SELECT json_agg(json_build_array(id, version, is_default)) FROM accounts_workingcalendar WHERE person_id IS NULL)::text
"""


class InStage(Protocol):
    """What is asked of a deal: a row of the list, a card of the board."""

    @property
    def pk(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def stage_id(self) -> int: ...
    @property
    def stage_name(self) -> str: ...
    @property
    def stage_entered_at(self) -> datetime: ...
    @property
    def team_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Ageing:
    """``days``: calendar days in the stage. ``times``: how often the limit fits into them, 1.0 at the limit."""

    days: int
    times: float
    label: str


class Limit(NamedTuple):
    """``learned``: calendar days that three in four won deals needed; otherwise ``working`` time by a calendar (id and version) holds."""

    learned: float | None
    working: timedelta
    calendar: tuple[int, int] | None


class Limits:
    """Every limit of the company, found for a stage and a team on demand and remembered."""

    def __init__(self, thresholds: str | None, rhythms: str | None, teams: str | None, calendars: str | None) -> None:
        self._teams: dict[int, tuple[int | None, int | None]] = {pk: (parent, calendar) for pk, parent, calendar in _read(teams)}
        rows = ((setting, stage, team, float(value)) for setting, stage, team, value in _read(thresholds))
        self._policies = Policies(rows, {pk: parent for pk, (parent, _calendar) in self._teams.items()})
        self._learned: dict[int, float] = dict(_read(rhythms))
        self._versions: dict[int, int] = {pk: version for pk, version, _default in _read(calendars)}
        self._default: int | None = next((pk for pk, _version, default in _read(calendars) if default), None)
        self._known: dict[tuple[int, int | None], Limit] = {}

    def of(self, stage_id: int, team_id: int | None) -> Limit:
        key = (stage_id, team_id)
        if key not in self._known:
            policy = self._policies.of(stage_id=stage_id, team_id=team_id)
            learned = None if "stage_limit" in policy.chosen else self._learned.get(stage_id)
            self._known[key] = Limit(learned, policy.time("stage_limit"), self._calendar(team_id))
        return self._known[key]

    def _calendar(self, team_id: int | None) -> tuple[int, int] | None:
        """The team's own, its nearest ancestor's, or the default one, as :class:`accounts.calendars.TeamCalendars` has it."""
        own = None
        while own is None and team_id in self._teams:
            team_id, own = self._teams[team_id]
        pk = own if own is not None else self._default
        return (pk, self._versions[pk]) if pk is not None else None


def ageing_of(deals: Iterable[InStage], now: datetime) -> dict[int, Ageing]:
    """By the deal's id, for open deals; an inquiry has no limit. One query, more where a calendar is new to the process."""
    running = [deal for deal in deals if deal.status == StageKind.OPEN]
    if not running:
        return {}
    limits = _limits(*_asked().rows(samples=STAGE_SAMPLES)[0])
    return {deal.pk: ageing(deal, limits.of(deal.stage_id, deal.team_id), now) for deal in running}


def ageing(deal: InStage, limit: Limit, now: datetime) -> Ageing:
    entered = deal.stage_entered_at
    if limit.learned is not None:
        times = (now - entered) / timedelta(days=max(limit.learned, 1 / 24))
    else:
        times = working_time_by(limit.calendar).between(entered, now) / limit.working
    days = max((now - entered).days, 0)
    return Ageing(days, max(times, 0.0), _label(days, deal.stage_name, limit.learned, limit.working, get_language()))


@lru_cache(maxsize=4096)
def _label(days: int, stage: str, learned: float | None, working: timedelta, _language: str | None) -> str:
    here = ngettext("%(n)d day in %(stage)s", "%(n)d days in %(stage)s", days) % {"n": days, "stage": stage}
    if learned is not None:
        limit = _("three in four won deals were out of it after %(n).0f days") % {"n": learned}
    else:
        limit = _("the limit is %(n)g working days") % {"n": working / WORKING_DAY}
    return f"{here}, {limit}"


@cache
def _asked() -> Statement:
    return named(LIMITS, planned=True)


@lru_cache(maxsize=8)
def _limits(thresholds: str | None, rhythms: str | None, teams: str | None, calendars: str | None) -> Limits:
    """Kept by all that they are made of, so they are never old."""
    return Limits(thresholds, rhythms, teams, calendars)


def _read(text: str | None) -> list[Any]:
    found: list[Any] = json.loads(text) if text else []
    return found
