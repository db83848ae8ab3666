"""Whom one may hand a deal to, with what one should know before: who is away, leaves soon, or is behind already."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, F, IntegerField, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Lower

from accounts.models import Absence, User
from accounts.plain import Plain, every_word, plain
from accounts.querysets import CountOf
from deals.models import Handoff, RiskSignal, Severity

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from deals.models import Deal

# Shown at once; the box above them finds the others.
AT_MOST = 30
# Whoever is in no team stands last.
TEAM_BY_TEAM = (F("team__name").asc(nulls_last=True), "team_id")


class Found(NamedTuple):
    people: list[User]
    more: bool


def people_for(deal: Deal, *, words: str, chosen: int | None, now: datetime) -> Found:
    """Everybody here but the owner, team by team, the owner's first; those whose name, address or team has a beginning of each word.

    Whoever is chosen stays in the list. Each person has ``waiting`` (high and critical signals that wait for them), ``offers``
    (deals offered to them that they have not answered) and ``absences_now``. Two queries.
    """
    people = candidates(deal, now)
    found = Q()
    for word in plain(words).split():
        found &= every_word(Plain("name"), [word]) | every_word(Plain("email"), [word]) | every_word(Plain("team__name"), [word])
    if found and chosen is not None:
        found |= Q(pk=chosen)
    near = Case(When(pk=chosen, then=Value(0)), When(team=deal.team_id, then=Value(1)), default=Value(2), output_field=IntegerField())
    rows = list(_described(people.filter(found), now).order_by(near, *TEAM_BY_TEAM, Lower("name"), "pk")[: AT_MOST + 1])
    return Found(rows[:AT_MOST], len(rows) > AT_MOST)


def candidates(deal: Deal, now: datetime) -> QuerySet[User]:
    """Who could be asked at all; those who are away among them, so that it can be said that they are."""
    return User.objects.here(now).exclude(pk=deal.owner_id).select_related("team", "departure")


def _described(people: QuerySet[User], now: datetime) -> QuerySet[User]:
    waiting = RiskSignal.objects.filter(responsible=OuterRef("pk"), state=RiskSignal.State.RAISED, severity__gte=Severity.HIGH)
    offers = Handoff.objects.open().filter(receiver=OuterRef("pk"))
    away = Absence.objects.filter(starts_at__lte=now, ends_at__gt=now).select_related("cover")
    return people.annotate(waiting=CountOf(waiting.order_by().values("pk")), offers=CountOf(offers.order_by().values("pk"))).prefetch_related(
        Prefetch("absences", queryset=away, to_attr="absences_now")
    )
