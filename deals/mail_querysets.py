"""Scoped querysets of mail. Mail of no deal is its mailbox's own: the person's, or the team's and those who lead it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models.users import Role
from accounts.prepared import Given
from accounts.sight import sight_of

if TYPE_CHECKING:
    from accounts.models import User
    from deals.querysets import Shape


# Those that are read at all: not paused, and not waiting for somebody to connect them again.
CONNECTED = Q(provider="") | ~Q(refresh_token="")
READ = Q(kind="imap", is_active=True) & CONNECTED


class MailboxQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """One's own and those of the teams in one's sight; admins see every mailbox, not what is in it."""
        sight = sight_of(user)
        if sight.everything:
            return self
        return self.filter(Q(owner_id=user.pk) | Q(team_id__any_of=list(sight.team_ids)))


class MailQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """What stands with a deal: whoever sees the deal. What belongs to none: the person it came to, and the team of a team's mailbox.

        Personal mail of others is nobody's business, whatever their rank. Mail that came by file or by the drop address has
        no owner but the person it was sent to; what was sent to nobody of ours is left to the admins.
        """
        sight = sight_of(user)
        if not sight.user_ids:
            return self.none()
        deals = apps.get_model("deals", "Deal").objects.visible_to(user)
        return self._seen(deals, user.pk, list(sight.team_ids), admin=user.role == Role.ADMIN)

    def in_shape(self, shape: Shape, *, admin: bool) -> Self:
        """``visible_to`` for a prepared statement, as ``in_shape`` of deals; it is run with ``me``, too."""
        deals = apps.get_model("deals", "Deal").objects.in_shape(shape)
        return self._seen(deals, Given("me"), Given("sight_teams"), admin=admin)

    def _seen(self, deals: Any, me: int | Given, teams: list[int] | Given, *, admin: bool) -> Self:
        mine = Q(mailbox__owner_id=me) | Q(user_id=me) | Q(mailbox__team_id__any_of=teams)
        if admin:
            mine |= Q(mailbox__team__isnull=False) | Q(mailbox__owner__isnull=True, user__isnull=True)
        return self.filter(Q(deal__isnull=True) & mine | Q(deal__isnull=False) & Exists(deals.filter(pk=OuterRef("deal_id"))))


class OutgoingQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """What one wrote oneself, and what others wrote on deals one sees."""
        deals = apps.get_model("deals", "Deal").objects.visible_to(user)
        return self.filter(Q(author_id=user.pk) | Exists(deals.filter(pk=OuterRef("deal_id"))))


class TemplateQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """One's own, those shared with everybody, and those shared with one's team or a team above it."""
        from deals.querysets import shared_with

        return self.filter(shared_with(user))
