"""Where meetings stand: the deal's panel, what is owed and what happened; the risk desk; the log form; files of past activities."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.customers.said import words_alone
from deals.deal_people import people_on
from deals.forms import LogForm
from deals.meetings_on import meetings_on
from deals.models import Interaction
from deals.one_deal import deal_or_404
from deals.risk.refresh import refresh
from deals.services.imports.activities import OUTCOME_OF, ActivityWriter
from deals.services.interactions import withdraw_interaction
from deals.services.meetings import record_apology, say_outcome
from tests.deals.meetings.conftest import at, make_ended

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(company):
    return make_ended(company, start=timezone.now() - timedelta(days=5))


@pytest.fixture
def page(client, company):
    client.force_login(company.owner)
    return lambda: re.sub(r"\s+", " ", client.get(company.deal.get_absolute_url()).content.decode())


@pytest.fixture
def on_deal(company, now):
    return lambda: meetings_on(deal_or_404(company.owner, company.deal.pk), now)


def test_a_deal_without_meetings_asks_nothing(company, now, django_assert_num_queries):
    deal = deal_or_404(company.owner, company.deal.pk)
    with django_assert_num_queries(0):
        assert meetings_on(deal, now) is None


def test_all_of_them_cost_one_query(company, plan, meeting, now, django_assert_num_queries):
    plan()
    deal = deal_or_404(company.owner, company.deal.pk)
    meetings_on(deal, now)
    with django_assert_num_queries(1):
        assert meetings_on(deal, now).to_come


def test_those_planned_by_hand_stand_among_the_others(on_deal, plan, meeting):
    to_come = plan()
    found = on_deal()
    assert [line.said.pk for line in found.to_come] == [to_come.pk]
    assert [line.said.pk for line in found.before] == [meeting.pk]


def test_what_was_withdrawn_is_not_shown(company, on_deal, meeting, now):
    withdraw_interaction(interaction=meeting, by=company.owner, now=now)
    assert on_deal() is None


def test_what_is_called_off_ahead_stands_among_those_before(company, on_deal, plan, now):
    meeting = plan()
    say_outcome(meeting=meeting, outcome="cancelled_by_them", by=company.owner, now=now)
    found = on_deal()
    assert (found.to_come, [line.said.pk for line in found.before]) == ([], [meeting.pk])


def test_beyond_what_is_shown_they_are_counted(on_deal, plan):
    for day in (5, 6, 9, 10, 11, 12):
        plan(starts_at=at(day, 10), ends_at=at(day, 11))
    found = on_deal()
    assert (len(found.to_come), found.more) == (5, 1)


def test_however_many_are_planned_by_hand_each_is_counted(on_deal, plan):
    for day in range(5, 22):
        plan(starts_at=at(day, 10), ends_at=at(day, 11))
    found = on_deal()
    assert (len(found.to_come), found.more) == (5, 12)
    assert [line.at for line in found.to_come] == [at(day, 10) for day in range(5, 10)]


def test_the_panel_tells_who_said_it_and_the_apology(company, ended, page):
    say_outcome(meeting=ended, outcome="missed_by_us", by=company.manager, now=timezone.now())
    record_apology(meeting=ended, words="Called her.", by=company.executive, now=timezone.now())
    words = page()
    assert "we were not there" in words
    assert "Mona Manager said so" in words
    assert "Edda Executive apologised" in words
    assert "Apologised for the meeting of" in words


def test_what_is_owed_is_said_with_one_click(company, ended, page):
    refresh([company.deal.pk], timezone.now())
    assert f'action="{reverse("meeting-said", args=[ended.pk])}"' in page()


def test_the_risk_desk_leads_to_what_settles_it(company, ended, client):
    refresh([company.deal.pk], timezone.now())
    client.force_login(company.owner)
    row = {"HX-Request": "true", "HX-Current-URL": "http://testserver/risk/", "HX-Target": f"at-risk-{company.deal.pk}-form"}
    panel = client.get(company.deal.get_absolute_url() + "owed/", headers=row).content.decode()
    assert f'href="{reverse("meeting-said", args=[ended.pk])}#answer"' in panel
    assert "Say how it went" in panel


@pytest.mark.parametrize("outcome", ["planned", "missed_by_us", "missed_by_them", "cancelled_by_us", "cancelled_by_them", "cancelled", "moved"])
def test_what_did_not_take_place_is_no_word(company, meeting, outcome):
    Interaction.objects.update(outcome=outcome)
    assert not words_alone(Interaction.objects.all()).exists()
    assert people_on(company.deal)[0].last_word is None


def test_a_held_one_is_a_word(company, meeting):
    Interaction.objects.update(outcome="held")
    assert words_alone(Interaction.objects.all()).get() == meeting
    assert people_on(company.deal)[0].last_word == meeting.ends_at


@pytest.mark.parametrize("outcome", ["missed_by_them", "missed_by_us", "cancelled_by_them", "cancelled_by_us"])
def test_the_log_form_knows_who_missed_it(client, company, outcome):
    assert outcome in dict(LogForm.base_fields["meeting_outcome"].choices)
    client.force_login(company.owner)
    client.post(reverse("deal-log", args=[company.deal.pk]), {"kind": "meeting", "meeting_outcome": outcome, "direction": "out"})
    said = Interaction.objects.get(kind="meeting")
    assert (said.outcome, said.outcome_said_by) == (outcome, company.owner)


@pytest.mark.parametrize(
    ("word", "kind", "outcome"),
    [
        ("noshow", "meeting", "missed_by_them"),
        ("rescheduled", "meeting", "moved"),
        ("abgesagt", "meeting", "cancelled"),
        ("missed", "meeting", "cancelled"),
        ("noshow", "call", "cancelled"),
    ],
)
def test_files_say_it_in_their_own_words(word, kind, outcome):
    class Line:
        values = {}

        def text(self, _name):
            return word

    assert word in OUTCOME_OF
    assert ActivityWriter._outcome(None if kind == "meeting" else ActivityWriter.__new__(ActivityWriter), Line(), kind, at(3, 10)) == outcome
