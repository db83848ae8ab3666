"""Scoped querysets. Everything a view shows starts from ``visible_to(user)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.prepared import Given

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


def all_deals() -> Any:
    """The deals app sits above this one and registers itself; accounts only knows its name."""
    return apps.get_model("deals", "Deal").objects


class AccountQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """Accounts the user's people own, or that have a deal the user may see."""
        from accounts.sight import sight_of

        sight = sight_of(user)
        if sight.everything:
            return self
        return self._seen(all_deals().visible_to(user), list(sight.team_ids), list(sight.user_ids))

    def in_shape(self, shape: str) -> Self:
        """``visible_to`` for a prepared statement, as ``in_shape`` of deals."""
        if shape == "everything":
            return self
        return self._seen(all_deals().in_shape(shape), Given("sight_teams"), Given("sight_users"))

    def _seen(self, deals: Any, teams: list[int] | Given, users: list[int] | Given) -> Self:
        colleagues = apps.get_model("accounts", "User").objects.filter(team_id__any_of=teams).values("pk")
        mine = Q(owner_id__any_of=users) | Q(owner_id__in=colleagues)
        # An Exists, not an In: for one account the database looks at its deals alone, for many it may still gather all at once.
        return self.filter(mine | Exists(deals.filter(account=OuterRef("pk"))))


class ContactQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """Contacts at visible accounts, and contacts on visible deals or who introduced one."""
        from accounts.models import Account
        from accounts.sight import sight_of

        if sight_of(user).everything:
            return self
        return self._seen(all_deals().visible_to(user), Account.objects.visible_to(user))

    def in_shape(self, shape: str) -> Self:
        """``visible_to`` for a prepared statement, as ``in_shape`` of deals."""
        from accounts.models import Account

        return self if shape == "everything" else self._seen(all_deals().in_shape(shape), Account.objects.in_shape(shape))

    def _seen(self, deals: Any, accounts: Any) -> Self:
        on_deals = apps.get_model("deals", "DealContact").objects.filter(contact=OuterRef("pk"), deal__in=deals)
        introduced = deals.filter(introduced_by=OuterRef("pk"))
        at_account = accounts.filter(pk=OuterRef("account"))
        return self.filter(Exists(at_account) | Exists(on_deals) | Exists(introduced))


class UserQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """The people of the teams in the user's sight, the user, and those they cover for."""
        from accounts.sight import sight_of

        sight = sight_of(user)
        if sight.everything:
            return self
        return self.filter(Q(team_id__in=sight.team_ids) | Q(pk__in=sight.user_ids))

    def here(self, now: datetime) -> Self:
        """People who work here: not suspended, not gone. Those away today are here."""
        return self.filter(is_active=True).exclude(departure__leaves_at__lte=now)


class TeamQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        from accounts.sight import sight_of

        sight = sight_of(user)
        return self if sight.everything else self.filter(pk__in=sight.team_ids)


class CountOf(models.Subquery):
    """How many rows a queryset has, as a value of the query around it."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()
