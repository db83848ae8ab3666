"""When people come, go, leave or change teams, their deals follow and are looked at again by the next sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.dispatch import receiver

from accounts.signals import presence_changed, team_dissolved
from deals.models import Deal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Team

# What these people own, what nobody owns in the teams they lead, what waits for them, and what has nobody, because somebody
# of the line above may be back.
LOOK_AGAIN = """
UPDATE deals_deal d SET alarm_at = %(now)s, team_id = COALESCE((SELECT u.team_id FROM accounts_user u WHERE u.id = d.owner_id), d.team_id)
WHERE d.id IN (
    SELECT id FROM deals_deal
    WHERE status IN ('inquiry', 'open') AND id IN (
        SELECT id FROM deals_deal WHERE owner_id = ANY(%(people)s) AND status IN ('inquiry', 'open')
        UNION SELECT id FROM deals_deal WHERE owner_id IS NULL AND status IN ('inquiry', 'open')
                     AND team_id IN (SELECT id FROM accounts_team WHERE manager_id = ANY(%(people)s))
        UNION SELECT deal_id FROM deals_risksignal WHERE responsible_id = ANY(%(people)s) AND state IN ('raised', 'parked')
        UNION SELECT deal_id FROM deals_risksignal WHERE rule IN ('owner_unavailable', 'unowned') AND state = 'raised')
    ORDER BY id FOR UPDATE)
"""


@receiver(presence_changed)
def look_again(*, user_ids: Sequence[int], now: datetime, **_more: Any) -> None:
    """In the transaction of the change: every watched deal concerned is due now, and stands with its owner's team."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK_AGAIN, {"now": now, "people": list(user_ids)})


@receiver(team_dissolved)
def take_over(*, team: Team, into: Team, **_more: Any) -> None:
    """The deals of a team that goes belong to the one that takes over, closed ones and unowned ones too."""
    # Locked in the order of their ids, as every other writer does.
    list(Deal.objects.select_for_update(no_key=True).filter(team=team).order_by("pk").values_list("pk"))
    Deal.objects.filter(team=team).update(team=into)
