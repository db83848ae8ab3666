"""Agreeing on a meeting, moving it, and a new date for one that did not take place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Departure
from accounts.refusals import Refused
from deals.models import DealContact, Interaction
from deals.services.meetings import Before, move_meeting, plan_meeting, say_outcome, take_back_move
from deals.services.merging import merge_contacts
from tests.at_once import at_once
from tests.deals.meetings.conftest import again, at, make_ended
from tests.factories import ContactFactory, DealFactory, make_company

pytestmark = pytest.mark.django_db


def test_a_meeting_is_planned_with_all_of_theirs(plan, company):
    second = ContactFactory(account=company.account)
    meeting = plan(contacts=[company.contact, second])
    assert (meeting.kind, meeting.outcome, meeting.contact, list(meeting.others.all())) == ("meeting", "planned", company.contact, [second])
    assert (meeting.user, meeting.account, meeting.subject) == (company.owner, company.account, "Walk through the quote")
    assert DealContact.objects.filter(deal=company.deal, contact=second).exists()


def test_a_second_click_plans_no_second_one(plan):
    assert plan() == plan()
    assert Interaction.objects.filter(kind="meeting").count() == 1


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"ends_at": at(5, 9)}, "before it begins"),
        ({"starts_at": at(3, 10), "ends_at": at(3, 11)}, "has passed"),
        ({"ends_at": at(5, 10) + timedelta(days=40)}, "month"),
    ],
)
def test_a_time_that_is_none_is_refused(plan, facts, words):
    with pytest.raises(Refused, match=words):
        plan(**facts)


def test_nobody_who_has_left_goes_to_a_meeting(plan, company, now):
    Departure.objects.create(user=company.owner, last_day=now.date(), leaves_at=now - timedelta(hours=1))
    with pytest.raises(Refused, match="does not work here"):
        plan()


def test_a_contact_who_was_merged_is_refused(plan, company, now):
    double = ContactFactory(account=company.account)
    merge_contacts(keep=company.contact, gone=double, by=company.manager, now=now)
    with pytest.raises(Refused, match="not here any more"):
        plan(contacts=[double])


def test_a_new_date_follows_the_meeting_it_is_for(plan, company, meeting, now):
    say_outcome(meeting=meeting, outcome="missed_by_them", by=company.owner, now=now)
    new = plan(follows=meeting, title="")
    assert (new.follows, new.subject) == (meeting, meeting.subject)


def test_a_new_date_that_stands_already_is_found(plan, company, meeting, now):
    """A calendar may have brought it before somebody says that it is the new date."""
    there = plan()
    say_outcome(meeting=meeting, outcome="missed_by_them", by=company.owner, now=now)
    assert plan(follows=meeting) == there
    assert again(there).follows == meeting


def test_it_follows_none_of_another_deal(plan, company, meeting):
    other = DealFactory(owner=company.owner)
    with pytest.raises(Refused, match="another deal"):
        plan(deal=other, follows=meeting)


def test_a_moved_meeting_keeps_its_people(plan, company, now):
    second = ContactFactory(account=company.account)
    old = plan(contacts=[company.contact, second])
    new = move_meeting(meeting=old, starts_at=at(6, 9), ends_at=at(6, 10), by=company.teammate, now=now)
    assert (again(old).outcome, again(old).outcome_said_by) == ("moved", company.teammate)
    assert (new.follows, new.outcome, new.contact, list(new.others.all()), new.user) == (old, "planned", company.contact, [second], company.owner)


def test_a_second_click_moves_it_once(plan, company, now):
    old = plan()
    facts = {"starts_at": at(6, 9), "ends_at": at(6, 10), "by": company.owner, "now": now}
    assert move_meeting(meeting=old, **facts) == move_meeting(meeting=old, **facts)
    assert Interaction.objects.filter(kind="meeting").count() == 2


def test_what_was_moved_is_not_moved_elsewhere(plan, company, now):
    old = plan()
    move_meeting(meeting=old, starts_at=at(6, 9), ends_at=at(6, 10), by=company.owner, now=now)
    with pytest.raises(Refused, match="the one that follows"):
        move_meeting(meeting=old, starts_at=at(9, 9), ends_at=at(9, 10), by=company.owner, now=now)


@pytest.mark.parametrize("outcome", ["held", "missed_by_us", "missed_by_them"])
def test_what_is_over_gets_a_new_date_and_is_not_moved(company, meeting, now, outcome):
    say_outcome(meeting=meeting, outcome=outcome, by=company.owner, now=now)
    with pytest.raises(Refused, match="new date"):
        move_meeting(meeting=meeting, starts_at=at(6, 9), ends_at=at(6, 10), by=company.owner, now=now)


def test_moving_is_taken_back(plan, company, now):
    old = plan()
    before = Before.of(old)
    new = move_meeting(meeting=old, starts_at=at(6, 9), ends_at=at(6, 10), by=company.owner, now=now)
    take_back_move(meeting=old, new=new, before=before, by=company.owner, now=now)
    assert again(old).outcome == "planned"
    assert again(new).withdrawn_at == now


def test_moving_is_not_taken_back_once_the_new_one_took_place(plan, company, now):
    old = plan()
    before = Before.of(old)
    new = move_meeting(meeting=old, starts_at=at(6, 9), ends_at=at(6, 10), by=company.owner, now=now)
    say_outcome(meeting=new, outcome="held", by=company.owner, now=at(6, 11))
    with pytest.raises(Refused, match="since"):
        take_back_move(meeting=old, new=new, before=before, by=company.owner, now=at(6, 12))


def test_a_meeting_goes_over_the_night_the_clocks_change(plan):
    """In New York they go forward at 02:00 on 8 March: from 01:30 to 03:30 on the wall is one hour."""
    wall = ZoneInfo("America/New_York")
    meeting = again(plan(starts_at=datetime(2026, 3, 8, 1, 30, tzinfo=wall), ends_at=datetime(2026, 3, 8, 3, 30, tzinfo=wall)))
    assert (meeting.at, meeting.ends_at) == (datetime(2026, 3, 8, 6, 30, tzinfo=UTC), datetime(2026, 3, 8, 7, 30, tzinfo=UTC))


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_the_same_at_once_plan_one(now):
    company = make_company()
    facts = {
        "deal": company.deal, "starts_at": at(5, 10), "ends_at": at(5, 11), "contacts": [company.contact], "user": company.owner, "now": now,
    }  # fmt: skip
    assert at_once(lambda: plan_meeting(by=company.owner, **facts), lambda: plan_meeting(by=company.manager, **facts)) == []
    assert Interaction.objects.filter(kind="meeting").count() == 1


@pytest.mark.django_db(transaction=True)
def test_moving_and_missing_at_once_leaves_one_word(now):
    company = make_company()
    meeting = make_ended(company)
    found = at_once(
        lambda: move_meeting(meeting=meeting, starts_at=at(6, 9), ends_at=at(6, 10), by=company.owner, now=now),
        lambda: say_outcome(meeting=meeting, outcome="missed_by_us", by=company.manager, now=now),
    )
    assert [type(one) for one in found] == [Refused]
    assert again(meeting).outcome in ("moved", "missed_by_us")
