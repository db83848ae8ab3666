"""For whom a person answers now, asked of the one function that says who is responsible (:mod:`accounts.organisation`).

A page asks it at every look, so it is told of those alone who are not here: whoever is not among them is. One query for
whoever leads a team or covers for somebody, none for everybody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from accounts.organisation import Away, Organisation, Person
from accounts.prepared import named
from accounts.sight import covering, every_team, subtree

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models.users import User

# Of a tree of teams and a person: who of them, of their managers and covers is away, kept out or gone.
NOT_HERE = named(
    """
SELECT u.id, u.name, u.role, u.team_id, d.leaves_at, u.is_active, a.starts_at, a.ends_at, a.cover_id
FROM accounts_user u
LEFT JOIN accounts_departure d ON d.user_id = u.id
LEFT JOIN accounts_absence a ON a.user_id = u.id AND a.starts_at <= %(now)s AND a.ends_at > %(now)s
WHERE (NOT u.is_active OR d.leaves_at <= %(now)s OR a.id IS NOT NULL)
  AND (u.id = %(me)s OR u.team_id IS NULL OR u.team_id = ANY(%(teams)s) OR u.id = ANY(%(managers)s) OR a.cover_id = %(me)s
       OR u.id IN (SELECT c.cover_id FROM accounts_absence c WHERE c.starts_at <= %(now)s AND c.ends_at > %(now)s))
""",
    planned=True,
)

MISSING = named(
    """
SELECT FROM accounts_user u LEFT JOIN accounts_departure d ON d.user_id = u.id
WHERE u.id = %(person)s AND (NOT u.is_active OR d.leaves_at <= %(now)s OR EXISTS (
    SELECT FROM accounts_absence a WHERE a.user_id = u.id AND a.starts_at <= %(now)s AND a.ends_at > %(now)s))
""",
    planned=True,
)


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


def is_here(person_id: int, at: datetime) -> bool:
    """Whether a person is neither away nor kept out nor gone. One query; of many ask an :class:`Organisation`."""
    return not MISSING.rows(person=person_id, now=at)


def answering(user: User, at: datetime) -> Answers:
    """What waits for a person at a moment besides what waits for them by name."""
    # Both are told with the user of a session.
    covered, leads = getattr(user, "covers_for", None), getattr(user, "leads", None)
    covers = bool(covered) if covered is not None else covering(user, at).exists()
    teams = every_team(user) if covers or leads or leads is None else []
    led = subtree({pk for pk, _parent, manager in teams if manager == user.pk}, ((pk, parent) for pk, parent, _manager in teams))
    if not covers and not led:
        return Answers({user.pk: None}, [], [])
    company = _company(user, teams, led, at)
    mine = [pk for pk in sorted(led) if company.responsible(owner_id=None, team_id=pk, at=at) == user.pk]
    people: dict[int, datetime | None] = {user.pk: None}
    strays = []
    for person in company.people.values():
        answer = company.answer(owner_id=person.id, team_id=None, at=at)
        if answer.person_id == user.pk:
            people[person.id] = answer.until
        elif answer.person_id is None and person.team_id is None:
            strays.append(person.id)
    return Answers(people, mine, strays)


def _company(user: User, teams: list[tuple[int, int | None, int | None]], led: set[int], at: datetime) -> Organisation:
    """As much of the organisation as the answer hangs on; who is not told of is here."""
    managers = {pk: manager for pk, _parent, manager in teams}
    rows = NOT_HERE.rows(me=user.pk, teams=sorted(led), managers=[one for one in managers.values() if one is not None], now=at)
    here = {user.pk, *(row[8] for row in rows), *managers.values()} - {None}
    people = {pk: Person(pk, "") for pk in here if pk is not None}
    for pk, name, role, team_id, leaves_at, active, start, end, cover_id in rows:
        absences = (Away(start, end, cover_id),) if start is not None else ()
        people[pk] = Person(pk, name, role, team_id, leaves_at, active, absences=absences)
    return Organisation(people, managers, {pk: parent for pk, parent, _manager in teams})
