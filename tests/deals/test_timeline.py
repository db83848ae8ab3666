"""One line of time: everything in order, page by page, with the silences between."""

from datetime import timedelta

import pytest

from accounts.calendars import FALLBACK
from accounts.working_time import working_time
from deals.models import CloseDateChange, SignalEvent, StageChange
from deals.said import is_word
from deals.templatetags.deal_words import event_words
from deals.timeline import timeline
from tests.factories import InteractionFactory, NextStepFactory, SignalFactory, stage

pytestmark = pytest.mark.django_db
CLOCK = working_time(FALLBACK)


def line(deal, now, **more):
    return timeline(deal, clock=CLOCK, now=now, **more)


def test_everything_that_happened_stands_in_one_order(company, now):
    deal = company.deal
    InteractionFactory(deal=deal, at=now - timedelta(hours=1))
    StageChange.objects.create(deal=deal, from_stage=stage("Discovery"), to_stage=stage("Proposal"), at=now - timedelta(hours=2), by=company.owner)
    CloseDateChange.objects.create(deal=deal, old=None, new=now.date(), at=now - timedelta(hours=3))
    NextStepFactory(deal=deal, created_at=now - timedelta(hours=4), due_at=now)
    signal = SignalFactory(deal=deal)
    SignalEvent.objects.create(signal=signal, kind="raised", at=now - timedelta(hours=5), severity=2)
    items = line(deal, now).items
    assert [item.kind for item in items] == ["words", "stage", "close", "step", "signal"]
    assert (items[1].was, items[1].now, items[1].by) == ("Discovery", "Proposal", "Olaf Owner")
    assert items[4].rule == "no_contact"


def test_pages_meet_without_gap_or_repeat_even_at_the_same_moment(company, now):
    for _number in range(7):
        InteractionFactory(deal=company.deal, at=now)
        CloseDateChange.objects.create(deal=company.deal, new=now.date(), at=now)
    seen, token = [], ""
    for _page in range(10):
        shown = line(company.deal, now, token=token, size=3)
        seen += [(item.kind, item.id) for item in shown.items]
        token = shown.earlier
        if not token:
            break
    assert len(seen) == len(set(seen)) == 14


def test_it_asks_two_questions_however_much_happened(company, now, django_assert_num_queries):
    for number in range(30):
        InteractionFactory(deal=company.deal, at=now - timedelta(days=number), contact=company.contact, user=company.owner)
    with django_assert_num_queries(2):
        for item in line(company.deal, now).items:
            assert item.said.them
            assert item.said.us


def test_a_silence_is_counted_in_working_days(company, now):
    InteractionFactory(deal=company.deal, at=now - timedelta(days=28))
    InteractionFactory(deal=company.deal, direction="out", at=now - timedelta(days=1))
    latest, silence, first = line(company.deal, now).items
    assert [latest.kind, silence.kind, first.kind] == ["words", "silence", "words"]
    assert silence.silence == 19
    assert silence.long


def test_the_silence_until_now_is_shown_on_a_deal_that_is_open(company, now):
    InteractionFactory(deal=company.deal, at=now - timedelta(days=7))
    silence, _word = line(company.deal, now).items
    assert (silence.kind, silence.silence, silence.long) == ("silence", 5, False)


def test_a_silence_reaches_over_the_edge_of_a_page(company, now):
    InteractionFactory(deal=company.deal, at=now - timedelta(days=28))
    InteractionFactory(deal=company.deal, at=now - timedelta(days=14))
    first = line(company.deal, now, size=1)
    assert [(item.kind, item.silence) for item in first.items] == [("silence", 10), ("words", 0), ("silence", 10)]
    second = line(company.deal, now, size=1, token=first.earlier)
    assert [item.kind for item in second.items] == ["words"]


def test_a_silence_stands_below_the_person_who_ended_it_not_below_a_machine(company, now):
    """Latest first: their answer, the silence, and what happened meanwhile: an automatic reply, a move."""
    deal = company.deal
    InteractionFactory(deal=deal, direction="out", at=now - timedelta(days=28))
    InteractionFactory(deal=deal, is_human=False, at=now - timedelta(days=27))
    StageChange.objects.create(deal=deal, from_stage=stage("Discovery"), to_stage=stage("Proposal"), at=now - timedelta(days=14))
    InteractionFactory(deal=deal, at=now - timedelta(days=1))
    items = line(deal, now).items
    assert [(item.kind, item.silence) for item in items] == [("words", 0), ("silence", 19), ("stage", 0), ("words", 0), ("words", 0)]
    assert not items[3].said.is_human


