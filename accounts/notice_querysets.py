"""Scoped querysets of notices. What a notice says names the deal and the customer: it is shown as long as its reader may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull

from accounts.notice_kinds import KINDS
from accounts.prepared import Given
from accounts.querysets import all_deals
from accounts.sight import sight_of

if TYPE_CHECKING:
    from accounts.models import User


class NoticeQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """What the user was told, without what is about a deal out of their sight; but what was offered to them, or asked of
        them, stays theirs with its own page."""
        return self._told(user.pk, None if sight_of(user).everything else all_deals().visible_to(user))

    def in_shape(self, shape: str) -> Self:
        """``visible_to`` for a prepared statement, as ``in_shape`` of deals; it is run with ``me``, too."""
        return self._told(Given("me"), None if shape == "everything" else all_deals().in_shape(shape))

    def _told(self, me: int | Given, deals: Any) -> Self:
        """``deals``: those in sight; None for every one."""
        mine = self.filter(user_id=me)
        if deals is None:
            return mine
        # Each deal is looked up by its id, one row a notice: an Exists might gather every deal in sight first.
        seen = Q(about_deal__isnull=True) | _is_there(deals, OuterRef("about_deal"))
        page = Cast(Func(OuterRef("path"), Value("([0-9]{1,15})/$"), function="substring"), models.BigIntegerField())
        for parties in {kind.parties: None for kind in KINDS.values() if kind.parties is not None}:
            names = [kind.name for kind in KINDS.values() if kind.parties is parties]
            seen |= Q(kind__in=names) & _is_there(parties(me), page)
        return mine.filter(seen)


def _is_there(rows: Any, number: Any) -> Q:
    """Whether the row of this id is among them."""
    return Q(IsNull(Subquery(rows.order_by().filter(pk=number).values("pk")[:1]), rhs=False))
