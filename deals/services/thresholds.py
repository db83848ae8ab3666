"""Setting the limits of the rules for a stage, a team, both or the company."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import managed_teams
from accounts.models import Role
from accounts.refusals import Refused
from deals.models import Threshold
from deals.risk import again
from deals.risk.policy import SETTINGS, UNIT_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Team, User
    from deals.models import Stage


@transaction.atomic
def set_threshold(
    *, setting: str, value: Decimal | float | None, by: User, now: datetime, stage: Stage | None = None, team: Team | None = None
) -> int:
    """Set one limit, or with ``None`` take it back to what it inherits. Returns how many deals will be looked at again.

    The sweep makes the deals concerned due in batches and brings them in line, however many they are.
    """
    known = SETTINGS[setting]
    _may(by, team)
    if stage is not None and not known.per_stage:
        raise Refused(_("%(setting)s has one limit for all stages.") % {"setting": known.label})
    if value is None:
        changed = Threshold.objects.filter(setting=setting, stage=stage, team=team).delete()[0] > 0
    else:
        if not known.low <= float(value) <= known.high:
            raise Refused(
                _("%(setting)s must be from %(low)g to %(high)g %(unit)s.")
                % {"setting": known.label, "low": known.low, "high": known.high, "unit": UNIT_NAMES[known.unit]}
            )
        value = Decimal(str(value))
        changed = not Threshold.objects.filter(setting=setting, stage=stage, team=team, value=value).exists()
        if changed:
            Threshold.objects.update_or_create(setting=setting, stage=stage, team=team, defaults={"value": value})
    return again.ask(stage_id=stage.pk if stage else None, team_id=team.pk if team else None, now=now) if changed else 0


def _may(by: User, team: Team | None) -> None:
    if by.role == Role.ADMIN:
        return
    if team is None or team.pk not in managed_teams(by):
        raise Refused(_("You can set limits for the teams you manage. Ask an admin for the whole company's."))
