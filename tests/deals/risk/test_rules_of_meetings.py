"""Meetings, handoffs, introducers and chases by their tables."""

import pytest

from deals.risk.facts import Introducer, Offer
from deals.risk.policy import DEFAULT
from deals.risk.rules import RULES
from tests.deals.risk.makers import at, facts, meeting, message, steps


def ask(rule, **changes):
    finding = RULES[rule](facts(**changes), DEFAULT)
    return steps(finding) if finding else None


def owed(rule, **changes):
    """The tasks that come with it: kind, since, hours, whose."""
    finding = RULES[rule](facts(**changes), DEFAULT)
    return [(duty.kind, duty.worked.total_seconds() / 3600, duty.user_id) for duty in finding.duties]


MISSED = meeting("2026-03-02 11:00", "missed_by_us", said="2026-03-03 11:00")
SORRY = meeting("2026-03-02 11:00", "missed_by_us", said="2026-03-03 11:00", apologised_at=at("2026-03-03 12:00"))
LATER = meeting("2026-03-12 11:00", id=2)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        ({"meetings": (meeting("2026-03-02 11:00"),)}, None),
        # High as soon as somebody said so; critical when the apology is overdue.
        ({"meetings": (MISSED,)}, [("2026-03-03 11:00", "high"), ("2026-03-03 13:00", "critical")]),
        # Said at night: with the next working day.
        (
            {"meetings": (meeting("2026-03-02 11:00", "missed_by_us", said="2026-03-03 22:00"),)},
            [("2026-03-04 09:00", "high"), ("2026-03-04 11:00", "critical")],
        ),
        # The apology is made, the new date is owed within eight hours; and the other way round.
        ({"meetings": (SORRY,)}, [("2026-03-03 11:00", "high"), ("2026-03-04 11:00", "critical")]),
        ({"meetings": (MISSED, LATER)}, [("2026-03-03 11:00", "high"), ("2026-03-03 13:00", "critical")]),
        # Both: settled, whether the new one lies ahead or was held.
        ({"meetings": (SORRY, LATER)}, None),
        ({"meetings": (SORRY,), "last_held": at("2026-03-05 11:00")}, None),
        # A meeting that was held before the missed one is no new date.
        ({"meetings": (SORRY,), "last_held": at("2026-03-01 11:00")}, [("2026-03-03 11:00", "high"), ("2026-03-04 11:00", "critical")]),
        # The new one was missed, too: that one is owed for now.
        (
            {"meetings": (SORRY, meeting("2026-03-12 11:00", "missed_by_us", said="2026-03-12 12:00", id=2))},
            [("2026-03-12 12:00", "high"), ("2026-03-12 14:00", "critical")],
        ),
    ],
)
def test_meeting_missed(case, expected):
    assert ask("meeting_missed", **case) == expected


def test_a_missed_meeting_comes_with_an_apology_and_a_new_date_as_long_as_each_is_owed():
    assert owed("meeting_missed", meetings=(MISSED,)) == [("apologise", 2, None), ("rebook", 8, None)]
    assert owed("meeting_missed", meetings=(SORRY,)) == [("rebook", 8, None)]
    assert owed("meeting_missed", meetings=(MISSED, LATER)) == [("apologise", 2, None)]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        # The clocks went forward on 8 March.
        ({"meetings": (meeting("2026-03-11 15:30"),)}, [("2026-03-12 09:30", "low"), ("2026-03-12 15:30", "medium")]),
        ({"meetings": (meeting("2026-03-11 15:30"), LATER)}, [("2026-03-12 09:30", "low"), ("2026-03-12 15:30", "medium")]),
        ({"meetings": (MISSED,)}, None),
    ],
)
def test_meeting_unconfirmed(case, expected):
    assert ask("meeting_unconfirmed", **case) == expected


