"""How a meeting went: said once, corrected, taken back; the apology for one we missed."""

from datetime import timedelta

import pytest

from accounts.refusals import Refused
from deals.models import Interaction
from deals.services.interactions import log_interaction, withdraw_interaction
from deals.services.meetings import Before, record_apology, say_outcome, take_back_apology, take_back_outcome
from deals.today.way_back import about_outcome, take_back, token
from tests.at_once import at_once
from tests.deals.meetings.conftest import again, at, make_ended, rules
from tests.factories import make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def say(company, meeting, now):
    """Says how the meeting went, as the owner and now."""

    def say(outcome, **facts):
        return say_outcome(**{"meeting": meeting, "outcome": outcome, "by": company.owner, "now": now} | facts)

    return say


@pytest.mark.parametrize("outcome", ["held", "missed_by_us", "missed_by_them", "cancelled_by_us", "cancelled_by_them", "cancelled"])
def test_who_said_it_and_when_is_kept(say, company, outcome, now):
    said = say(outcome)
    assert (said.outcome, said.outcome_said_by, said.outcome_said_at) == (outcome, company.owner, now)


def test_said_again_nothing_changes(say, company, now):
    say("held")
    said = say("held", by=company.manager, now=now + timedelta(hours=1))
    assert (said.outcome_said_by, said.outcome_said_at) == (company.owner, now)


def test_what_a_calendar_wrote_a_person_may_say_too(say, meeting, company):
    Interaction.objects.update(outcome="cancelled_by_them")
    assert say("cancelled_by_them").outcome_said_by == company.owner


def test_it_is_corrected(say, company, now):
    say("held")
    said = say("missed_by_us", by=company.manager)
    assert (said.outcome, said.outcome_said_by) == ("missed_by_us", company.manager)


def test_an_old_click_corrects_nobody(say, company):
    say("missed_by_us", by=company.manager)
    with pytest.raises(Refused, match="Mona Manager has said it already: “We were not there”"):
        say("held", first=True)


@pytest.mark.parametrize("outcome", ["held", "missed_by_us", "missed_by_them"])
def test_nothing_is_held_or_missed_before_it_began(say, outcome):
    with pytest.raises(Refused, match="not begun"):
        say(outcome, now=at(3, 9))


def test_it_is_called_off_before_it_began(say):
    assert say("cancelled_by_them", now=at(3, 9)).outcome == "cancelled_by_them"


def test_held_earlier_than_planned_it_ended_when_it_was_said(say):
    assert say("held", now=at(3, 10, 20)).ends_at == at(3, 10, 20)


@pytest.mark.parametrize("outcome", ["", "planned", "moved", "connected", "nonsense"])
def test_other_words_are_none(say, outcome):
    with pytest.raises(Refused, match="Say how it went"):
        say(outcome)


def test_what_was_withdrawn_is_refused_in_words(say, meeting, company, now):
    withdraw_interaction(interaction=meeting, by=company.owner, now=now)
    with pytest.raises(Refused, match="taken back"):
        say("held")


def test_a_call_is_no_meeting(company, now):
    call = log_interaction(deal=company.deal, kind="call", direction="out", outcome="connected", by=company.owner, now=now)
    with pytest.raises(Refused, match="no meeting"):
        say_outcome(meeting=call, outcome="held", by=company.owner, now=now)


def test_a_note_stands_below_what_was_there(say):
    Interaction.objects.update(body="Agenda")
    assert say("held", note=" They want two clinics. ").body == "Agenda\n\nThey want two clinics."


def test_said_again_with_words_the_words_are_kept(say, company):
    say("held", note="They want two clinics.")
    assert say("held", by=company.manager, note="And a third in May.\r\n").body == "They want two clinics.\n\nAnd a third in May."


def test_a_form_sent_twice_keeps_its_words_once(say):
    for _click in range(2):
        said = say("held", note="Two clinics.\r\nAnd a third.")
    assert said.body == "Two clinics.\nAnd a third."


def test_what_somebody_added_later_stays_when_it_is_taken_back(say, company, meeting, now):
    before = Before.of(meeting)
    after = say("held", note="Went well")
    known = about_outcome(after, before)
    say("held", by=company.manager, note="They want two clinics.")
    take_back(token("meeting_said", *known), by=company.owner, now=now)
    assert (again(meeting).outcome, again(meeting).body) == ("planned", "They want two clinics.")


def test_a_meeting_logged_with_its_outcome_has_said_it(company, now):
    said = log_interaction(deal=company.deal, kind="meeting", direction="out", outcome="missed_by_us", by=company.owner, now=now)
    assert (said.outcome_said_by, said.outcome_said_at) == (company.owner, now)
    assert "meeting_missed" in rules(company.deal)


