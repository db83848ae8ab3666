"""Our side: the tree of teams, their people, calendars, absences and the one who left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from accounts.models import Absence, Departure, Role, Team, User, WorkingCalendar
from accounts.models.calendars import default_week
from accounts.working_time import Hours, working_time
from config.demo_company import COMPANY, DEMO_LOGINS, DOMAIN, MARK
from config.demo_company.office import Office

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Where a team works: (name of the calendar, time zone, country of the holidays, region of it).
PLACES = {
    "new_york": ("New York", "America/New_York", "US", "NY"),
    "los_angeles": ("Los Angeles", "America/Los_Angeles", "US", "CA"),
    "berlin": ("Berlin", "Europe/Berlin", "DE", "BE"),
    "london": ("London", "Europe/London", "GB", "ENG"),
    "singapore": ("Singapore", "Asia/Singapore", "SG", ""),
    "sydney": ("Sydney", "Australia/Sydney", "AU", "NSW"),
}


@dataclass(frozen=True)
class TeamPlan:
    """``country``: where its customers are, unless a customer says otherwise."""

    key: str
    name: str
    region: str
    place: str
    country: str
    manager: str
    reps: tuple[str, ...]


REGIONS = {
    "americas": ("Americas", "new_york", "Marcus Bell"),
    "europe": ("Europe", "berlin", "Katharina Vogt"),
    "pacific": ("Asia Pacific", "singapore", "Desmond Koh"),
}
TEAMS = (
    TeamPlan(
        "east", "East", "americas", "new_york", "United States", "Erin Caldwell",
        ("Nadia Brooks", "Tom Whitaker", "Luis Ferrer", "Grace Adeyemi", "Peter Lindholm", "Dana Reeves"),
    ),
    TeamPlan(
        "west", "West", "americas", "los_angeles", "United States", "Rafael Ortega",
        ("Maya Jensen", "Cole Barrett", "Priscilla Nguyen", "Owen Tate", "Sofia Marquez", "Jared Quill"),
    ),
    TeamPlan(
        "central", "Central Europe", "europe", "berlin", "Germany", "Jonas Reinhardt",
        ("Lena Hoffmann", "Florian Maurer", "Aylin Demir", "Stefan Kolb", "Miriam Weiss", "Tobias Lang"),
    ),
    TeamPlan(
        "north", "UK and Nordics", "europe", "london", "United Kingdom", "Fiona Ashworth",
        ("Callum Reid", "Ingrid Solberg", "Harriet Blythe", "Samir Qureshi", "Anders Holm", "Rosie Penhale"),
    ),
    TeamPlan(
        "southeast", "Southeast Asia", "pacific", "singapore", "Singapore", "Tan Mei Ling",
        ("Arjun Menon", "Siti Rahman", "Kelvin Goh", "Pham Thuy", "Daniel Lim", "Anong Srisai"),
    ),
    TeamPlan(
        "anz", "Australia and New Zealand", "pacific", "sydney", "Australia", "Bronwyn Hartley",
        ("Jack Mulligan", "Aroha Ngata", "Chloe Bennett", "Liam Forsyth", "Priya Nair"),
    ),
)  # fmt: skip
EXECUTIVE = "Vivian Stroud"
ADMIN = "Ines Calder"
# Left three weeks ago; her mail goes to the head of the region.
DEPARTED = "Dana Reeves"
DEPARTED_DAYS_AGO = 24
# (who, working days since it began, working days it lasts, who covers).
ABSENCES = (
    ("Stefan Kolb", 2, 9, None),
    ("Rosie Penhale", 3, 8, "Callum Reid"),
    ("Kelvin Goh", 1, 5, "Siti Rahman"),
    ("Luis Ferrer", 40, 10, "Grace Adeyemi"),
    ("Maya Jensen", 70, 10, "Cole Barrett"),
    ("Chloe Bennett", 95, 15, "Liam Forsyth"),
    ("Jonas Reinhardt", 60, 10, "Katharina Vogt"),
    ("Sofia Marquez", -12, 10, "Priscilla Nguyen"),
    ("Anders Holm", -20, 5, "Ingrid Solberg"),
)


@dataclass
class People:
    """The company's side, as rows not yet written. ``office`` is each person's and each team's place of work."""

    root: Team
    teams: dict[str, Team]
    calendars: list[WorkingCalendar]
    users: dict[str, User]
    offices: dict[str, Office]
    absences: list[Absence] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)

    def reps(self, team: str) -> list[User]:
        return [self.users[name] for name in plan_of(team).reps]

    def manager(self, team: str) -> User:
        return self.users[plan_of(team).manager]


def plan_of(team: str) -> TeamPlan:
    return next(plan for plan in TEAMS if plan.key == team)


