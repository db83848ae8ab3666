"""Working time against a slow, obvious version that looks at the clock on the wall minute by minute."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.working_time import Hours, NoWorkingTime, WorkingTime, working_time

NINE_TO_FIVE = ((540, 1020),)
WEEK = (NINE_TO_FIVE,) * 5 + ((), ())
NEW_YORK = Hours("America/New_York", WEEK, "US")
MINUTE = timedelta(minutes=1)


def new_york(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


def hours(number):
    return timedelta(hours=number)


# --- the slow, obvious version ------------------------------------------------------------------------------------


class Wall:
    """Asks every single minute whether the clock on the wall stands inside a period of its day."""

    def __init__(self, hours):
        self.hours, self.zone, self.special = hours, ZoneInfo(hours.time_zone), dict(hours.days)
        self.closed = holidays.country_holidays(hours.country) if hours.country else {}

    def is_open(self, moment):
        local = moment.astimezone(self.zone)
        day = local.date()
        if day in self.special:
            periods = self.special[day]
        elif day in self.closed:
            periods = ()
        else:
            periods = self.hours.week[day.weekday()]
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in periods)

    def between(self, start, end):
        worked = timedelta(0)
        while start < end:
            if self.is_open(start):
                worked += MINUTE
            start += MINUTE
        return worked

    def add(self, moment, worked):
        """The first open minute with all of ``worked`` behind it."""
        while worked > timedelta(0) or not self.is_open(moment):
            if self.is_open(moment):
                worked -= MINUTE
            moment += MINUTE
        return moment


# --- what the properties are tried on -----------------------------------------------------------------------------

ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Tehran", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]
# Around changes of the clocks: forward, back, by half an hour, at midnight (Tehran), a day skipped (Apia, 2011-12-30).
EDGES = [
    *(datetime(2026, month, day, tzinfo=UTC) for month, day in [(3, 7), (3, 28), (10, 24), (10, 31), (4, 4), (10, 3), (12, 31), (6, 15)]),
    *(datetime(2021, month, day, tzinfo=UTC) for month, day in [(3, 21), (9, 21)]),
    datetime(2010, 11, 6, tzinfo=UTC),
    datetime(2011, 12, 28, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2099, 12, 30, tzinfo=UTC),
]


@st.composite
def periods(draw):
    marks = draw(st.lists(st.integers(0, 48), unique=True, max_size=6).map(sorted))
    return tuple((start * 30, end * 30) for start, end in zip(marks[::2], marks[1::2], strict=False))


@st.composite
def calendars(draw):
    """Any week with some work on Wednesdays and on another day, so that nothing is ever far away."""
    week = [draw(periods()) for _day in range(7)]
    week[2] = week[2] or NINE_TO_FIVE
    week[6] = week[6] or ((0, 1440),)
    days = draw(st.dictionaries(st.sampled_from(EDGES).map(lambda edge: edge.date() + timedelta(days=1)), periods(), max_size=3))
    return Hours(draw(st.sampled_from(ZONES)), tuple(week), draw(st.sampled_from(["", "US", "DE"])), days=tuple(sorted(days.items())))


moments = st.builds(lambda edge, minutes: edge + minutes * MINUTE, st.sampled_from(EDGES), st.integers(0, 4 * 1440))
amounts = st.integers(0, 30 * 60).map(lambda minutes: minutes * MINUTE)
exact_amounts = st.timedeltas(timedelta(0), timedelta(days=30))
exact_moments = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo))


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, amounts)
def test_add_agrees_with_the_wall_clock(calendar, start, worked):
    assert WorkingTime(calendar).add(start, worked) == Wall(calendar).add(start, worked)


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(0, 4 * 1440))
def test_between_agrees_with_the_wall_clock(calendar, start, minutes):
    end = start + minutes * MINUTE
    assert WorkingTime(calendar).between(start, end) == Wall(calendar).between(start, end)


@settings(max_examples=100, deadline=None)
@given(calendars(), moments)
def test_is_open_agrees_with_the_wall_clock(calendar, moment):
    assert WorkingTime(calendar).is_open(moment) == Wall(calendar).is_open(moment)


@settings(max_examples=60, deadline=None)
@given(calendars(), exact_moments, exact_amounts, exact_amounts)
def test_adding_in_two_steps_is_adding_at_once(calendar, start, first, second):
    times = WorkingTime(calendar)
    assert times.add(times.add(start, first), second) == times.add(start, first + second)


@settings(max_examples=60, deadline=None)
@given(calendars(), exact_moments, exact_amounts)
def test_what_was_added_lies_between(calendar, start, worked):
    times = WorkingTime(calendar)
    due = times.add(start, worked)
    assert times.between(start, due) == worked
    assert times.is_open(due)


@settings(max_examples=60, deadline=None)
@given(calendars(), exact_moments)
def test_next_open_is_now_or_the_start_of_a_period(calendar, moment):
    times = WorkingTime(calendar)
    opens = times.next_open(moment)
    if times.is_open(moment):
        assert opens == moment.astimezone(UTC)  # a moment the clocks skip equals none of another zone
    else:
        assert opens > moment.astimezone(UTC)
        assert times.between(moment, opens) == timedelta(0)
        assert not times.is_open(opens - timedelta(microseconds=1))


@settings(max_examples=60, deadline=None)
@given(calendars(), st.lists(exact_moments, min_size=3, max_size=3).map(sorted))
def test_time_between_adds_up(calendar, moments):
    first, second, third = moments
    times = WorkingTime(calendar)
    assert times.between(first, second) + times.between(second, third) == times.between(first, third)
    assert times.between(second, first) == timedelta(0)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ZONES), st.sampled_from(EDGES), st.integers(0, 4))
def test_a_day_starts_with_its_first_minute(zone, edge, days):
    times = WorkingTime(Hours(zone, WEEK))
    day = times.local_date(edge + timedelta(days=days))
    start = times.start_of_day(day)
    assert times.local_date(start) == day
    assert times.local_date(start - timedelta(microseconds=1)) < day


# --- cases a person can check -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worked", "due"),
    [
        (0, "2026-03-11 15:30"),
        (1, "2026-03-11 16:30"),
        (1.5, "2026-03-12 09:00"),  # the end of a day is the start of the next
        (2, "2026-03-12 09:30"),
        (16, "2026-03-13 15:30"),
        (24, "2026-03-16 15:30"),  # over a weekend
    ],
)
def test_new_york_afternoon(worked, due):
    assert working_time(NEW_YORK).add(new_york("2026-03-11 15:30"), hours(worked)) == new_york(due)


def test_the_weekend_in_which_the_clocks_change_is_worth_nothing():
    friday, monday = new_york("2026-03-06 16:00"), new_york("2026-03-09 10:00")
    assert working_time(NEW_YORK).between(friday, monday) == hours(2)


def test_public_holidays_are_closed():
    # Thanksgiving 2026 is Thursday, 26 November.
    assert working_time(NEW_YORK).add(new_york("2026-11-25 16:30"), hours(1)) == new_york("2026-11-27 09:30")


def test_holidays_of_a_region():
    epiphany = datetime(2026, 1, 6, 10, tzinfo=UTC)
    assert not working_time(Hours("Europe/Berlin", WEEK, "DE", "BY")).is_open(epiphany)
    assert working_time(Hours("Europe/Berlin", WEEK, "DE", "BE")).is_open(epiphany)


def test_half_a_day_and_a_holiday_that_is_worked():
    days = ((date(2026, 12, 24), ((540, 720),)), (date(2026, 12, 25), NINE_TO_FIVE))
    times = working_time(Hours("America/New_York", WEEK, "US", days=days))
    assert times.add(new_york("2026-12-24 11:00"), hours(2)) == new_york("2026-12-25 10:00")


def test_friday_and_saturday_off():
    week = (NINE_TO_FIVE,) * 4 + ((), (), NINE_TO_FIVE)
    times = working_time(Hours("Asia/Dubai", week))
    thursday = datetime(2026, 3, 12, 16, tzinfo=ZoneInfo("Asia/Dubai"))
    assert times.add(thursday, hours(2)) == datetime(2026, 3, 15, 10, tzinfo=ZoneInfo("Asia/Dubai"))


@pytest.mark.parametrize(("day", "real"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-14", 24)])
def test_round_the_clock_days_count_real_hours(day, real):
    times = working_time(Hours("America/New_York", (((0, 1440),),) * 7))
    start = new_york(day)
    tomorrow = times.start_of_day(start.date() + timedelta(days=1))
    assert times.between(start, tomorrow) == hours(real)


def test_half_an_hour_of_lord_howe():
    times = working_time(Hours("Australia/Lord_Howe", (((0, 1440),),) * 7))
    assert times.between(times.start_of_day(date(2026, 4, 5)), times.start_of_day(date(2026, 4, 6))) == hours(24.5)
    assert times.between(times.start_of_day(date(2026, 10, 4)), times.start_of_day(date(2026, 10, 5))) == hours(23.5)


def test_a_night_shift_until_midnight_goes_on_after_it():
    week = (((0, 360), (1320, 1440)),) * 7
    start = datetime(2026, 3, 3, 23, tzinfo=UTC)
    assert working_time(Hours("UTC", week)).add(start, hours(2)) == datetime(2026, 3, 4, 1, tzinfo=UTC)


def test_microseconds_are_kept():
    start = datetime(2026, 3, 11, 14, 0, 0, 123457, tzinfo=UTC)
    assert working_time(NEW_YORK).add(start, timedelta(microseconds=1)).microsecond == 123458


def test_a_business_day_is_eight_hours():
    assert working_time(NEW_YORK).days(2.5) == hours(20)


@pytest.mark.parametrize("year", [1, 1899, 1970, 2026, 2099, 2201, 9999])
def test_far_years_get_an_answer(year):
    times = WorkingTime(NEW_YORK)
    start = datetime(year, 12, 30, 12, tzinfo=UTC)
    assert start <= times.add(start, hours(8)) < datetime.max.replace(tzinfo=UTC)
    assert times.between(start, start + hours(24)) > timedelta(0)


def test_growing_backwards_and_forwards_changes_no_answer():
    start, end = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
    times = WorkingTime(NEW_YORK)
    first = times.between(start, end)
    times.between(datetime(1970, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC))
    assert times.between(start, end) == first == hours(21 * 8)


def test_threads_share_one_table():
    times, answers = WorkingTime(NEW_YORK), {}
    starts = [datetime(2026 + step % 30, 3, 11, 15, tzinfo=UTC) for step in range(120)]
    threads = [
        threading.Thread(target=lambda number: answers.update({number: [times.add(start, hours(8)) for start in starts]}), args=[number])
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = WorkingTime(NEW_YORK)
    assert list(answers.values()) == [[alone.add(start, hours(8)) for start in starts]] * 4


# --- calendars that make no sense ---------------------------------------------------------------------------------


def test_a_calendar_without_work_says_so():
    with pytest.raises(NoWorkingTime, match="no working time in the 400 days after 2026-03-04"):
        working_time(Hours("UTC", ((),) * 7)).next_open(datetime(2026, 3, 4, tzinfo=UTC))


def test_a_single_working_day_far_away_is_found():
    times = working_time(Hours("UTC", ((),) * 7, days=((date(2027, 3, 1), NINE_TO_FIVE),)))
    assert times.next_open(datetime(2026, 3, 4, tzinfo=UTC)) == datetime(2027, 3, 1, 9, tzinfo=UTC)
    with pytest.raises(NoWorkingTime):
        times.add(datetime(2026, 3, 4, tzinfo=UTC), hours(8))


def test_later_goes_by_the_clock_on_the_wall_where_there_is_no_working_time(now):
    assert working_time(Hours("UTC", ((),) * 7)).later(now, hours(8)) == now + hours(8)
    assert working_time(NEW_YORK).later(now, hours(8)) == working_time(NEW_YORK).add(now, hours(8))


def test_nothing_can_be_added_backwards(now):
    with pytest.raises(ValueError, match="forward"):
        working_time(NEW_YORK).add(now, -MINUTE)


def test_a_moment_needs_a_zone():
    with pytest.raises(ValueError, match="time zone"):
        working_time(NEW_YORK).next_open(datetime(2026, 3, 4))


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        (Hours("Mars/Olympus", WEEK), "no time zone"),
        (Hours("UTC", WEEK, "XX"), "public holidays"),
        (Hours("UTC", WEEK, "US", "ZZ"), "region 'ZZ' of US"),
        (Hours("UTC", WEEK, "", "BY"), "Name the country"),
        (Hours("UTC", WEEK[:6]), "seven days"),
        (Hours("UTC", (((1020, 540),), *WEEK[1:])), "must end after it starts"),
        (Hours("UTC", (((0, 1441),), *WEEK[1:])), "between 00:00 and 24:00"),
        (Hours("UTC", (((540, 720), (700, 800)), *WEEK[1:])), "must follow each other"),
        (Hours("UTC", WEEK, days=((date(2026, 1, 1), ((5, 5),)),)), "must end after"),
    ],
)
def test_hours_that_make_no_sense_are_refused(calendar, words):
    with pytest.raises(ValueError, match=words):
        working_time(calendar)
