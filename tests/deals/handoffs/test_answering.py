"""Accepting, declining and taking back: who may, what it changes, and who hears of it."""

from datetime import timedelta

import pytest

from accounts.models import Absence, Notice
from accounts.refusals import Refused
from deals.models import Task
from deals.services.handoffs import accept_handoff, decline_handoff, expire_handoffs, withdraw_handoff
from deals.services.stages import move_deal
from tests.factories import DealFactory, stage
from tests.giving import give


@pytest.fixture
def later(now):
    return now + timedelta(hours=1)


def told(kind):
    return {notice.user.name: notice for notice in Notice.objects.filter(kind=f"handoff_{kind}").select_related("user")}


def test_who_accepts_owns_it_from_then_on(offer, company, later):
    made = accept_handoff(handoff=offer(), by=company.stranger, now=later)
    company.deal.refresh_from_db()
    assert (company.deal.owner, company.deal.owner_since, company.deal.team) == (company.stranger, later, company.west)
    made.refresh_from_db()
    assert (made.state, made.ended_at, made.ended_by) == ("accepted", later, company.stranger)


def test_the_giver_and_who_offered_it_hear_that_it_was_accepted(offer, company, later):
    accept_handoff(handoff=offer(by=company.manager), by=company.stranger, now=later)
    assert told("accepted").keys() == {"Olaf Owner", "Mona Manager"}
    assert told("accepted")["Olaf Owner"].title == "Sven Stranger accepted Clinics, two more"


def test_of_a_deal_that_was_nobodys_who_offered_it_hears(offer, company, later):
    deal = DealFactory(team=company.east)
    accept_handoff(handoff=offer(deal=deal, by=company.admin), by=company.stranger, now=later)
    assert told("accepted").keys() == {"Ada Admin"}


@pytest.mark.parametrize("who", ["owner", "teammate", "manager", "executive", "admin"])
def test_only_the_named_person_answers(offer, company, later, who):
    made, person = offer(), getattr(company, who)
    with pytest.raises(Refused, match="offered to Sven Stranger, and only they can answer"):
        accept_handoff(handoff=made, by=person, now=later)
    with pytest.raises(Refused, match="only they can answer"):
        decline_handoff(handoff=made, reason="No time", by=person, now=later)


def test_a_cover_does_not_accept_for_them(offer, company, now, later):
    made = offer()
    Absence.objects.create(user=company.stranger, cover=company.teammate, starts_at=now, ends_at=later + timedelta(days=1))
    with pytest.raises(Refused, match="only they can answer"):
        accept_handoff(handoff=made, by=company.teammate, now=later)


def test_somebody_suspended_meanwhile_gets_nothing(offer, company, later):
    made = offer()
    company.stranger.is_active = False
    company.stranger.save()
    with pytest.raises(Refused, match="cannot take deals"):
        accept_handoff(handoff=made, by=company.stranger, now=later)


def test_declining_needs_a_reason_and_leaves_it_with_the_giver(offer, company, later):
    made = offer(by=company.manager)
    with pytest.raises(Refused, match="Say why"):
        decline_handoff(handoff=made, reason="  ", by=company.stranger, now=later)
    decline_handoff(handoff=made, reason=" Full until May. ", by=company.stranger, now=later)
    made.refresh_from_db()
    company.deal.refresh_from_db()
    assert (made.state, made.reason, company.deal.owner) == ("declined", "Full until May.", company.owner)
    assert told("declined").keys() == {"Olaf Owner", "Mona Manager"}
    assert told("declined")["Olaf Owner"].body == "“Full until May.”\nIt stays with Olaf Owner. Answer yourself, or offer it to somebody else."


def test_a_reason_is_not_cut_off(offer, company, later):
    with pytest.raises(Refused, match="at most 500"):
        decline_handoff(handoff=offer(), reason="x" * 501, by=company.stranger, now=later)


@pytest.mark.parametrize("who", ["owner", "manager", "executive", "admin"])
def test_it_is_taken_back_by_the_giver_and_their_line(offer, company, later, who):
    made = offer()
    withdraw_handoff(handoff=made, by=getattr(company, who), now=later)
    made.refresh_from_db()
    assert (made.state, made.ended_by) == ("withdrawn", getattr(company, who))
    assert told("withdrawn").keys() == {"Sven Stranger", "Olaf Owner"} - {getattr(company, who).name}


def test_who_offered_it_takes_it_back_though_their_task_is_done(offer, company, now, later):
    task = Task.objects.create(kind="answer_or_pass_on", title="x", assignee=company.teammate, deal=company.deal, due_at=later, created_at=now)
    made = offer(by=company.teammate)
    task.delete()
    assert withdraw_handoff(handoff=made, by=company.teammate, now=later).state == "withdrawn"


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_others_do_not_take_it_back(offer, company, later, who):
    with pytest.raises(Refused, match="can take it back"):
        withdraw_handoff(handoff=offer(), by=getattr(company, who), now=later)


def test_after_it_ended_it_can_be_offered_anew(offer, company, later):
    decline_handoff(handoff=offer(), reason="No time", by=company.stranger, now=later)
    assert offer(to=company.teammate, now=later).state == "offered"


def test_passing_it_on_is_done_once_somebody_accepted(offer, company, now, later):
    task = Task.objects.create(kind="answer_or_pass_on", title="x", assignee=company.teammate, deal=company.deal, due_at=later, created_at=now)
    made = offer(by=company.teammate)
    task.refresh_from_db()
    assert task.ended_at is None
    accept_handoff(handoff=made, by=company.stranger, now=later)
    task.refresh_from_db()
    assert (task.ended_at, task.done_by) == (later, company.teammate)


def test_what_ended_meanwhile_is_said_in_words(offer, company, now, later):
    def again(made):
        with pytest.raises(Refused) as refused:
            accept_handoff(handoff=made, by=company.stranger, now=later)
        return str(refused.value)

    taken_back = offer()
    withdraw_handoff(handoff=taken_back, by=company.owner, now=later)
    assert again(taken_back) == "Olaf Owner took the offer back."
    declined = offer()
    decline_handoff(handoff=declined, reason="No", by=company.stranger, now=later)
    assert "Sven Stranger has declined it." in again(declined)
    late = offer()
    expire_handoffs(late.expires_at)
    assert "Nobody answered in time" in again(late)
    given = offer()
    give(company.deal, company.teammate, by=company.manager, now=later)
    assert again(given) == "The deal got another owner, and the offer ended with that."
    won = offer(by=company.teammate, now=later)
    move_deal(deal=company.deal, stage=stage("Won"), by=company.teammate, now=later)
    assert again(won) == "The deal was closed, and the offer ended with it."


def test_accepting_twice_changes_nothing_more(offer, company, later):
    made = accept_handoff(handoff=offer(), by=company.stranger, now=later)
    with pytest.raises(Refused, match="Sven Stranger has accepted it"):
        accept_handoff(handoff=made, by=company.stranger, now=later + timedelta(hours=1))
    company.deal.refresh_from_db()
    assert company.deal.owner_since == later