def test_the_silence_until_now_stands_below_what_is_still_to_come(company, now):
    InteractionFactory(deal=company.deal, at=now - timedelta(days=14))
    InteractionFactory(deal=company.deal, kind="meeting", direction="out", outcome="planned", at=now + timedelta(days=2))
    assert [item.kind for item in line(company.deal, now).items] == ["words", "silence", "words"]


def test_a_silence_whose_start_is_far_below_stands_on_the_page_that_can_know(company, now):
    InteractionFactory(deal=company.deal, at=now - timedelta(days=28))
    for number in range(1, 4):
        InteractionFactory(deal=company.deal, kind="note", direction="internal", at=now - timedelta(days=number))
    first = line(company.deal, now, size=2)
    assert [item.kind for item in first.items] == ["words", "words"]
    second = line(company.deal, now, size=2, token=first.earlier)
    assert [(item.kind, item.silence) for item in second.items] == [("silence", 20), ("words", 0), ("words", 0)]


def climbs(signal, *moments):
    for level, moment in enumerate(moments, start=signal.level + 1):
        SignalEvent.objects.create(signal=signal, kind="climbed", at=moment, severity=2, level=level)
    signal.level += len(moments)
    signal.save()


def test_climbs_with_nothing_said_between_are_one_line(company, now):
    signal = SignalFactory(deal=company.deal)
    signal.told.add(company.manager, company.executive)
    hour = timedelta(hours=1)
    climbs(signal, now - 300 * hour, now - 292 * hour)
    InteractionFactory(deal=company.deal, kind="note", direction="internal", at=now - 290 * hour)
    climbs(signal, *(now - number * hour for number in range(200, 0, -8)))
    latest, _note, earlier = line(company.deal, now).items
    assert latest.at == now - 8 * hour
    assert event_words(latest) == "Climbed 25 times since 24 February: No contact. Told: Edda Executive, Mona Manager."
    assert event_words(earlier) == "Climbed two times since 19 February: No contact."


def test_a_single_climb_and_those_of_other_signals_stand_alone(company, now):
    climbs(SignalFactory(deal=company.deal), now - timedelta(hours=2))
    climbs(SignalFactory(deal=company.deal, rule="no_next_step"), now - timedelta(hours=1))
    assert [event_words(item) for item in line(company.deal, now).items] == ["Climbed one step: No next step", "Climbed one step: No contact"]


def test_runs_of_climbs_are_paged_without_gap_or_repeat(company, now):
    signal = SignalFactory(deal=company.deal)
    for number in range(4, 0, -1):
        climbs(signal, now - timedelta(hours=2 * number), now - timedelta(hours=2 * number))
        InteractionFactory(deal=company.deal, at=now - timedelta(hours=2 * number - 1))
    seen, token = [], ""
    for _page in range(8):
        shown = line(company.deal, now, token=token, size=1)
        seen += [item.kind for item in shown.items]
        token = shown.earlier
    assert seen == ["words", "signal"] * 4
    assert token == ""


@pytest.mark.parametrize(
    ("facts", "breaks"),
    [
        ({"kind": "email", "direction": "out"}, True),
        ({"kind": "voicemail", "direction": "in"}, True),
        ({"kind": "call", "direction": "in", "outcome": "no_answer"}, True),
        ({"kind": "call", "direction": "out", "outcome": "no_answer"}, False),
        ({"kind": "call", "direction": "out", "outcome": "connected"}, True),
        ({"kind": "meeting", "direction": "out", "outcome": "held"}, True),
        ({"kind": "meeting", "direction": "out", "outcome": "planned"}, False),
        ({"kind": "note", "direction": "internal"}, False),
        ({"kind": "email", "direction": "in", "is_human": False}, False),
    ],
)
def test_only_words_of_people_break_a_silence(facts, breaks):
    assert is_word(InteractionFactory.build(**facts)) is breaks


def test_only_messages_nobody_answered_wait(company, now):
    for hours, facts in (
        (4, {"direction": "in"}),
        (3, {"direction": "out"}),
        (2, {"direction": "in"}),
        (1, {"direction": "out", "kind": "voicemail"}),
    ):
        InteractionFactory(deal=company.deal, at=now - timedelta(hours=hours), **facts)
    assert [item.waits for item in line(company.deal, now).items] == [False, True, False, False]


def test_a_token_that_is_not_ours_gives_the_latest(company, now):
    InteractionFactory(deal=company.deal, at=now)
    assert len(line(company.deal, now, token="forged:token").items) == 1
