"""Scoped querysets of deals and what hangs on them. Everything a view shows starts from ``visible_to(user)``."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.plain import HasWords, Plain, PlainContact, Words, every_word, lexeme, plain
from accounts.prepared import Given, prepare
from accounts.sight import parents_of_teams, sight_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from accounts.prepared import Statement
    from accounts.sight import Sight


class Shape(StrEnum):
    """What somebody's sight of deals is made of: for each there is one text of a prepared statement."""

    EVERYTHING = "everything"
    NOTHING = "nothing"
    MINE = "mine"
    MINE_AND_WAITING = "mine and waiting"


def shape_of(user: User) -> Shape:
    sight = sight_of(user)
    if sight.everything:
        return Shape.EVERYTHING
    if not sight.user_ids:
        return Shape.NOTHING
    return Shape.MINE_AND_WAITING if waiting_for(user, sight) else Shape.MINE


def seen_by(user: User) -> dict[str, list[int]]:
    """What fills the places that :meth:`DealQuerySet.in_shape` leaves."""
    sight = sight_of(user)
    waiting = [] if sight.everything or not sight.user_ids else waiting_for(user, sight)
    return {**mine_of(user), "sight_deals": waiting}


def mine_of(user: User) -> dict[str, list[int]]:
    """What fills the places of ``Shape.MINE``: what waits for the user from elsewhere is not looked for."""
    sight = sight_of(user)
    return {"sight_teams": list(sight.team_ids), "sight_users": list(sight.user_ids)}


@cache
def _out_of_sight() -> Statement:
    """Each half by its own index: a deal's team stands with its signals, so no deal is looked at."""
    signals = apps.get_model("deals", "RiskSignal").objects.filter(state__in=["raised", "parked"])
    beyond = signals.filter(Q(team__isnull=True) | ~Q(team_id__any_of=Given("teams"))).order_by().values_list("deal_id")
    offered = _elsewhere("Handoff", state="offered", receiver_id=Given("user"))
    turned_to = _elsewhere("Task", kind="answer_or_pass_on", ended_at__isnull=True, deal__isnull=False, assignee_id__any_of=Given("people"))
    return prepare(beyond.filter(responsible_id=Given("user")).union(beyond.filter(told=Given("user")), offered, turned_to), planned=True)


def _elsewhere(model: str, **which: Any) -> models.QuerySet[Any]:
    """The deals of these rows that stand with no team in the user's sight."""
    rows: models.QuerySet[Any] = apps.get_model("deals", model).objects.filter(
        Q(deal__team__isnull=True) | ~Q(deal__team_id__any_of=Given("teams")), **which
    )
    return rows.order_by().values_list("deal_id")


def waiting_for(user: User, sight: Sight) -> list[int]:
    """Deals out of the user's sight whose open signal waits for them or climbed to them, that are offered to them, or with which
    somebody turned to them.

    Plain ids, found once a request: as a subquery in an OR it would keep the database from using any index of the deals.
    """
    known: list[int] | None = getattr(user, "_waiting_deals", None)
    if known is None:
        known = [pk for (pk,) in _out_of_sight().rows(user=user.pk, people=list(sight.user_ids), teams=list(sight.team_ids))]
        user._waiting_deals = known  # type: ignore[attr-defined] # noqa: SLF001 - a cache that lives as long as the request's user
    return known


class DealQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """Deals of the user's people, those they cover for, and those whose signal waits for them."""
        return self._seen(shape_of(user), **seen_by(user))

    def in_shape(self, shape: Shape) -> Self:
        """``visible_to`` for a prepared statement, whoever asks: run it with ``**seen_by(user)`` for somebody of this shape."""
        return self._seen(shape, Given("sight_teams"), Given("sight_users"), Given("sight_deals"))

    def _seen(self, shape: Shape, sight_teams: list[int] | Given, sight_users: list[int] | Given, sight_deals: list[int] | Given) -> Self:
        if shape is Shape.EVERYTHING:
            return self
        if shape is Shape.NOTHING:
            return self.none()
        mine = Q(team_id__any_of=sight_teams) | Q(owner_id__any_of=sight_users)
        return self.filter(mine | Q(pk__any_of=sight_deals) if shape is Shape.MINE_AND_WAITING else mine)

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


def shared_with(user: User) -> Q:
    """What people keep under a name and share: one's own, everybody's, and that of one's team or a team above it."""
    shared = Q(sharing="everybody")
    if user.team_id is not None:
        shared |= Q(sharing="team", team_id__in=line_above(user.team_id, parents_of_teams(user)))
    return Q(owner=user) | shared


class SavedViewQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """One's own, those shared with everybody, and those shared with one's team or a team above it."""
        return self.filter(shared_with(user))


def line_above(team_id: int | None, parents: Mapping[int, int | None]) -> list[int]:
    """A team and every team above it; ``parents`` are parents by team."""
    line: list[int] = []
    while team_id is not None and team_id not in line:
        line.append(team_id)
        team_id = parents.get(team_id)
    return line