THEIRS = meeting("2026-03-02 11:00", "missed_by_them", said="2026-03-02 11:00")


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({}, None),
        ({"meetings": (THEIRS,)}, [("2026-03-04 11:00", "medium")]),
        ({"meetings": (meeting("2026-03-09 11:00", "cancelled_by_them", said="2026-03-02 11:00"),)}, [("2026-03-04 11:00", "medium")]),
        ({"meetings": (THEIRS, LATER)}, None),
        ({"meetings": (THEIRS,), "last_from_them": at("2026-03-02 12:00")}, None),
        ({"meetings": (THEIRS,), "last_from_them": at("2026-03-02 10:00")}, [("2026-03-04 11:00", "medium")]),
        ({"meetings": (MISSED,)}, None),
    ],
)
def test_meeting_not_rebooked(case, expected):
    assert ask("meeting_not_rebooked", **case) == expected


def test_an_offered_handoff_is_due_after_four_working_hours():
    assert ask("handoff_pending", offer=Offer(1, at("2026-03-02 15:00"), 7, "Petra Novak")) == [("2026-03-03 11:00", "high")]
    assert ask("handoff_pending") is None


ASKED = message("2026-03-03 14:00", contact="Iris Vann")


@pytest.mark.parametrize(
    ("introducer", "expected"),
    [
        (None, None),
        ({}, None),
        ({"untold": "opened", "untold_at": at("2026-03-02 10:00")}, [("2026-03-09 10:00", "medium")]),
        ({"asked": (ASKED,)}, [("2026-03-04 10:00", "high")]),
        ({"untold": "opened", "untold_at": at("2026-03-02 10:00"), "asked": (ASKED,)}, [("2026-03-04 10:00", "high")]),
        # Asked when the five days were over already: it gets worse four hours later.
        (
            {"untold": "opened", "untold_at": at("2026-02-17 10:00"), "asked": (ASKED,)},
            [("2026-02-24 10:00", "medium"), ("2026-03-04 10:00", "high")],
        ),
        # They turn to somebody else of ours: at once.
        ({"asked": (ASKED, message("2026-03-03 15:00", user_id=9))}, [("2026-03-03 15:00", "critical")]),
        ({"asked": (ASKED, message("2026-03-03 15:00"))}, [("2026-03-04 10:00", "high")]),
    ],
)
def test_introducer_waiting(introducer, expected):
    case = Introducer("Iris Vann", **introducer) if introducer is not None else None
    assert ask("introducer_waiting", introducer=case) == expected


@pytest.mark.parametrize(
    ("meetings", "is_chase"),
    [
        ((), False),
        ((MISSED,), True),
        ((SORRY, LATER), False),
        # Nobody said how it went for longer than the rule allows; just after the meeting it is no chase.
        ((meeting("2026-03-04 12:00"),), True),
        ((meeting("2026-03-05 09:30"),), False),
    ],
)
def test_a_first_message_to_somebody_else_is_a_chase_where_a_meeting_is_missed_or_unconfirmed(meetings, is_chase):
    to_another = message("2026-03-05 10:00", user_id=9)
    steps_then = ask("reply_overdue", unanswered=(to_another,), meetings=meetings)
    assert (steps_then[0] == ("2026-03-05 10:00", "critical")) == is_chase


def test_a_message_to_who_answered_for_the_deal_when_it_came_is_no_chase():
    first = message("2026-03-03 10:00")
    to_owner_of_before = message("2026-03-03 11:00", user_id=9)
    assert ask("reply_overdue", unanswered=(first, to_owner_of_before), owner_since=at("2026-03-03 12:00")) == [("2026-03-04 10:00", "high")]
    to_cover = message("2026-03-03 11:00", user_id=9, to_cover=True)
    assert ask("reply_overdue", unanswered=(first, to_cover)) == [("2026-03-04 10:00", "high")]


def test_each_person_who_was_turned_to_answers_or_passes_it_on():
    first, again = message("2026-03-02 10:00"), message("2026-03-02 11:00", id=2, user_id=9)
    third = message("2026-03-02 12:00", id=3, user_id=8)
    chased = {"unanswered": (first, again, third, message("2026-03-02 12:30", id=4, user_id=9))}
    assert owed("reply_overdue", **chased) == [("answer_or_pass_on", 4, 9), ("answer_or_pass_on", 4, 8)]
    assert owed("reply_overdue", unanswered=(first,)) == []
