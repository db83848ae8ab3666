"""How long deals have been in their stage, against the limit the rule *stage_overdue* holds them to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.calendars import TeamCalendars, working_time_of
from accounts.models import Team
from deals.models.pipelines import StageKind
from deals.risk import policy
from deals.risk.policy import STAGE_SAMPLES, WORKING_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from accounts.working_time import WorkingTime
    from deals.models import Deal, StageRhythm
    from deals.risk.policy import Policy


@dataclass(frozen=True, slots=True)
class Ageing:
    """``days``: calendar days in the stage. ``times``: how often the limit fits into them, 1.0 at the limit."""

    days: int
    times: float
    label: str


def ageing_of(deals: Iterable[Deal], now: datetime, parents: Mapping[int, int | None] | None = None) -> dict[int, Ageing]:
    """By the deal's id, for open deals (an inquiry has no limit) with their stage and its rhythm loaded.

    Four queries; two where the teams' ``parents`` are known.
    """
    running = [deal for deal in deals if deal.status == StageKind.OPEN]
    if not running:
        return {}
    policies = policy.load(dict(Team.objects.values_list("pk", "parent_id")) if parents is None else parents)
    calendars = TeamCalendars(parents)
    return {
        deal.pk: ageing(
            deal,
            policies.of(stage_id=deal.stage_id, team_id=deal.team_id),
            working_time_of(calendars.of_team(deal.team_id)),
            now,
        )
        for deal in running
    }


def ageing(deal: Deal, limits: Policy, clock: WorkingTime, now: datetime) -> Ageing:
    entered = deal.stage_entered_at
    days = max((now - entered).days, 0)
    rhythm: StageRhythm | None = getattr(deal.stage, "rhythm", None)
    here = ngettext("%(n)d day in %(stage)s", "%(n)d days in %(stage)s", days) % {"n": days, "stage": deal.stage.name}
    if rhythm is not None and rhythm.samples >= STAGE_SAMPLES and "stage_limit" not in limits.chosen:
        times = (now - entered) / timedelta(days=max(rhythm.p75_days, 1 / 24))
        limit = _("three in four won deals were out of it after %(n).0f days") % {"n": rhythm.p75_days}
    else:
        times = clock.between(entered, now) / limits.time("stage_limit")
        limit = _("the limit is %(n)g working days") % {"n": limits.time("stage_limit") / WORKING_DAY}
    return Ageing(days=days, times=max(times, 0.0), label=f"{here}, {limit}")
