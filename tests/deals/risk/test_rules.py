"""Every rule by its table: when it goes off, when it gets worse, and when it has nothing to say."""

from dataclasses import replace
from datetime import date

import pytest

from deals.risk.facts import Gap, Introducer, Offer, Push, Rhythm
from deals.risk.policy import DEFAULT, Policy
from deals.risk.rules import ALSO_INQUIRIES, RULES
from tests.deals.risk.makers import at, facts, meeting, message, steps


def ask(rule, policy=DEFAULT, **changes):
    finding = RULES[rule](facts(**changes), policy)
    return steps(finding) if finding else None


def with_limits(**limits):
    return Policy({**DEFAULT.values, **limits}, frozenset(limits))


ONE = (message("2026-03-02 10:00"),)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        ({"unanswered": ONE, "hot": True}, [("2026-03-02 14:00", "medium")]),
        ({"unanswered": ONE}, [("2026-03-03 10:00", "medium")]),
        ({"unanswered": ONE, "hot": True, "answered_before": True}, [("2026-03-03 10:00", "medium")]),
        ({"unanswered": ONE, "answered_before": True}, [("2026-03-04 10:00", "medium")]),
        # A message of Saturday begins to count on Monday.
        ({"unanswered": (message("2026-03-07 11:00"),), "hot": True}, [("2026-03-09 13:00", "medium")]),
        # The second before the first is due: high as soon as it goes off.
        ({"unanswered": (*ONE, message("2026-03-02 11:00"))}, [("2026-03-03 10:00", "high")]),
        ({"unanswered": (*ONE, message("2026-03-04 11:00"))}, [("2026-03-03 10:00", "medium"), ("2026-03-04 11:00", "high")]),
        (
            {"unanswered": (*ONE, message("2026-03-04 11:00"), message("2026-03-05 20:00"))},
            [("2026-03-03 10:00", "medium"), ("2026-03-04 11:00", "high"), ("2026-03-06 09:00", "critical")],
        ),
        # A chase of somebody else goes off at once, before anything is due.
        ({"unanswered": (*ONE, message("2026-03-02 10:30", user_id=9))}, [("2026-03-02 10:30", "critical")]),
        # The first message alone is no chase, whomever it came to.
        ({"unanswered": (message("2026-03-02 10:00", user_id=9),)}, [("2026-03-03 10:00", "medium")]),
    ],
)
def test_reply_overdue(case, expected):
    assert ask("reply_overdue", **case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        ({"last_from_us": at("2026-03-02 10:00"), "last_from_them": at("2026-03-02 11:00")}, None),
        ({"last_from_us": at("2026-03-02 10:00")}, [("2026-03-09 10:00", "low"), ("2026-03-16 10:00", "medium"), ("2026-03-23 10:00", "high")]),
        # Their rhythm sharpens the default, within three and fifteen working days.
        (
            {"last_from_us": at("2026-03-02 10:00"), "rhythm": Rhythm(reply_samples=20, reply_p90_hours=2)},
            [("2026-03-05 10:00", "low"), ("2026-03-10 10:00", "medium"), ("2026-03-13 10:00", "high")],
        ),
        (
            {"last_from_us": at("2026-03-02 10:00"), "rhythm": Rhythm(reply_samples=20, reply_p90_hours=9999)},
            [("2026-03-23 10:00", "low"), ("2026-04-13 10:00", "medium"), ("2026-05-04 10:00", "high")],
        ),
        # Nineteen samples are too few.
        (
            {"last_from_us": at("2026-03-02 10:00"), "rhythm": Rhythm(reply_samples=19, reply_p90_hours=2)},
            [("2026-03-09 10:00", "low"), ("2026-03-16 10:00", "medium"), ("2026-03-23 10:00", "high")],
        ),
        # A meeting booked with them holds it until it is over.
        (
            {"last_from_us": at("2026-03-02 10:00"), "booked_until": at("2026-03-18 15:00")},
            [("2026-03-18 15:00", "medium"), ("2026-03-23 10:00", "high")],
        ),
    ],
)
def test_customer_silent(case, expected):
    assert ask("customer_silent", **case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        # Counted from the opening where there never was any contact.
        ({}, [("2026-03-16 09:00", "medium")]),
        ({"last_contact": at("2026-03-10 14:00")}, [("2026-03-24 14:00", "medium")]),
        ({"last_contact": at("2026-03-10 14:00"), "booked_until": at("2026-04-01 10:00")}, [("2026-04-01 10:00", "medium")]),
    ],
)
def test_no_contact(case, expected):
    assert ask("no_contact", **case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, [("2026-03-16 09:00", "low"), ("2026-03-23 09:00", "medium"), ("2026-03-30 09:00", "high")]),
        # 29 samples teach nothing; 30 do, in calendar days (29 March is a Sunday).
        (
            {"rhythm": Rhythm(stage_samples=29, stage_p75_days=18)},
            [("2026-03-16 09:00", "low"), ("2026-03-23 09:00", "medium"), ("2026-03-30 09:00", "high")],
        ),
        (
            {"rhythm": Rhythm(stage_samples=30, stage_p75_days=18)},
            [("2026-03-20 10:00", "low"), ("2026-03-30 09:00", "medium"), ("2026-04-07 10:00", "high")],
        ),
        # Older than any won deal of the pipeline: high, from the start of that day, Sunday or not.
        ({"rhythm": Rhythm(won=10, longest_won_days=5)}, [("2026-03-08 00:00", "high")]),
        ({"rhythm": Rhythm(won=9, longest_won_days=5)}, [("2026-03-16 09:00", "low"), ("2026-03-23 09:00", "medium"), ("2026-03-30 09:00", "high")]),
        (
            {"opened_on": None, "rhythm": Rhythm(won=10, longest_won_days=5)},
            [("2026-03-16 09:00", "low"), ("2026-03-23 09:00", "medium"), ("2026-03-30 09:00", "high")],
        ),
    ],
)
def test_stage_overdue(case, expected):
    assert ask("stage_overdue", **case) == expected


