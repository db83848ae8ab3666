"""For whom a person answers now, asked of the one function that says who is responsible (:mod:`accounts.organisation`).

A page asks it at every look, so it is told of those alone who are not here: whoever is not among them is. For a person who
leads no team and covers for nobody it asks nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Absence, User
from accounts.organisation import Away, Organisation, Person
from accounts.sight import our_side, subtree

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.prepared import Given
    from accounts.sight import OurSide


class Answers(NamedTuple):
    """``people``: the person, and those they answer for, each until when (None: for good). ``teams``: whose deals without
    anybody wait for the person. ``strays``: people of no team who are not here; their deals wait as if they had nobody."""

    people: dict[int, datetime | None]
    teams: list[int]
    strays: list[int]


def answers_for(user: User) -> Answers:
    """Kept as long as the request's user."""
    known: Answers | None = getattr(user, "_answers_for", None)
    if known is None:
        known = user._answers_for = answering(user, timezone.now())  # type: ignore[attr-defined] # noqa: SLF001 - a cache that lives as long as the request's user
    return known


def answering(user: User, at: datetime) -> Answers:
    """What waits for a person at a moment, now as the request goes, besides what waits for them by name."""
    # Both are told with the user of a session.
    if not getattr(user, "leads", True) and not getattr(user, "covers_for", True):
        return Answers({user.pk: None}, [], [])
    ours = our_side(user)
    company = company_of(ours, user.pk)
    led = subtree({pk for pk, _parent, manager in ours.teams if manager == user.pk}, ((pk, parent) for pk, parent, _manager in ours.teams))
    mine = {pk for pk in led if company.responsible(owner_id=None, team_id=pk, at=at) == user.pk}
    people: dict[int, datetime | None] = {user.pk: None}
    strays = []
    for one in ours.not_here:
        # Of nobody else could the answer be this person.
        if one.team_id is not None and one.team_id not in mine and one.cover_id != user.pk:
            continue
        answer = company.answer(owner_id=one.id, team_id=None, at=at)
        if answer.person_id == user.pk:
            people[one.id] = answer.until
        elif answer.person_id is None and one.team_id is None:
            strays.append(one.id)
    return Answers(people, sorted(mine), strays)


def company_of(ours: OurSide, *others: int) -> Organisation:
    """As much of the organisation as it takes to say who answers at this moment: who is not told of is here."""
    managers = {pk: manager for pk, _parent, manager in ours.teams}
    here = {*others, *managers.values(), *(one.cover_id for one in ours.not_here)} - {None}
    people = {pk: Person(pk, "") for pk in here if pk is not None}
    for one in ours.not_here:
        absences = (Away(one.start, one.end, one.cover_id),) if one.start is not None and one.end is not None else ()
        people[one.id] = Person(one.id, "", team_id=one.team_id, leaves_at=one.leaves_at, active=one.active, absences=absences)
    return Organisation(people, managers, {pk: parent for pk, parent, _manager in ours.teams})


def missing(person: OuterRef, at: datetime | Given) -> Exists:
    """Whether the person of a row is away, kept out or gone: what leaves it to somebody else to answer."""
    away = Absence.objects.filter(user=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at)
    return Exists(User.objects.filter(Q(is_active=False) | Q(departure__leaves_at__lte=at) | Exists(away), pk=person))
