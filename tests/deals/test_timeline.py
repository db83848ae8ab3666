"""One line of time: everything in order, page by page, with the silences between."""

from datetime import timedelta

import pytest

from accounts.calendars import FALLBACK
from accounts.working_time import working_time
from deals.models import CloseDateChange, SignalEvent, StageChange
from deals.timeline import is_word, timeline
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
            assert item.said.contact.name
            assert item.said.user.name


def test_a_silence_is_counted_in_working_days(company, now):
    InteractionFactory(deal=company.deal, at=now - timedelta(days=28))
    InteractionFactory(deal=company.deal, direction="out", at=now - timedelta(days=1))
    latest, first = line(company.deal, now).items
    assert latest.silence == 0
    assert first.silence == 19
    assert first.long


def test_the_silence_until_now_is_shown_on_a_deal_that_is_open(company, now):
    InteractionFactory(deal=company.deal, at=now - timedelta(days=7))
    (item,) = line(company.deal, now).items
    assert (item.silence, item.long) == (5, False)


def test_a_silence_reaches_over_the_edge_of_a_page(company, now):
    InteractionFactory(deal=company.deal, at=now - timedelta(days=28))
    InteractionFactory(deal=company.deal, at=now - timedelta(days=14))
    first = line(company.deal, now, size=1)
    second = line(company.deal, now, size=1, token=first.earlier)
    assert second.items[0].silence == 10


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
