"""Deals and inquiries of somebody who leaves. Closed ones keep their name: they won or lost them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.leaving import Example, Holding, Rows
from deals.models import Deal, NextStep
from deals.risk.refresh import refresh
from deals.services.deals import given_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User
    from deals.querysets import DealQuerySet

# Locked at once, as long as one transaction takes.
BATCH = 500


class _OfStatus(Holding):
    """Watched deals of one kind; their current next step goes with them, by the database's trigger."""

    status: ClassVar[str]

    def _deals(self, leaver: User) -> DealQuerySet:
        found: DealQuerySet = Deal.objects.filter(owner=leaver, status=self.status)
        return found

    def rows(self, leaver: User, now: datetime) -> Rows:
        steps = NextStep.objects.filter(owner=leaver, ended_at__isnull=True, deal__status=self.status)
        return dict(zip(self.fields, (self._deals(leaver), steps), strict=True))

    def value(self, leaver: User, now: datetime) -> Decimal | None:
        found: Decimal | None = self._deals(leaver).aggregate(sum=Sum("value"))["sum"]
        return found

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        rows = self._deals(leaver).order_by("-value_at_stake", "-pk")[:most]
        return [Example(one.name, reverse("deal", args=[one.pk])) for one in rows]

    def place(self, heir: User) -> str:
        return f"{reverse('pipeline')}?owner={heir.pk}"

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        ids = list(self._deals(leaver).order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)[:BATCH])
        moved = Deal.objects.filter(pk__in=ids).update(**given_to(heir, now))
        refresh(ids, now)
        return moved


class Deals(_OfStatus):
    key, icon, status = "deals", "briefcase", "open"
    fields = ("deals.Deal.owner", "deals.NextStep.owner")

    def words(self, count: int) -> str:
        return ngettext("%(count)d open deal", "%(count)d open deals", count) % {"count": count}


class Inquiries(_OfStatus):
    key, icon, status = "inquiries", "message-circle", "inquiry"
    fields = ("deals.Deal.owner", "deals.NextStep.owner")

    def words(self, count: int) -> str:
        return ngettext("%(count)d inquiry", "%(count)d inquiries", count) % {"count": count}
