"""Who is responsible and who hears of it next, by tables."""

from datetime import UTC, datetime

import pytest

from accounts.organisation import Away, Organisation, Person

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MORNING, EVENING = NOON.replace(hour=8), NOON.replace(hour=18)
REP, COVER, MANAGER, HEAD, BOSS, ADMIN, OTHER = range(1, 8)
EAST, SALES, COMPANY = 10, 11, 12


def organisation(**absences):
    """Rep and cover in East under manager; East below Sales (head), Sales below Company (boss). ``rep=…`` gives absences or a leaving."""

    def person(pk, key, role, team):
        leaves, away = None, ()
        given = absences.get(key)
        if isinstance(given, datetime):
            leaves = given
        elif given is not None:
            away = (given,)
        return Person(pk, key, role, team, leaves, absences=away)

    people = [
        person(REP, "rep", "rep", EAST),
        person(COVER, "cover", "rep", EAST),
        person(MANAGER, "manager", "manager", EAST),
        person(HEAD, "head", "executive", SALES),
        person(BOSS, "boss", "executive", COMPANY),
        person(ADMIN, "admin", "admin", None),
        person(OTHER, "other", "executive", COMPANY),
    ]
    return Organisation({one.id: one for one in people}, {EAST: MANAGER, SALES: HEAD, COMPANY: BOSS}, {EAST: SALES, SALES: COMPANY, COMPANY: None})


AWAY = Away(MORNING, EVENING)
COVERED = Away(MORNING, EVENING, COVER)


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        ({}, REP),
        ({"rep": COVERED}, COVER),
        ({"rep": AWAY}, MANAGER),
        ({"rep": COVERED, "cover": AWAY}, MANAGER),
        ({"rep": COVERED, "cover": MORNING}, MANAGER),
        ({"rep": MORNING}, MANAGER),
        ({"rep": EVENING}, REP),
        ({"rep": MORNING, "manager": AWAY}, HEAD),
        ({"rep": MORNING, "manager": MORNING, "head": AWAY}, BOSS),
        ({"rep": MORNING, "manager": MORNING, "head": MORNING, "boss": MORNING}, None),
        ({"rep": Away(EVENING, EVENING.replace(hour=20))}, REP),
    ],
)
def test_who_a_deal_waits_for(absences, expected):
    assert organisation(**absences).responsible(owner_id=REP, team_id=EAST, at=NOON) == expected


def test_a_deal_without_owner_waits_for_its_teams_manager():
    assert organisation().responsible(owner_id=None, team_id=EAST, at=NOON) == MANAGER
    assert organisation().responsible(owner_id=None, team_id=None, at=NOON) is None


def test_a_manager_who_is_away_is_followed_by_the_next_one_up():
    assert organisation(manager=AWAY).responsible(owner_id=MANAGER, team_id=EAST, at=NOON) == HEAD


@pytest.mark.parametrize(
    ("responsible", "told", "absences", "expected"),
    [
        (REP, (), {}, [MANAGER]),
        (REP, (MANAGER,), {}, [HEAD]),
        (REP, (MANAGER, HEAD), {}, [BOSS]),
        (REP, (MANAGER, HEAD, BOSS), {}, [ADMIN, OTHER]),
        (REP, (MANAGER, HEAD, BOSS, ADMIN, OTHER), {}, [ADMIN, OTHER]),
        (REP, (), {"manager": AWAY}, [HEAD]),
        # Who heard of it and went away since is no reason to pass over the next one.
        (REP, (MANAGER,), {"manager": AWAY}, [HEAD]),
        # Who was away at their rung hears of it before those above.
        (REP, (HEAD,), {}, [MANAGER]),
        (REP, (HEAD, BOSS, ADMIN, OTHER), {}, [MANAGER, ADMIN, OTHER]),
        (HEAD, (), {}, [BOSS]),
        (BOSS, (), {}, [HEAD, ADMIN, OTHER]),
        (REP, (MANAGER, HEAD, BOSS), {"admin": MORNING, "other": MORNING}, [BOSS]),
        (REP, (), dict.fromkeys(("manager", "head", "boss", "admin", "other"), MORNING), []),
        (None, (), {}, [MANAGER]),
    ],
)
def test_a_climb_goes_up_and_then_sideways(responsible, told, absences, expected):
    rung = organisation(**absences).climb(responsible_id=responsible, team_id=EAST, told=told, at=NOON)
    assert list(rung.people) == expected


def test_a_climb_is_at_the_top_once_everybody_there_has_heard():
    company = organisation()
    assert not company.climb(responsible_id=REP, team_id=EAST, told=(MANAGER, HEAD), at=NOON).at_the_top
    assert company.climb(responsible_id=REP, team_id=EAST, told=(MANAGER, HEAD, BOSS), at=NOON).at_the_top


def test_a_covered_absence_is_no_gap_and_an_uncovered_one_is():
    assert organisation(rep=COVERED).gap(REP, NOON) is None
    assert organisation(rep=AWAY).gap(REP, NOON) == ("away", MORNING, EVENING)
    assert organisation(rep=EVENING).gap(REP, NOON) == ("left", EVENING, None)
    assert organisation(rep=COVERED, cover=AWAY).gap(REP, NOON) == ("away", MORNING, EVENING)


def test_the_next_change_looks_at_covers_too():
    company = organisation(rep=COVERED, cover=Away(NOON.replace(hour=15), EVENING))
    assert company.next_change([REP], NOON) == NOON.replace(hour=15)
    assert company.next_change([ADMIN], NOON) is None
