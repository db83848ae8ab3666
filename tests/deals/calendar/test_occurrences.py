"""When recurring meetings are: over changes of the clock, with exceptions and moved ones, and whatever a file asks for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deals.intake.calendar.occurrences import occurrences
from deals.intake.calendar.reading import read

WEEK = {"since": datetime(2026, 3, 1, tzinfo=UTC), "until": datetime(2026, 4, 10, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        # The clock goes forward on 29 March, 8 March, 29 March, and back on 5 April and 25 October.
        ("Europe/Berlin", "20260323T090000", ["2026-03-23T08:00", "2026-03-30T07:00", "2026-04-06T07:00"]),
        ("America/New_York", "20260302T090000", ["2026-03-02T14:00", "2026-03-09T13:00", "2026-03-16T13:00"]),
        ("Europe/London", "20260323T090000", ["2026-03-23T09:00", "2026-03-30T08:00", "2026-04-06T08:00"]),
        ("Australia/Sydney", "20260330T090000", ["2026-03-29T22:00", "2026-04-05T23:00", "2026-04-12T23:00"]),
        ("Europe/Berlin", "20261019T090000", ["2026-10-19T07:00", "2026-10-26T08:00", "2026-11-02T08:00"]),
        ("Asia/Kolkata", "20260323T090000", ["2026-03-23T03:30", "2026-03-30T03:30", "2026-04-06T03:30"]),
        ("Asia/Tokyo", "20261019T090000", ["2026-10-19T00:00", "2026-10-26T00:00", "2026-11-02T00:00"]),
        # Lord Howe moves by half an hour.
        ("Australia/Lord_Howe", "20260330T090000", ["2026-03-29T22:00", "2026-04-05T22:30", "2026-04-12T22:30"]),
        ("W. Europe Standard Time", "20260323T090000", ["2026-03-23T08:00", "2026-03-30T07:00", "2026-04-06T07:00"]),
        ("Pacific Standard Time", "20261026T090000", ["2026-10-26T16:00", "2026-11-02T17:00", "2026-11-09T17:00"]),
        ("/mozilla.org/20070129_1/Europe/Berlin", "20260323T090000", ["2026-03-23T08:00", "2026-03-30T07:00", "2026-04-06T07:00"]),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rom", "20260323T090000", ["2026-03-23T08:00", "2026-03-30T07:00", "2026-04-06T07:00"]),
    ],
)
def test_a_weekly_meeting_stays_at_its_hour(calendar, zone, start, expected):
    raw = calendar(f'DTSTART;TZID="{zone}":{start}', "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")
    found = occurrences(read(raw).events, since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2027, 1, 1, tzinfo=UTC), zone=UTC)
    assert [one.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") for one in found] == expected
    assert {one.starts_at.hour for one in found} == {9}
    assert {one.ends_at - one.starts_at for one in found} == {timedelta(hours=1)}


def test_a_time_that_the_clock_leaves_out_is_read_with_the_offset_before(starts):
    found = starts("DTSTART;TZID=Europe/Berlin:20260328T023000", "RRULE:FREQ=DAILY;COUNT=3")
    assert found == ["2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"]


def test_a_time_that_comes_twice_is_the_first(starts):
    found = starts("DTSTART;TZID=Europe/Berlin:20261024T023000", "RRULE:FREQ=DAILY;COUNT=3")
    assert found == ["2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]


def test_the_end_of_a_rule_is_a_moment(starts):
    # 07:00 UTC is nine in Berlin in summer; the last one counts.
    found = starts("DTSTART;TZID=Europe/Berlin:20260323T090000", "RRULE:FREQ=WEEKLY;UNTIL=20260330T070000Z")
    assert found == ["2026-03-23T09:00:00+01:00", "2026-03-30T09:00:00+02:00"]


def test_exceptions_and_further_dates(starts):
    found = starts(
        "DTSTART;TZID=Europe/Berlin:20260323T090000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        # Said in UTC, meant is the second.
        "EXDATE:20260330T070000Z",
        "RDATE;TZID=Europe/Berlin:20260401T120000,20260323T090000",
    )
    assert found == ["2026-03-23T09:00:00+01:00", "2026-04-01T12:00:00+02:00", "2026-04-06T09:00:00+02:00"]


def test_a_further_date_may_have_an_end_of_its_own(calendar):
    raw = calendar("DTSTART:20260323T090000Z", "DURATION:PT1H", "RDATE;VALUE=PERIOD:20260324T090000Z/PT3H,20260325T090000Z/20260325T093000Z")
    found = occurrences(read(raw).events, **WEEK, zone=UTC)
    assert [one.ends_at - one.starts_at for one in found] == [timedelta(hours=1), timedelta(hours=3), timedelta(minutes=30)]


def series(*changes):
    lines = ["BEGIN:VCALENDAR"]
    for change in (("DTSTART;TZID=Europe/Berlin:20260302T090000", "DURATION:PT1H", "SUMMARY:Weekly", "RRULE:FREQ=WEEKLY;COUNT=4"), *changes):
        lines += ["BEGIN:VEVENT", "UID:series", *change, "END:VEVENT"]
    return read("\r\n".join([*lines, "END:VCALENDAR"]).encode()).events


def test_a_moved_one_keeps_the_name_of_its_place():
    moved = ("RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000", "DTSTART;TZID=Europe/Berlin:20260311T150000", "DURATION:PT30M", "SUMMARY:Moved")
    found = occurrences(series(moved), **WEEK, zone=UTC)
    assert [(one.starts_at.day, one.event.summary) for one in found] == [(2, "Weekly"), (11, "Moved"), (16, "Weekly"), (23, "Weekly")]
    assert found[1].recurrence_id == datetime(2026, 3, 9, 8, tzinfo=UTC)


def test_one_moved_into_the_window_is_found_and_one_moved_out_is_not():
    moved = ("RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000", "DTSTART;TZID=Europe/Berlin:20260601T150000")
    june = {"since": datetime(2026, 6, 1, tzinfo=UTC), "until": datetime(2026, 6, 2, tzinfo=UTC)}
    assert [one.starts_at.hour for one in occurrences(series(moved), **june, zone=UTC)] == [15]
    assert [one.starts_at.day for one in occurrences(series(moved), **WEEK, zone=UTC)] == [2, 16, 23]


def test_a_change_from_one_on_moves_those_after_it_on_the_clock():
    later = ("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260316T090000", "DTSTART;TZID=Europe/Berlin:20260317T110000", "DURATION:PT2H")
    found = occurrences(series(later), **WEEK, zone=UTC)
    assert [one.starts_at.isoformat()[:16] for one in found] == ["2026-03-02T09:00", "2026-03-09T09:00", "2026-03-17T11:00", "2026-03-24T11:00"]
    assert found[-1].ends_at - found[-1].starts_at == timedelta(hours=2)


def test_a_cancelled_one_says_so():
    cancelled = ("RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000", "DTSTART;TZID=Europe/Berlin:20260309T090000", "STATUS:CANCELLED")
    assert [one.cancelled for one in occurrences(series(cancelled), **WEEK, zone=UTC)] == [False, True, False, False]


def test_the_newest_version_of_an_event_counts():
    old = ("DTSTART:20260303T090000Z", "SEQUENCE:1", "SUMMARY:Old")
    new = ("DTSTART:20260304T090000Z", "SEQUENCE:2", "SUMMARY:New")
    for order in ((old, new), (new, old)):
        assert [one.event.summary for one in occurrences(series(*order), **WEEK, zone=UTC)] == ["New"]


def test_whole_days_begin_at_midnight_where_one_is(calendar):
    raw = calendar("DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330", "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE;VALUE=DATE:20260404")
    (found,) = occurrences(read(raw).events, **WEEK, zone=ZoneInfo("Europe/Berlin"))
    assert (found.first_day, found.last_day) == (date(2026, 3, 28), date(2026, 3, 29))
    assert [found.starts_at.isoformat(), found.ends_at.isoformat()] == ["2026-03-28T00:00:00+01:00", "2026-03-30T00:00:00+02:00"]


def test_what_is_on_at_the_beginning_of_the_window_belongs_to_it(calendar):
    events = read(calendar("DTSTART:20260304T100000Z", "DTEND:20260304T120000Z")).events
    at = [occurrences(events, since=datetime(2026, 3, 4, hour, tzinfo=UTC), until=datetime(2026, 3, 5, tzinfo=UTC), zone=UTC) for hour in (9, 11, 12)]
    assert [len(found) for found in at] == [1, 1, 0]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;COUNT=1000000000",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;INTERVAL=7;BYSECOND=1,2,3",
        "FREQ=DAILY",
    ],
)
def test_a_rule_without_an_end_is_cut_off(starts, rule):
    assert len(starts("DTSTART:19700101T000000Z", "DURATION:P1D", f"RRULE:{rule}", at_most=50)) <= 50


def test_many_hostile_events_share_one_budget(calendar):
    event = "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART:19700101T000000Z\r\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\r\nEND:VEVENT\r\n"
    raw = "BEGIN:VCALENDAR\r\n" + "".join(event.format(number) for number in range(500)) + "END:VCALENDAR\r\n"
    assert occurrences(read(raw.encode()).events, **WEEK, zone=UTC) == ()


def test_a_meeting_in_a_calendar_of_hostile_ones_is_still_found(calendar):
    raw = calendar("DTSTART:20260304T100000Z", "RRULE:FREQ=WEEKLY;COUNT=2") + calendar(
        "DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY;BYYEARDAY=366;BYMONTH=1", uid="UID:bad"
    )
    assert [one.uid for one in occurrences(read(raw).events, **WEEK, zone=UTC)] == ["one@customer.example"] * 2
