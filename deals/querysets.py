"""Scoped querysets of deals and what hangs on them. Everything a view shows starts from ``visible_to(user)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.plain import HasWords, Plain, PlainContact, Words, every_word, lexeme, plain
from accounts.sight import sight_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from accounts.sight import Sight


def waiting_for(user: User, sight: Sight) -> list[int]:
    """Deals out of the user's sight whose open signal waits for them or climbed to them.

    Plain ids, found once a request by two indexed look-ups: as a subquery in an OR it would keep the
    database from using any index of the deals.
    """
    known: list[int] | None = getattr(user, "_waiting_deals", None)
    if known is None:
        signals = apps.get_model("deals", "RiskSignal").objects.filter(state__in=["raised", "parked"])
        out_of_sight = signals.exclude(deal__team_id__in=sight.team_ids).order_by().values_list("deal_id", flat=True)
        known = list(out_of_sight.filter(responsible=user).union(out_of_sight.filter(told=user)))
        user._waiting_deals = known  # type: ignore[attr-defined] # noqa: SLF001 - a cache that lives as long as the request's user
    return known


class DealQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """Deals of the user's people, those they cover for, and those whose signal waits for them."""
        sight = sight_of(user)
        if sight.everything:
            return self
        if not sight.user_ids:
            return self.none()
        mine = Q(team_id__in=sight.team_ids) | Q(owner_id__in=sight.user_ids)
        waiting = waiting_for(user, sight)
        return self.filter(mine | Q(pk__in=waiting)) if waiting else self.filter(mine)

    def watched(self) -> Self:
        """Deals whose clocks run: inquiries and open ones."""
        return self.filter(status__in=["inquiry", "open"])

    def at_risk(self) -> Self:
        """Deals with a raised signal: what the risk desk lists and the navigation counts."""
        return self.filter(worst_severity__gt=0)

    def named(self, typed: str) -> Self:
        """Deals whose own name, account or a person on them has the typed words, each as the beginning of a word.

        A union, not an OR: each part is answered by its own index.
        """
        words = plain(typed).split()
        if not words:
            return self.none() if typed.strip() else self
        own = Q(HasWords(Words("name"), " & ".join(lexeme(word) for word in words)))
        account, person = every_word(Plain("name"), words), every_word(PlainContact("name", "email", "phone"), words)
        every = self.model._base_manager  # noqa: SLF001 - Django's documented name of it; the sight is already in self
        by_account = every.filter(account__in=apps.get_model("accounts", "Account").objects.filter(account)).values("pk")
        with_person = apps.get_model("accounts", "Contact").objects.filter(person)
        by_person = apps.get_model("deals", "DealContact").objects.filter(contact__in=with_person).values("deal_id")
        return self.filter(pk__in=every.filter(own).values("pk").union(by_account, by_person))


class SavedViewQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """One's own, those shared with everybody, and those shared with one's team or a team above it."""
        shared = Q(sharing="everybody")
        if user.team_id is not None:
            parents = dict(apps.get_model("accounts", "Team").objects.values_list("pk", "parent_id"))
            shared |= Q(sharing="team", team_id__in=line_above(user.team_id, parents))
        return self.filter(Q(owner=user) | shared)


def line_above(team_id: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """A team and every team above it; ``parents`` are parents by team."""
    line: list[int] = []
    while team_id is not None and team_id not in line:
        line.append(team_id)
        team_id = parents.get(team_id)
    return line
