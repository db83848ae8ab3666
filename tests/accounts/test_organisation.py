"""Who is responsible and who hears of it next, by tables."""

from datetime import UTC, datetime

import pytest

from accounts.organisation import Away, Because, Organisation, Person

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MORNING, EVENING = NOON.replace(hour=8), NOON.replace(hour=18)
REP, COVER, MANAGER, HEAD, BOSS, ADMIN, OTHER = range(1, 8)
EAST, SALES, COMPANY = 10, 11, 12
OUT = "kept out"


def organisation(**absences):
    """Rep and cover in East under manager; East below Sales (head), Sales below Company (boss). ``rep=…`` gives absences or a leaving."""

    def person(pk, key, role, team):
        leaves, away = None, ()
        given = absences.get(key)
        if given == OUT:
            return Person(pk, key, role, team, active=False)
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


# What may be wrong with whoever is asked, and with those who answer for them: who answers then, and why.
WHO_ANSWERS = [
    ({}, REP, Because.OWN),
    ({"rep": Away(EVENING, EVENING.replace(hour=20))}, REP, Because.OWN),
    ({"rep": Away(MORNING, NOON)}, REP, Because.OWN),
    ({"rep": EVENING}, REP, Because.OWN),
    # Away.
    ({"rep": COVERED}, COVER, Because.COVER),
    ({"rep": AWAY}, MANAGER, Because.AWAY),
    ({"rep": COVERED, "cover": AWAY}, MANAGER, Because.AWAY),
    ({"rep": COVERED, "cover": MORNING}, MANAGER, Because.AWAY),
    ({"rep": COVERED, "cover": OUT}, MANAGER, Because.AWAY),
    # A cover's own cover is not asked: it goes up the line.
    ({"rep": COVERED, "cover": Away(MORNING, EVENING, OTHER)}, MANAGER, Because.AWAY),
    ({"rep": Away(MORNING, EVENING, BOSS)}, BOSS, Because.COVER),
    ({"rep": AWAY, "manager": AWAY}, HEAD, Because.AWAY),
    ({"rep": AWAY, "manager": COVERED}, HEAD, Because.AWAY),
    ({"rep": COVERED, "cover": AWAY, "manager": AWAY, "head": OUT}, BOSS, Because.AWAY),
    # Gone, or kept out.
    ({"rep": MORNING}, MANAGER, Because.LEFT),
    ({"rep": NOON}, MANAGER, Because.LEFT),
    ({"rep": OUT}, MANAGER, Because.KEPT_OUT),
    ({"rep": MORNING, "manager": AWAY}, HEAD, Because.LEFT),
    ({"rep": MORNING, "manager": MORNING}, HEAD, Because.LEFT),
    ({"rep": OUT, "manager": OUT}, HEAD, Because.KEPT_OUT),
    ({"rep": MORNING, "manager": MORNING, "head": AWAY}, BOSS, Because.LEFT),
    ({"rep": MORNING, "manager": MORNING, "head": MORNING, "boss": OUT}, None, Because.LEFT),
    ({"rep": AWAY, "manager": MORNING, "head": MORNING, "boss": MORNING}, None, Because.AWAY),
]


@pytest.mark.parametrize(("absences", "expected", "because"), WHO_ANSWERS)
def test_whom_a_deal_waits_for(absences, expected, because):
    answer = organisation(**absences).answer(owner_id=REP, team_id=EAST, at=NOON)
    assert (answer.person_id, answer.because) == (expected, because)
    assert answer.instead_of_id == (None if because is Because.OWN else REP)
    assert organisation(**absences).responsible(owner_id=REP, team_id=EAST, at=NOON) == expected


@pytest.mark.parametrize(("absences", "expected", "because"), WHO_ANSWERS)
@pytest.mark.parametrize("owner", [None, REP, OTHER])
def test_while_it_is_offered_the_giver_is_asked_in_the_same_way(owner, absences, expected, because):
    answer = organisation(**absences).answer(owner_id=owner, giver_id=REP, team_id=EAST, at=NOON)
    assert (answer.person_id, answer.because) == (expected, because)


@pytest.mark.parametrize(
    ("owner", "absences", "expected"),
    [
        # A manager's own: the next one up.
        (MANAGER, {"manager": AWAY}, HEAD),
        (MANAGER, {"manager": COVERED}, COVER),
        (MANAGER, {"manager": COVERED, "cover": AWAY}, HEAD),
        (MANAGER, {"manager": MORNING, "head": AWAY}, BOSS),
        # Executives are no exception, and the one at the top has nobody above.
        (HEAD, {}, HEAD),
        (HEAD, {"head": AWAY}, BOSS),
        (BOSS, {"boss": COVERED}, COVER),
        (BOSS, {"boss": AWAY}, None),
        (OTHER, {"other": AWAY}, BOSS),
        # Of no team: the deal's team counts.
        (ADMIN, {}, ADMIN),
        (ADMIN, {"admin": AWAY}, MANAGER),
        (ADMIN, {"admin": MORNING, "manager": AWAY}, HEAD),
        # Nobody's.
        (None, {}, MANAGER),
        (None, {"manager": OUT}, HEAD),
        (None, {"manager": OUT, "head": MORNING, "boss": AWAY}, None),
        # Somebody who is not among our people any more.
        (99, {}, MANAGER),
    ],
)
def test_everybody_is_asked_in_the_same_way(owner, absences, expected):
    assert organisation(**absences).responsible(owner_id=owner, team_id=EAST, at=NOON) == expected


def test_a_team_without_a_manager_is_passed_over():
    company = organisation(rep=MORNING)
    without = Organisation(company.people, {**company.managers, EAST: None}, company.parents)
    assert without.responsible(owner_id=REP, team_id=EAST, at=NOON) == HEAD
    assert Organisation(company.people, {}, {}).responsible(owner_id=REP, team_id=EAST, at=NOON) is None
    assert organisation(admin=AWAY).responsible(owner_id=ADMIN, team_id=None, at=NOON) is None


def test_an_answer_says_until_when_and_who_was_to_cover():
    answer = organisation(rep=COVERED, cover=AWAY).answer(owner_id=REP, team_id=EAST, at=NOON)
    assert (answer.instead_of_id, answer.until, answer.cover_id) == (REP, EVENING, COVER)
    assert organisation(rep=MORNING).answer(owner_id=REP, team_id=EAST, at=NOON).until is None
    assert organisation().answer(owner_id=None, team_id=EAST, at=NOON).because is Because.NOBODYS


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
