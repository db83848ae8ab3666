"""Customers whose account is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.leaving import Example, Holding, Rows
from accounts.models import Account

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User


class Accounts(Holding):
    key, icon = "accounts", "building-2"
    fields = ("accounts.Account.owner",)

    def rows(self, leaver: User, now: datetime) -> Rows:
        return {self.fields[0]: Account.objects.filter(owner=leaver)}

    def words(self, count: int) -> str:
        return ngettext("%(count)d account", "%(count)d accounts", count) % {"count": count}

    def examples(self, leaver: User, now: datetime, most: int) -> Sequence[Example]:
        rows = Account.objects.filter(owner=leaver).order_by("-recurring_value", "name")[:most]
        return [Example(one.name, reverse("customer", args=[one.pk])) for one in rows]

    def place(self, heir: User) -> str:
        return f"{reverse('customers')}?owner={heir.pk}"

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        """In the order of their ids, as every other writer of several accounts."""
        ids = list(Account.objects.filter(owner=leaver).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        return Account.objects.filter(pk__in=ids).update(owner=heir)
