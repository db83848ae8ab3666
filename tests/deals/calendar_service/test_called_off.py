"""By whom a calendar says that a meeting is off, since when, and that it never speaks over a person."""

from datetime import UTC, datetime

import pytest

from deals.models import Interaction, MeetingDoubt
from deals.services.calendars.choosing import settle_doubt
from deals.services.meetings import move_meeting, plan_meeting, say_outcome, take_back_outcome
from deals.services.meetings.outcomes import Before
from tests.deals.calendar_service.conftest import BY_THEM, PRIYA, event

pytestmark = pytest.mark.django_db
OURS = "ATTENDEE:mailto:owner@salvor.example"
NEXT_WEEK = {"start": "20260317T100000Z", "end": "20260317T110000Z"}


def at(*moment):
    return datetime(2026, 3, *moment, tzinfo=UTC)


def only():
    return Interaction.objects.get(kind="meeting")


def reply(address, stamp="20260304T100000Z", answer="DECLINED"):
    return ["BEGIN:VEVENT", "UID:one@norwood.example", f"DTSTAMP:{stamp}", f"ATTENDEE;PARTSTAT={answer}:mailto:{address}", "END:VEVENT"]


@pytest.mark.parametrize(
    ("organizer", "outcome"),
    [
        ("ORGANIZER:mailto:owner@salvor.example", "cancelled_by_us"),
        (BY_THEM, "cancelled_by_them"),
        ("ORGANIZER:mailto:agency@elsewhere.example", "cancelled"),
    ],
)
def test_whoever_organises_it_called_it_off(bring, organizer, outcome):
    bring(event(organizer, PRIYA, OURS))
    bring(event(organizer, PRIYA, OURS, sequence=1, stamp="20260304T110000Z"), method="CANCEL", at=at(5, 9))
    assert (only().outcome, only().outcome_said_at, only().outcome_said_by) == (outcome, at(4, 11), None)


def test_a_moment_in_the_future_is_a_wrong_clock(bring, now):
    bring(event(BY_THEM, OURS))
    bring(event(BY_THEM, OURS, sequence=1, stamp="20290304T110000Z"), method="CANCEL", at=at(5, 9))
    assert only().outcome_said_at == at(5, 9)


def test_when_it_was_said_stays_however_often_it_is_said(bring):
    bring(event(BY_THEM, OURS))
    for hour in (11, 12, 13):
        bring(event(BY_THEM, OURS, "STATUS:CANCELLED", sequence=hour, stamp=f"20260304T{hour}0000Z"), at=at(5, hour))
    assert only().outcome_said_at == at(4, 11)


def test_ours_who_all_decline_have_called_it_off(mail, bring):
    mail(event(BY_THEM, "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:owner@salvor.example"))
    mail(reply("owner@salvor.example"), method="REPLY", sender="owner@salvor.example")
    assert (only().outcome, only().outcome_said_at) == ("cancelled_by_us", at(4, 10))


def test_theirs_who_all_decline_have_called_it_off_when_the_last_of_them_did(bring, company):
    company.contact.account.contacts.create(name="Second", email="second@norwood.example")
    bring(event("ORGANIZER:mailto:owner@salvor.example", PRIYA, "ATTENDEE:mailto:second@norwood.example", OURS))
    bring(reply("priya@norwood.example"), method="REPLY", sender="priya@norwood.example")
    assert only().outcome == "planned"
    bring(reply("second@norwood.example", "20260305T100000Z"), method="REPLY", sender="second@norwood.example", at=at(6, 9))
    assert (only().outcome, only().outcome_said_at) == ("cancelled_by_them", at(5, 10))


def test_somebody_who_accepts_after_all_brings_it_back(bring):
    bring(event())
    bring(reply("priya@norwood.example"), method="REPLY", sender="priya@norwood.example")
    bring(reply("priya@norwood.example", "20260305T100000Z", "ACCEPTED"), method="REPLY", sender="priya@norwood.example")
    assert (only().outcome, only().outcome_said_at) == ("planned", None)


def test_a_strangers_cancellation_that_counts_is_theirs(mail, company, now):
    company.account.domains.create(domain="norwood.example")
    mail(event(), sender="owner@salvor.example")
    mail(event(sequence=1), method="CANCEL", sender="assistant@norwood.example")
    settle_doubt(doubt=MeetingDoubt.objects.get(), take_over=True, by=company.owner, now=now)
    assert only().outcome == "cancelled_by_them"


