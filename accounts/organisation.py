"""Who is responsible, and who hears of it next: the tree of teams with its people, as pure data.

:func:`load` takes one picture of the organisation from the database; everything else here is pure, so
that the same functions serve the risk rules, screens, tasks and feeds, and are tested by tables.
All moments are aware; "at" is always an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from accounts.models import Absence, Role, Team, User
from accounts.prepared import Given, prepare

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from accounts.prepared import Statement


COLUMNS = ("pk", "name", "role", "team_id", "is_active", "suspended_at", "language")
# A person who may not log in, and nobody wrote down since when: long enough for every clock.
NOBODY_KNOWS = datetime(2000, 1, 1, tzinfo=UTC)


class Away(NamedTuple):
    """Away from ``start`` until ``end`` (half open), with or without somebody who answers meanwhile."""

    start: datetime
    end: datetime
    cover_id: int | None = None


class Person(NamedTuple):
    id: int
    name: str
    role: str = Role.REP
    team_id: int | None = None
    leaves_at: datetime | None = None
    active: bool = True
    inactive_since: datetime | None = None
    language: str = "en"
    absences: tuple[Away, ...] = ()

    def has_left(self, at: datetime) -> bool:
        return not self.active or (self.leaves_at is not None and self.leaves_at <= at)

    def away(self, at: datetime) -> Away | None:
        return next((one for one in self.absences if one.start <= at < one.end), None)

    def missing(self, at: datetime) -> tuple[Because, Away | None]:
        """Why they are not there, with the absence they are in; ``OWN`` where they are."""
        if self.leaves_at is not None and self.leaves_at <= at:
            return Because.LEFT, None
        if not self.active:
            return Because.KEPT_OUT, None
        away = self.away(at)
        return (Because.AWAY, away) if away is not None else (Because.OWN, None)


class Because(StrEnum):
    """Why somebody answers: it is theirs, or whose it is cannot."""

    OWN = "own"
    COVER = "cover"
    AWAY = "away"
    LEFT = "left"
    KEPT_OUT = "kept out"
    NOBODYS = "nobody's"


class Answer(NamedTuple):
    """Who answers (None: nobody is there), and why. ``instead_of_id``: for whom they do; ``until`` and ``cover_id`` of that person's absence."""

    person_id: int | None
    because: Because
    instead_of_id: int | None = None
    until: datetime | None = None
    cover_id: int | None = None


class Rung(NamedTuple):
    """Whom one climb tells. ``at_the_top``: after it there is nobody left who has not heard."""

    people: tuple[int, ...]
    at_the_top: bool


