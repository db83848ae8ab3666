"""Our side: the tree of teams and their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from accounts.models import Absence, Role, Team, User
from config.generator import DOMAIN, MARK
from config.generator.names import person, plain
from config.generator.size import TEAM

if TYPE_CHECKING:
    from config.generator.size import Size

TEAMS_OF_A_REGION = 8
# One rep in so many is away, covered by a colleague.
ONE_AWAY_IN = 25


@dataclass(frozen=True)
class Office:
    """Rows already written. ``sellers``: (user id, team id) of every rep."""

    root: Team
    admin: User
    leader: User
    managers: list[User]
    reps: list[User]
    sellers: list[tuple[int, int]]


def make_office(size: Size, *, number: int, password: str | None, now: datetime) -> Office:
    """Write teams and people: an admin, an executive at the top, one a region, a manager and up to seven reps a team.

    ``number`` tells companies in one database apart. ``password``: of the admin, the first manager and the first rep;
    nobody else may log in with one.
    """
    suffix = "" if number == 1 else f"-{number}"
    known = make_password(password)
    root = Team.objects.create(name=f"Generated company{suffix}", external_id=f"{MARK}{number}")
    regions = _regions(root, size)
    teams = Team.objects.bulk_create(
        [Team(name=f"Team {place + 1}", parent=regions[place // TEAMS_OF_A_REGION] if regions else root) for place in range(size.teams)]
    )
    joined = now - timedelta(days=1200)

    def made(name_number: int, role: str, team: Team, address: str = "") -> User:
        name = person(name_number * 31)
        email = f"{address or f'{plain(name)}.{name_number}'}{suffix}@{DOMAIN}"
        return User(
            name=name, email=email, role=role, team=team, password=known if address else make_password(None), created_at=joined, invited_at=joined
        )

    admin, leader = made(0, Role.ADMIN.value, root, "admin"), made(1, Role.EXECUTIVE.value, root, "executive")
    heads = [made(2 + place, Role.EXECUTIVE.value, region) for place, region in enumerate(regions)]
    start = 2 + len(heads)
    managers = [made(start + place, Role.MANAGER.value, team, "" if place else "manager") for place, team in enumerate(teams)]
    start += len(managers)
    number_of_reps = max(size.users - start, len(teams))
    reps = [made(start + place, Role.REP.value, team, "" if place else "rep") for place, team in enumerate(islice(cycle(teams), number_of_reps))]
    User.objects.bulk_create([admin, leader, *heads, *managers, *reps], batch_size=500)
    for team, manager in ((root, leader), *zip(regions, heads, strict=True), *zip(teams, managers, strict=True)):
        team.manager = manager
    Team.objects.bulk_update([root, *regions, *teams], ["manager"], batch_size=500)
    Absence.objects.bulk_create(_absences(reps, len(teams), now))
    return Office(root, admin, leader, managers, reps, [(rep.pk, rep.team_id) for rep in reps if rep.team_id is not None])


def _regions(root: Team, size: Size) -> list[Team]:
    """Between the top and the teams, where there are more teams than one person leads."""
    if size.teams <= TEAMS_OF_A_REGION or size.users < TEAM * TEAMS_OF_A_REGION:
        return []
    return Team.objects.bulk_create([Team(name=f"Region {place + 1}", parent=root) for place in range(-(-size.teams // TEAMS_OF_A_REGION))])


def _absences(reps: list[User], teams: int, now: datetime) -> list[Absence]:
    """Reps of a team stand ``teams`` apart in the list."""
    return [
        Absence(user=rep, starts_at=now - timedelta(days=2), ends_at=now + timedelta(days=6), cover=reps[place - teams])
        for place, rep in enumerate(reps)
        if place % ONE_AWAY_IN == ONE_AWAY_IN - 1 and place >= teams
    ]
