"""Setting the limits of the rules for a stage, a team, both or the company."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, Team
from accounts.refusals import Refused
from accounts.sight import sight_of, subtree
from deals.models import Deal, Threshold
from deals.risk.policy import SETTINGS, UNIT_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from deals.models import Stage


@transaction.atomic
def set_threshold(
    *, setting: str, value: Decimal | float | None, by: User, now: datetime, stage: Stage | None = None, team: Team | None = None
) -> int:
    """Set one limit, or with ``None`` take it back to what it inherits. Returns how many deals will be looked at again.

    The deals concerned are due at once: the next sweep brings them in line, however many they are.
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
    return _look_again(stage, team, now) if changed else 0


def _may(by: User, team: Team | None) -> None:
    if by.role == Role.ADMIN:
        return
    if by.role != Role.MANAGER or team is None or team.pk not in sight_of(by).team_ids:
        raise Refused(_("You can set limits for the teams you manage. Ask an admin for the whole company's."))


def _look_again(stage: Stage | None, team: Team | None, now: datetime) -> int:
    deals = Deal.objects.watched()
    if stage is not None:
        deals = deals.filter(stage=stage)
    if team is not None:
        deals = deals.filter(team_id__in=subtree({team.pk}, Team.objects.values_list("pk", "parent_id")))
    return deals.update(alarm_at=now)