def test_a_limit_somebody_chose_outweighs_the_learned_one():
    found = ask("stage_overdue", with_limits(stage_limit=2), rhythm=Rhythm(stage_samples=500, stage_p75_days=90))
    assert found[0] == ("2026-03-04 09:00", "low")


def test_a_deal_says_that_it_is_older_than_any_won_from_that_day_on():
    finding = RULES["stage_overdue"](facts(rhythm=Rhythm(won=10, longest_won_days=60)), DEFAULT)
    assert finding.facts_at(at("2026-05-01 23:59"))["older_than_any_won"] is False
    assert finding.facts_at(at("2026-05-02 00:00"))["older_than_any_won"] is True
    assert finding.next_moment(at("2026-05-01 12:00")) == at("2026-05-02 00:00")


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"opened_on": date(2026, 3, 3)}, [("2026-03-04 09:00", "low"), ("2026-03-10 09:00", "medium")]),
        ({"next_step_due": at("2026-04-01 12:00")}, [("2026-04-02 12:00", "low"), ("2026-04-08 12:00", "medium")]),
        ({"last_step_ended": at("2026-03-20 12:00")}, [("2026-03-23 12:00", "low"), ("2026-03-27 12:00", "medium")]),
    ],
)
def test_no_next_step(case, expected):
    assert ask("no_next_step", **case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        ({"expected_close_on": date(2026, 3, 31)}, [("2026-04-01 09:00", "medium")]),
        # Friday's date has passed on Monday morning.
        ({"expected_close_on": date(2026, 3, 6)}, [("2026-03-09 09:00", "medium")]),
    ],
)
def test_close_date_passed(case, expected):
    assert ask("close_date_passed", **case) == expected


def pushes(*days):
    return tuple(Push(at(f"2026-03-{10 + n} 12:00"), number) for n, number in enumerate(days))


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        ({"pushes": pushes(30)}, None),
        ({"pushes": pushes(60)}, [("2026-03-10 12:00", "medium")]),
        ({"pushes": pushes(7, 7)}, [("2026-03-11 12:00", "medium")]),
        ({"pushes": pushes(7, 7, 7, 7)}, [("2026-03-11 12:00", "medium"), ("2026-03-13 12:00", "high")]),
    ],
)
def test_close_date_slipping(case, expected):
    assert ask("close_date_slipping", **case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        ({"gap": Gap("away", at("2026-03-10 00:00"), at("2026-03-20 00:00"), "Anna")}, [("2026-03-10 09:00", "high")]),
        ({"gap": Gap("left", at("2026-03-07 00:00"), None, "Anna")}, [("2026-03-09 09:00", "high")]),
    ],
)
def test_owner_unavailable(case, expected):
    assert ask("owner_unavailable", **case) == expected


def test_unowned_after_two_working_hours():
    assert ask("unowned", owner_id=None, owner_since=at("2026-03-02 16:00")) == [("2026-03-03 10:00", "high")]
    assert ask("unowned") is None


def test_limits_of_a_team_or_stage_are_used():
    assert ask("reply_overdue", with_limits(reply_first=1), unanswered=ONE) == [("2026-03-02 11:00", "medium")]
    assert ask("no_contact", with_limits(no_contact=1)) == [("2026-03-03 09:00", "medium")]


def test_inquiries_are_watched_by_the_marked_rules_only():
    marked = {"reply_overdue", "meeting_missed", "meeting_unconfirmed", "handoff_pending", "owner_unavailable", "unowned", "introducer_waiting"}
    assert marked == ALSO_INQUIRIES


def test_every_rule_has_its_words():
    from deals.risk import clearing, sentences

    full = facts(
        unanswered=ONE,
        last_from_us=at("2026-03-02 10:00"),
        expected_close_on=date(2026, 3, 6),
        pushes=pushes(7, 7),
        gap=Gap("left", at("2026-03-07 00:00"), None, "Anna"),
        meetings=tuple(meeting("2026-03-02 10:00", outcome) for outcome in ("missed_by_us", "planned")),
        offer=Offer(1, at("2026-03-02 10:00"), 7, "Petra Novak"),
        introducer=Introducer("Iris Vann", untold="opened", untold_at=at("2026-03-02 10:00")),
    )
    rebook = replace(full, meetings=(meeting("2026-03-02 10:00", "missed_by_them"),))
    for rule, ask_it in RULES.items():
        case = {"unowned": replace(full, owner_id=None), "meeting_not_rebooked": rebook}.get(rule, full)
        finding = ask_it(case, DEFAULT)
        assert sentences.say(rule, finding.facts)
        assert isinstance(sentences.detail(rule, finding.facts), str)
        assert clearing.BY_RULE[rule] in clearing.WORDS
        assert rule in sentences.RULE_NAMES