@pytest.mark.parametrize("outcome", ["missed_by_us", "missed_by_them", "cancelled_by_them", "held"])
def test_a_new_time_after_what_a_person_said_is_a_meeting_of_its_own(bring, company, outcome):
    bring(event())
    said = say_outcome(meeting=only(), outcome=outcome, by=company.owner, now=at(10, 12))
    bring(event(**NEXT_WEEK, sequence=1), at=at(11, 9))
    bring(event(**NEXT_WEEK, sequence=1), at=at(11, 10))
    said.refresh_from_db()
    new = Interaction.objects.exclude(pk=said.pk).get(kind="meeting")
    assert (said.outcome, said.at, said.outcome_said_by) == (outcome, at(10, 10), company.owner)
    assert (new.outcome, new.at, new.follows) == ("planned", at(17, 10), None if outcome == "held" else said)


def test_another_time_of_the_same_hour_is_no_meeting_of_its_own(bring, company):
    bring(event())
    say_outcome(meeting=only(), outcome="missed_by_us", by=company.owner, now=at(10, 12))
    bring(event(start="20260310T103000Z", end="20260310T113000Z", sequence=1), at=at(11, 9))
    assert only().at == at(10, 10)


def test_the_new_date_somebody_planned_here_and_the_calendars_are_one_meeting(bring, company):
    bring(event())
    missed = say_outcome(meeting=only(), outcome="missed_by_us", by=company.owner, now=at(10, 12))
    new = plan_meeting(
        deal=company.deal, starts_at=at(17, 9), ends_at=at(17, 10), contacts=[company.contact], user=company.owner, by=company.owner,
        now=at(10, 13), follows=missed,
    )  # fmt: skip
    bring(event(**NEXT_WEEK, sequence=1), at=at(11, 9))
    assert Interaction.objects.filter(kind="meeting").count() == 2
    new.refresh_from_db()
    assert (new.at, new.meeting.uid) == (at(17, 10), "one@norwood.example")


def test_a_meeting_planned_by_hand_is_the_one_the_invitation_brings(bring, company):
    planned = plan_meeting(
        deal=company.deal, starts_at=at(10, 10), ends_at=at(10, 11), contacts=[company.contact], user=company.owner, by=company.owner, now=at(4, 9)
    )
    bring(event())
    assert only() == planned
    assert planned.meeting.title == "Tour of the clinics"


def test_moved_here_and_then_in_the_calendar_it_is_one_meeting(bring, company):
    bring(event())
    move_meeting(meeting=only(), starts_at=at(17, 10), ends_at=at(17, 11), by=company.owner, now=at(9, 9))
    bring(event(**NEXT_WEEK, sequence=1), at=at(9, 10))
    assert [(one.outcome, one.at) for one in Interaction.objects.filter(kind="meeting").order_by("at")] == [
        ("moved", at(10, 10)),
        ("planned", at(17, 10)),
    ]


def test_a_calendar_never_takes_back_what_a_person_agreed_with(bring, company):
    bring(event(BY_THEM, OURS))
    bring(event(BY_THEM, OURS, sequence=1), method="CANCEL")
    say_outcome(meeting=only(), outcome="cancelled_by_them", by=company.owner, now=at(5, 9))
    bring(event(BY_THEM, OURS, sequence=2))
    assert (only().outcome, only().outcome_said_by) == ("cancelled_by_them", company.owner)


def test_what_was_taken_back_follows_the_calendar_again(bring, company):
    bring(event())
    before = Before.of(only())
    said = say_outcome(meeting=only(), outcome="held", by=company.owner, now=at(10, 12))
    take_back_outcome(meeting=said, before=before, said_at=at(10, 12), by=company.owner, now=at(10, 13))
    bring(event(**NEXT_WEEK, sequence=1), at=at(11, 9))
    assert (only().outcome, only().at) == ("planned", at(17, 10))


def test_moved_after_it_was_asked_about_it_is_asked_about_again(bring):
    bring(event())
    Interaction.objects.update(asked_at=at(10, 11))
    bring(event(**NEXT_WEEK, sequence=1), at=at(11, 9))
    assert only().asked_at is None