def test_what_was_said_is_taken_back(say, company, meeting, now):
    before = Before.of(meeting)
    say("held", now=at(3, 10, 10), note="Went well")
    back = take_back_outcome(meeting=meeting, before=before, said_at=at(3, 10, 10), by=company.owner, now=now)
    assert (back.outcome, back.outcome_said_at, back.outcome_said_by, back.ends_at, back.body) == ("planned", None, None, at(3, 10, 30), "")


def test_what_somebody_said_otherwise_since_is_not_taken_back(say, company, meeting, now):
    before = Before.of(meeting)
    say("held")
    say("missed_by_us", by=company.manager, now=now + timedelta(minutes=1))
    with pytest.raises(Refused, match="since"):
        take_back_outcome(meeting=meeting, before=before, said_at=now, by=company.owner, now=now)


def test_taking_back_brings_back_what_it_had_settled(say, company, meeting, now):
    say_outcome(meeting=make_ended(company, start=at(2, 10)), outcome="held", by=company.owner, now=at(2, 12))
    from deals.risk.refresh import refresh

    refresh([company.deal.pk], now)
    assert "meeting_unconfirmed" in rules(company.deal)
    signal = company.deal.signals.get(rule="meeting_unconfirmed", state="raised")
    before = Before.of(meeting)
    say("held")
    assert "meeting_unconfirmed" not in rules(company.deal)
    take_back_outcome(meeting=meeting, before=before, said_at=now, by=company.owner, now=now + timedelta(minutes=1))
    assert company.deal.signals.get(rule="meeting_unconfirmed", state="raised") == signal


def test_an_apology_and_a_new_date_settle_a_missed_meeting(say, plan, company, now):
    missed = say("missed_by_us")
    assert "meeting_missed" in rules(company.deal)
    record_apology(meeting=missed, words="Called her.", by=company.manager, now=now)
    assert "meeting_missed" in rules(company.deal)
    plan(follows=missed)
    assert "meeting_missed" not in rules(company.deal)
    assert (again(missed).apologised_by, again(missed).apology) == (company.manager, "Called her.")


def test_a_second_apology_changes_nothing(say, company, now):
    missed = say("missed_by_us")
    record_apology(meeting=missed, words="Called her.", by=company.owner, now=now)
    assert record_apology(meeting=missed, words="Wrote, too.", by=company.manager, now=now).apology == "Called her."


@pytest.mark.parametrize("outcome", ["held", "missed_by_them", "cancelled_by_us"])
def test_there_is_no_apology_for_what_we_did_not_miss(say, company, outcome, now):
    with pytest.raises(Refused, match="we were not there"):
        record_apology(meeting=say(outcome), words="Sorry", by=company.owner, now=now)


def test_an_apology_is_taken_back(say, company, now):
    missed = record_apology(meeting=say("missed_by_us"), words="Called her.", by=company.owner, now=now)
    back = take_back_apology(meeting=missed, by=company.owner, now=now)
    assert (back.apologised_at, back.apologised_by, back.apology) == (None, None, "")
    assert take_back_apology(meeting=missed, by=company.owner, now=now) == back


def test_a_correction_takes_an_apology_off_only_by_saying_so(say, company, now):
    record_apology(meeting=say("missed_by_us"), words="Called her.", by=company.owner, now=now)
    with pytest.raises(Refused, match="apology is recorded"):
        say("held")
    said = say("held", without_apology=True)
    assert (said.outcome, said.apologised_at, said.apology) == ("held", None, "")


@pytest.mark.django_db(transaction=True)
def test_two_who_say_it_at_once_make_one_word(now):
    company = make_company()
    meeting = make_ended(company)
    found = at_once(
        lambda: say_outcome(meeting=meeting, outcome="held", by=company.owner, now=now, first=True),
        lambda: say_outcome(meeting=meeting, outcome="missed_by_us", by=company.manager, now=now, first=True),
    )
    assert [type(one) for one in found] == [Refused]


@pytest.mark.django_db(transaction=True)
def test_an_apology_and_its_correction_at_once_keep_the_rule_of_the_database(now):
    company = make_company()
    meeting = say_outcome(meeting=make_ended(company), outcome="missed_by_us", by=company.owner, now=now)
    at_once(
        lambda: record_apology(meeting=meeting, words="Called her.", by=company.owner, now=now),
        lambda: say_outcome(meeting=meeting, outcome="held", by=company.manager, now=now),
    )
    after = again(meeting)
    assert (after.apologised_at is not None) == (after.outcome == "missed_by_us")


def test_a_note_as_long_as_a_book_is_refused(say, meeting):
    with pytest.raises(Refused, match="at most 20000 characters"):
        say("held", note="x" * 20_001)
    assert again(meeting).outcome == "planned"
