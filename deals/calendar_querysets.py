"""Scoped querysets of meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.sight import sight_of

if TYPE_CHECKING:
    from accounts.models import User


class MeetingQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """A meeting about a deal: whoever sees the deal. One of no deal: our people who are in it, and who brought it."""
        if not sight_of(user).user_ids:
            return self.none()
        deals = apps.get_model("deals", "Deal").objects.visible_to(user).filter(pk=OuterRef("deal_id"))
        here = apps.get_model("deals", "MeetingAttendee").objects.filter(meeting=OuterRef("pk"), user_id=user.pk)
        return self.filter(Q(deal__isnull=False) & Exists(deals) | Q(deal__isnull=True) & (Q(entry__user_id=user.pk) | Exists(here)))
