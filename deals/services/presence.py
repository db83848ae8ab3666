"""When people come, go or leave, their deals are looked at again by the next sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.dispatch import receiver

from accounts.signals import presence_changed
from deals.models import Deal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@receiver(presence_changed)
def look_again(*, user_ids: Sequence[int], now: datetime, **_more: Any) -> None:
    """In the transaction of the change: every watched deal these people own, or that waits for them, is due now;
    and so are those whose owner is not there, because somebody of the line above may be back."""
    still_open = Q(signals__state__in=["raised", "parked"])
    waiting = still_open & (Q(signals__responsible_id__in=user_ids) | Q(signals__rule__in=["owner_unavailable", "unowned"]))
    Deal.objects.watched().filter(pk__in=Deal.objects.watched().filter(Q(owner_id__in=user_ids) | waiting).values("pk")).update(alarm_at=now)
