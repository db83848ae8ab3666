"""Recurring meetings: a row an occurrence, over the change of the clock, moved and cancelled one by one, extended at night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deals.models import CalendarEntry, Interaction, Meeting
from deals.services.calendars.extending import extend
from tests.again import comes_to_the_same
from tests.at_once import at_once
from tests.deals.calendar_service.conftest import event

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = ("DTSTART;TZID=W. Europe Standard Time:20260302T100000", "DTEND;TZID=W. Europe Standard Time:20260302T110000", "RRULE:FREQ=WEEKLY")


def weekly(*lines, **more):
    return event(*WEEKLY, *lines, start="", **more)


def starts():
    return [one.starts_at for one in Meeting.objects.exclude(status="cancelled").order_by("starts_at")]


def test_a_row_an_occurrence_from_thirty_days_ago_to_half_a_year_ahead(bring, now):
    bring(weekly())
    found = starts()
    assert (found[0], len(found)) == (datetime(2026, 3, 2, 9, tzinfo=UTC), 27)
    assert found[-1] < now + timedelta(days=180)


def test_it_stays_at_its_hour_over_the_change_of_the_clock(bring):
    bring(weekly())
    assert {one.astimezone(BERLIN).hour for one in starts()} == {10}
    assert {one.hour for one in starts()} == {8, 9}


def test_of_a_series_the_next_weeks_stand_among_what_happens(bring, now):
    bring(weekly())
    said = Interaction.objects.filter(kind="meeting").order_by("at")
    assert [one.at.date().isoformat() for one in said] == ["2026-03-02", "2026-03-09", "2026-03-16"]


def test_a_moved_occurrence_moves_alone(bring):
    bring(weekly())
    moved = event("RECURRENCE-ID;TZID=Europe/Berlin:20260309T100000", start="20260310T140000Z", end="20260310T150000Z", stamp="20260305T090000Z")
    bring(moved, method="REQUEST")
    assert datetime(2026, 3, 10, 14, tzinfo=UTC) in starts()
    assert datetime(2026, 3, 9, 9, tzinfo=UTC) not in starts()
    assert Interaction.objects.filter(at=datetime(2026, 3, 10, 14, tzinfo=UTC), outcome="planned").count() == 1
    assert len(starts()) == 27


def test_a_cancelled_occurrence_is_cancelled_alone(bring):
    bring(weekly())
    bring(event("RECURRENCE-ID:20260309T090000Z", start="", end="", stamp="20260305T090000Z"), method="CANCEL")
    assert Meeting.objects.get(status="cancelled").starts_at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert Interaction.objects.get(outcome="cancelled_by_us").at == datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_a_cancelled_series_is_cancelled(bring):
    bring(weekly())
    bring(event(start="", end="", sequence=1), method="CANCEL")
    assert starts() == []
    assert not Interaction.objects.filter(outcome="planned").exists()


def test_a_series_that_changed_its_day_leaves_nothing_of_the_old_one_ahead(bring, now):
    bring(weekly())
    lines = [line.replace("20260302", "20260303") for line in WEEKLY]
    bring(event(*lines, start="", sequence=1))
    assert {one.weekday() for one in starts() if one > now} == {1}


def test_the_night_adds_what_came_nearer(bring, now):
    bring(weekly())
    later = now + timedelta(days=14)
    assert extend(later) == 1
    assert len(starts()) == 29
    assert Interaction.objects.filter(kind="meeting").count() == 5
    assert extend(later + timedelta(minutes=5)) == 0


def test_a_series_that_is_over_is_left_alone(bring, now):
    bring(event(*WEEKLY[:2], "RRULE:FREQ=WEEKLY;COUNT=2", start=""))
    assert CalendarEntry.objects.get().rows_until is not None
    extend(now + timedelta(days=30))
    assert CalendarEntry.objects.get().rows_until is None
    assert extend(now + timedelta(days=60)) == 0


def test_a_whole_day_is_a_day_of_the_readers_zone(bring):
    bring(event(start="20260310"), zone=BERLIN)
    meeting = Meeting.objects.get()
    assert meeting.is_all_day
    assert meeting.starts_at == datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert meeting.ends_at - meeting.starts_at == timedelta(days=1)


def test_a_meeting_of_long_ago_is_no_row(bring):
    bring(event(start="20250310T100000Z", end="20250310T110000Z"))
    assert not Meeting.objects.exists()


def test_an_answer_to_the_series_holds_for_what_is_added_later(bring, now):
    bring(weekly())
    reply = ["BEGIN:VEVENT", "UID:one@norwood.example", "DTSTAMP:20260304T100000Z", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:priya@norwood.example"]
    bring([*reply, "END:VEVENT"], method="REPLY", sender="priya@norwood.example")
    extend(now + timedelta(days=14))
    last = Meeting.objects.order_by("-starts_at").first()
    assert last.attendees.get(address="priya@norwood.example").answer == "accepted"


def test_extended_twice_or_after_being_killed_it_is_the_same(bring, now):
    bring(weekly())
    comes_to_the_same(lambda: extend(now + timedelta(days=14)), Meeting, Interaction, CalendarEntry)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_add_each_occurrence_once(bring, now):
    bring(weekly())
    assert at_once(*[lambda: extend(now + timedelta(days=14))] * 2) == []
    assert len(starts()) == len(set(starts())) == 29
