"""Tell the apps above that deals may wait for somebody else from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Absence, Team, User
from accounts.signals import presence_changed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def tell_presence_changed(*, user_ids: Iterable[int], now: datetime) -> None:
    """Send ``presence_changed`` for these people, for those they cover for, and for the teams they manage.

    Call it inside the transaction of the change: what waits for a person changes with their presence, so the
    deals of everybody behind them are looked at again.
    """
    concerned = set(user_ids)
    concerned.update(Absence.objects.filter(cover__in=concerned, ends_at__gt=now).values_list("user_id", flat=True))
    managed = Team.objects.filter(manager__in=concerned)
    concerned.update(User.objects.filter(team__in=managed).values_list("pk", flat=True))
    presence_changed.send(sender=User, user_ids=concerned, now=now)
