"""Scoped querysets of declines."""

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
    return Q(asked_by_id=person_id) | Q(approved_by_id=person_id) | Q(task__assignee_id=person_id)


class DeclineQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """What one asked for, what one is to decide or has approved, and those of deals one sees."""
        if not sight_of(user).user_ids:
            return self.none()
        deals = apps.get_model("deals", "Deal").objects.visible_to(user).filter(pk=OuterRef("deal_id"))
        return self.filter(_parties(user.pk) | Exists(deals))

    def of_party(self, person_id: int | Given) -> Self:
        """What somebody sees whatever deals they see: what they asked for, are to decide or have approved."""
        return self.filter(_parties(person_id))

    def open(self) -> Self:
        """What nobody has decided, or said to them by phone, yet."""
        return self.filter(state__in=["asked", "approved"])

    def unsaid(self) -> Self:
        """Declined by a note that nobody has got: taken back, thrown away, or refused by their server."""
        return self.filter(Q(mail=None) | Q(mail__state__in=["cancelled", "failed"]), state="done", way="mail")
