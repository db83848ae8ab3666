"""Whole organisations made by hypothesis: trees of teams, people who come and go, and what befalls a signal meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from accounts.organisation import Away, Organisation, Person
from accounts.working_time import Hours, WorkingTime

# A Monday morning in Berlin; the clocks of New York change on the Sunday after.
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
WEEKS = 4
WEEKDAYS = ((540, 1020),)
CLOCKS = (
    WorkingTime(Hours("Europe/Berlin", (WEEKDAYS,) * 5 + ((),) * 2, country="DE")),
    WorkingTime(Hours("America/New_York", (WEEKDAYS,) * 5 + ((),) * 2)),
    WorkingTime(Hours("Asia/Riyadh", (((480, 720), (780, 960)),) * 4 + ((),) * 2 + (((480, 960),),))),
    # Closed for the whole of the second week.
    WorkingTime(Hours("Asia/Tokyo", (WEEKDAYS,) * 5 + ((),) * 2, days=tuple((START.date() + timedelta(days=day), ()) for day in range(7, 14)))),
)
ROLES = ("rep", "rep", "manager", "executive", "admin")


@dataclass(frozen=True)
class Play:
    """An organisation, whose a deal is, how its finding gets worse, and what happens: (moment, what) in order."""

    company: Organisation
    clocks: dict[int, WorkingTime]
    owner_id: int | None
    giver_id: int | None
    team_id: int | None
    steps: tuple[tuple[datetime, int], ...]
    acts: tuple[tuple[datetime, str], ...]
    # By how much each sweep comes late, in turn.
    lateness: tuple[timedelta, ...]

    def responsible(self, now):
        return self.company.responsible(owner_id=self.owner_id, giver_id=self.giver_id, team_id=self.team_id, at=now)

    def clock(self, person_id):
        return self.clocks.get(person_id, CLOCKS[0])


moments = st.integers(0, WEEKS * 7 * 24 * 2).map(lambda half_hours: START + timedelta(minutes=30 * half_hours))
lengths = st.sampled_from([timedelta(hours=2), timedelta(days=1), timedelta(days=5), timedelta(days=40)])


@st.composite
def people(draw, ids, teams):
    made = {}
    for pk in ids:
        others = st.sampled_from([None, *(one for one in ids if one != pk)])
        starts = draw(st.lists(moments, max_size=2, unique=True))
        made[pk] = Person(
            pk,
            f"Person {pk}",
            draw(st.sampled_from(ROLES)),
            draw(st.sampled_from([None, *teams, *teams])),
            leaves_at=draw(st.none() | st.none() | moments),
            active=draw(st.sampled_from([True, True, True, True, False])),
            absences=tuple(Away(start, start + draw(lengths), draw(others)) for start in sorted(starts)),
        )
    return made


@st.composite
def companies(draw):
    """Up to four teams, each below an earlier one or on its own, with or without a manager; up to seven people."""
    ids = list(range(1, draw(st.integers(1, 7)) + 1))
    teams = list(range(101, 101 + draw(st.integers(1, 4))))
    parents = {team: draw(st.sampled_from([None, *teams[:place]])) for place, team in enumerate(teams)}
    managers = {team: draw(st.sampled_from([None, *ids])) for team in teams}
    return Organisation(draw(people(ids, teams)), managers, parents)


@st.composite
def plays(draw):
    company = draw(companies())
    ids, teams = sorted(company.people), sorted(company.managers)
    severities = sorted(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)))
    begins = sorted(draw(st.lists(moments, min_size=len(severities), max_size=len(severities), unique=True)))
    acts = draw(st.lists(st.tuples(moments, st.sampled_from(["take", "park", "look"])), max_size=6))
    return Play(
        company=company,
        clocks={pk: draw(st.sampled_from(CLOCKS)) for pk in ids},
        owner_id=draw(st.sampled_from([None, *ids, *ids])),
        giver_id=draw(st.sampled_from([None, None, None, *ids])),
        team_id=draw(st.sampled_from([None, *teams, *teams])),
        steps=tuple(zip(begins, severities, strict=True)),
        acts=tuple(sorted(acts)),
        lateness=tuple(timedelta(minutes=late) for late in draw(st.lists(st.sampled_from([0, 0, 1, 45, 600, 3000]), min_size=1, max_size=4))),
    )
