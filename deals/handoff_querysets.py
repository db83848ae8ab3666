"""Scoped querysets of handoffs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.sight import sight_of

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.prepared import Given


def _parties(person_id: int | Given) -> Q:
    return Q(receiver_id=person_id) | Q(giver_id=person_id) | Q(offered_by_id=person_id)


class HandoffQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """What was offered to one, what one gave or offered, and those of deals one sees."""
        if not sight_of(user).user_ids:
            return self.none()
        deals = apps.get_model("deals", "Deal").objects.visible_to(user).filter(pk=OuterRef("deal_id"))
        return self.filter(_parties(user.pk) | Exists(deals))

    def of_party(self, person_id: int | Given) -> Self:
        """What somebody sees whatever deals they see: what was offered to them, what they gave or offered."""
        return self.filter(_parties(person_id))

    def open(self) -> Self:
        """Offers nobody has answered."""
        return self.filter(state="offered")
