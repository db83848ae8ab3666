"""Scoped querysets of deals and what hangs on them. Everything a view shows starts from ``visible_to(user)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.sight import sight_of

if TYPE_CHECKING:
    from accounts.models import User


class DealQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """Deals of the user's people, those they cover for, and those whose signal waits for them."""
        sight = sight_of(user)
        if sight.everything:
            return self
        if not sight.user_ids:
            return self.none()
        waiting = apps.get_model("deals", "RiskSignal").objects.filter(Q(responsible=user) | Q(told=user), state__in=["raised", "parked"])
        return self.filter(Q(team_id__in=sight.team_ids) | Q(owner_id__in=sight.user_ids) | Q(pk__in=waiting.values("deal_id")))

    def watched(self) -> Self:
        """Deals whose clocks run: inquiries and open ones."""
        return self.filter(status__in=["inquiry", "open"])

    def at_risk(self) -> Self:
        """Deals with a raised signal: what the risk desk lists and the navigation counts."""
        return self.filter(worst_severity__gt=0)

    def with_value(self) -> Self:
        """``value``: the amount, or where nobody named one the product's list price, an estimate; may be None."""
        return self.annotate(value=Coalesce(F("amount"), F("product__list_price")))
