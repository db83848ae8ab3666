"""Words of a day, pure: when it is due, what a message may want, about how long it takes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from deals.risk.rules import RULES
from deals.today import estimate, words
from deals.today.kinds import ANSWER, KINDS, OF_RULE

# A Wednesday.
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def at(day, hour, minute=0, month=3, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(4, 11, 30), "due 11:30"),
        (at(5, 9), "due tomorrow"),
        (at(6, 9), "due Fri"),
        (at(10, 9), "due Tue"),
        (at(11, 9), "due 11 Mar"),
        (at(4, 10), "since 10:00"),
        (at(4, 9, 5), "since 09:05"),
        (at(3, 23, 59), "since yesterday 23:59"),
        (at(1, 10), "since Sun 10:00"),
        (at(26, 10, month=2), "since Thu 10:00"),
        (at(25, 10, month=2), "since 25 Feb"),
        (at(30, 10, month=12, year=2025), "since 30 Dec 2025"),
    ],
)
def test_when_it_falls_due(moment, said):
    assert words.due(moment, NOW) == said


def test_days_are_those_of_the_readers_clock():
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert words.due(at(4, 15, 30), NOW) == "due tomorrow"
        assert words.end_of_day(NOW) == at(4, 15)
        assert words.evening_before(NOW) == at(3, 9)


def test_a_day_ends_at_midnight_when_the_clocks_change():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert words.end_of_day(at(28, 12)) == at(28, 23)
        assert words.end_of_day(at(29, 12)) == at(29, 22)


@pytest.mark.parametrize(
    ("moment", "said"), [(at(4, 9), "09:00"), (at(3, 9), "yesterday"), (at(27, 9, month=2), "Friday"), (at(10, 9, month=2), "10 February")]
)
def test_how_long_the_first_has_waited(moment, said):
    assert words.waited_since(moment, NOW) == said


@pytest.mark.parametrize(
    ("moment", "all_day", "said"),
    [(at(4, 11), False, "11:00"), (at(5, 17), True, "tomorrow"), (at(6, 14), False, "Fri 14:00"), (at(12, 14), False, "12 Mar")],
)
def test_what_comes_next(moment, all_day, said):
    assert words.coming(moment, NOW, all_day=all_day) == said


@pytest.mark.parametrize(
    ("body", "needs_none"),
    [
        ("Thanks, that works for us.", True),
        ("Hello Tom, perfect, thank you. Kind regards Pam Ito", True),
        ("Danke, passt.", True),
        ("Thanks! Could you resend the rate card?", False),
        ("Thank you. Please send the contract.", False),
        ("Is anybody there?", False),
        ("We decided on another vendor.", False),
        ("", False),
        ("Great. " + "We have thought about the second site at length. " * 3, False),
    ],
)
def test_a_message_that_only_thanks_may_need_no_answer(body, needs_none):
    assert words.may_need_none(body) is needs_none


@pytest.mark.parametrize(
    ("body", "subject", "first"),
    [
        ("Hello Tom,\n\nwhen can we talk?\n\nKind regards\nJonas Berg", "Re: offer", "when can we talk?"),
        ("Dear Ms Reeves, is anybody there?", "", "is anybody there?"),
        ("Hi! Any news?", "", "Any news?"),
        ("", "Rate card", "Rate card"),
        ("Hibernation is over.", "", "Hibernation is over."),
    ],
)
def test_the_first_words_are_those_that_say_something(body, subject, first):
    assert words.first_words(body, subject) == first


def test_long_words_end_at_a_word():
    first = words.first_words("measuring " * 40, "")
    assert len(first) <= words.FIRST_WORDS
    assert first.endswith("measuring…")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, ""),
        (2, "five minutes"),
        (10, "ten minutes"),
        (20, "twenty minutes"),
        (30, "half an hour"),
        (41, "forty minutes"),
        (60, "an hour"),
        (90, "an hour and a half"),
        (115, "two hours"),
        (150, "two and a half hours"),
        (200, "three hours"),
        (420, "seven hours"),
        (421, "more than a day"),
    ],
)
def test_an_estimate_is_said_calmly(minutes, said):
    assert estimate.in_words(minutes) == said


def test_who_waits_is_not_part_of_the_rest():
    assert estimate.minutes_of({ANSWER: 4}) == 0
    assert estimate.minutes_of({"task": 2, "close-date": 1}) == 2 * KINDS["task"].minutes + KINDS["close-date"].minutes


def test_every_rule_asks_for_a_duty_that_is_known():
    assert set(OF_RULE) == set(RULES)
    assert set(OF_RULE.values()) <= set(KINDS)