def team_of(person: str) -> str:
    """The key of the team a rep or manager works in."""
    return next(plan.key for plan in TEAMS if person == plan.manager or person in plan.reps)


def address(name: str) -> str:
    """firstname.lastname at the company; the log-ins shown by the demo have short ones."""
    known = {login.name: login.email for login in DEMO_LOGINS}
    return known.get(name) or f"{name.lower().replace(' ', '.')}@{DOMAIN}"


def make_people(*, now: datetime, password: str) -> People:
    """``password``: already hashed, the same for everybody."""
    calendars = {
        key: WorkingCalendar(name=name, time_zone=zone, week=default_week(), country=country, subdivision=subdivision)
        for key, (name, zone, country, subdivision) in PLACES.items()
    }
    clocks = {key: Office(working_time(_hours(calendar))) for key, calendar in calendars.items()}
    root = Team(name=COMPANY, calendar=calendars["new_york"], external_id=MARK)
    regions = {key: Team(name=name, parent=root, calendar=calendars[place]) for key, (name, place, _head) in REGIONS.items()}
    teams = {plan.key: Team(name=plan.name, parent=regions[plan.region], calendar=calendars[plan.place]) for plan in TEAMS}
    joined = now - timedelta(days=1100)
    places = {id(root): "new_york"} | {id(regions[key]): place for key, (_name, place, _head) in REGIONS.items()}
    places |= {id(teams[plan.key]): plan.place for plan in TEAMS}

    def person(name: str, role: str | _StrPromise, team: Team) -> User:
        zone = team.calendar.time_zone if team.calendar else ""
        return User(
            name=name,
            email=address(name),
            role=str(role),
            team=team,
            time_zone=zone,
            password=password,
            created_at=joined,
            invited_at=joined,
            last_login=clocks[places[id(team)]].clock.next_open(now - timedelta(days=4)),
        )

    users = {EXECUTIVE: person(EXECUTIVE, Role.EXECUTIVE.value, root), ADMIN: person(ADMIN, Role.ADMIN.value, root)}
    users |= {head: person(head, Role.EXECUTIVE.value, regions[key]) for key, (_name, _place, head) in REGIONS.items()}
    for plan in TEAMS:
        users[plan.manager] = person(plan.manager, Role.MANAGER.value, teams[plan.key])
        users |= {name: person(name, Role.REP.value, teams[plan.key]) for name in plan.reps}
    # Managers are told to their teams once both are written; see config.demo_company.write.
    root.manager = users[EXECUTIVE]
    for key, (_name, _place, head) in REGIONS.items():
        regions[key].manager = users[head]
    for plan in TEAMS:
        teams[plan.key].manager = users[plan.manager]
    offices = {plan.key: clocks[plan.place] for plan in TEAMS}
    people = People(root, {**regions, **teams}, list(calendars.values()), users, offices)
    people.departures = [_departure(people, now)]
    people.absences = [_absence(people, now, one) for one in ABSENCES]
    return people


def _hours(calendar: WorkingCalendar) -> Hours:
    nine_to_five = ((9 * 60, 17 * 60),)
    return Hours(calendar.time_zone, (nine_to_five,) * 5 + ((), ()), calendar.country, calendar.subdivision)


def _departure(people: People, now: datetime) -> Departure:
    user = people.users[DEPARTED]
    user.is_active = False
    clock = people.offices[team_of(DEPARTED)].clock
    last_day = clock.local_date(clock.next_open(now - timedelta(days=DEPARTED_DAYS_AGO)))
    leaves_at = clock.start_of_day(last_day + timedelta(days=1))
    head = people.users[REGIONS["americas"][2]]
    return Departure(
        user=user, last_day=last_day, leaves_at=leaves_at, mail_to=head, recorded_by=people.users[ADMIN], recorded_at=leaves_at - timedelta(days=16)
    )


def _absence(people: People, now: datetime, one: tuple[str, int, int, str | None]) -> Absence:
    """From the start of one local day to the start of another; ``days_ago`` and ``lasts`` in working days."""
    name, days_ago, lasts, cover = one
    office = people.offices[team_of(name)]
    clock = office.clock
    begins = office.back(now, 8 * days_ago) if days_ago >= 0 else clock.add(now, timedelta(hours=-8 * days_ago))
    ends = clock.add(begins, timedelta(hours=8 * lasts))
    starts_at, ends_at = (datetime.combine(clock.local_date(moment), time(), tzinfo=clock.zone) for moment in (begins, ends))
    return Absence(
        user=people.users[name],
        starts_at=starts_at,
        ends_at=ends_at,
        cover=people.users[cover] if cover else None,
        recorded_by=people.users[plan_of(team_of(name)).manager],
    )