@dataclass(frozen=True)
class Organisation:
    """People by id; each team's manager and parent by the team's id."""

    people: dict[int, Person]
    managers: dict[int, int | None] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)

    def available(self, person_id: int | None, at: datetime) -> bool:
        person = self.people.get(person_id) if person_id is not None else None
        return person is not None and not person.has_left(at) and person.away(at) is None

    def responsible(self, *, owner_id: int | None, team_id: int | None, at: datetime, giver_id: int | None = None) -> int | None:
        """Whom a deal waits for; None where the whole line is gone. See :meth:`answer`."""
        return self.answer(owner_id=owner_id, team_id=team_id, at=at, giver_id=giver_id).person_id

    def answer(self, *, owner_id: int | None, team_id: int | None, at: datetime, giver_id: int | None = None) -> Answer:
        """Who answers, and why: the owner; their cover while away; up the line from their team once they have left, or where
        the cover is not there either. While it is offered to somebody, its giver (``giver_id``) instead of the owner, in the
        same way. ``team_id``: whose line counts for somebody without a team, and where there is nobody."""
        asked_id = owner_id if giver_id is None else giver_id
        asked = self.people.get(asked_id) if asked_id is not None else None
        because, away = Because.NOBODYS, None
        if asked is not None:
            because, away = asked.missing(at)
            if because is Because.OWN:
                return Answer(asked.id, because)
            if away is not None and self.available(away.cover_id, at):
                return Answer(away.cover_id, Because.COVER, asked.id, away.end, away.cover_id)
        person_id = next((one for one in self.line_above(asked_id, team_id) if self.available(one, at)), None)
        until, cover_id = (away.end, away.cover_id) if away is not None else (None, None)
        return Answer(person_id, because, asked.id if asked is not None else None, until, cover_id)

    def line_above(self, person_id: int | None, team_id: int | None) -> Iterator[int]:
        """The managers above a person, from their own team upwards; of a person without one, or of nobody, from ``team_id``."""
        person = self.people.get(person_id) if person_id is not None else None
        return self.line(person.team_id if person is not None and person.team_id is not None else team_id, but=person_id)

    def line(self, team_id: int | None, *, but: int | None = None) -> Iterator[int]:
        """The managers from a team upwards, each once, without ``but``."""
        seen: set[int] = set() if but is None else {but}
        walked: set[int] = set()
        while team_id is not None and team_id not in walked:
            walked.add(team_id)
            manager = self.managers.get(team_id)
            if manager is not None and manager not in seen:
                seen.add(manager)
                yield manager
            team_id = self.parents.get(team_id)

    @cached_property
    def leaders(self) -> tuple[int, ...]:
        """Executives and admins, present or not. Of thousands of climbs each asks for them."""
        return tuple(sorted(one.id for one in self.people.values() if one.role in (Role.EXECUTIVE, Role.ADMIN)))

    def climb(self, *, responsible_id: int | None, team_id: int | None, told: Collection[int], at: datetime) -> Rung:
        """Who is told next, where ``told`` have heard already: the nearest one of the line above the responsible; past the top
        the other executives and the admins, all at once and again and again; where there are none of those the top of the line.

        It goes by who has heard, not by a number of rungs: who went away is passed over and heard of it later, once back, and
        nobody above them is left out for it. Only people who are available.
        """
        line = [one for one in self.line_above(responsible_id, team_id) if self.available(one, at)]
        sideways = [one for one in self.leaders if one not in line and one != responsible_id and self.available(one, at)]
        untold = [one for one in line if one not in told]
        # Where the top was reached before, and somebody of the line is back only now, they hear of it along with the others.
        again = sideways if all(one in told for one in sideways) else []
        people = [untold[0], *again] if untold else sideways or line[-1:]
        return Rung(tuple(people), all(one in told or one in people for one in (*line, *sideways)))

    def admins(self, at: datetime) -> list[int]:
        return sorted(one.id for one in self.people.values() if one.role == Role.ADMIN and self.available(one.id, at))

    def gap(self, owner_id: int | None, at: datetime) -> tuple[str, datetime, datetime | None] | None:
        """The present or next time in which the owner is away uncovered or has left: ("left" or "away",
        from, until). None while there is nothing of the kind."""
        person = self.people.get(owner_id) if owner_id is not None else None
        if person is None:
            return None
        gaps: list[tuple[str, datetime, datetime | None]] = [
            ("away", away.start, away.end) for away in person.absences if away.end > at and not self._covered(away, at)
        ]
        if person.leaves_at is not None:
            gaps.append(("left", person.leaves_at, None))
        elif not person.active:
            gaps.append(("left", person.inactive_since or NOBODY_KNOWS, None))
        return min(gaps, key=lambda gap: gap[1], default=None)

    def _covered(self, away: Away, at: datetime) -> bool:
        return self.available(away.cover_id, max(at, away.start))

    def next_change(self, person_ids: Iterable[int | None], after: datetime) -> datetime | None:
        """The next moment at which one of these people, or a cover of theirs, comes, goes or leaves."""
        moments: list[datetime] = []
        waiting = [person_id for person_id in person_ids if person_id is not None]
        seen: set[int] = set()
        while waiting:
            person = self.people.get(waiting.pop())
            if person is None or person.id in seen:
                continue
            seen.add(person.id)
            if person.leaves_at is not None:
                moments.append(person.leaves_at)
            for away in person.absences:
                moments += [away.start, away.end]
                if away.end > after and away.cover_id is not None:
                    waiting.append(away.cover_id)
        return min((moment for moment in moments if moment > after), default=None)


def load(*, at: datetime) -> Organisation:
    """The organisation as recorded: three queries, whatever its size. Absences that ended before ``at`` are left out."""
    absences: dict[int, list[Away]] = {}
    for user_id, start, end, cover_id in _absences().rows(at=at):
        absences.setdefault(user_id, []).append(Away(start, end, cover_id))
    people = {
        pk: Person(pk, name, role, team_id, leaves_at, active, since, language, tuple(sorted(absences.get(pk, ()), key=lambda away: away.start)))
        for pk, name, role, team_id, active, since, language, leaves_at in _people().rows()
    }
    teams = _teams().rows()
    return Organisation(people, {pk: manager for pk, manager, _ in teams}, {pk: parent for pk, _, parent in teams})


@cache
def _absences() -> Statement:
    return prepare(Absence.objects.filter(ends_at__gt=Given("at")).values_list("user_id", "starts_at", "ends_at", "cover_id"), planned=True)


@cache
def _people() -> Statement:
    return prepare(User.objects.values_list(*COLUMNS, "departure__leaves_at"), planned=True)


@cache
def _teams() -> Statement:
    return prepare(Team.objects.values_list("pk", "manager_id", "parent_id"), planned=True)
