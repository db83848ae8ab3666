"""Stored calendars as arithmetic, and who works by which."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import BigIntegerField, Value

from accounts.calendars import TeamCalendars, calendar_of, read_periods, working_time_by, working_time_for, working_time_of
from accounts.models import CalendarDay, Team, WorkingCalendar
from tests.factories import TeamFactory

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture
def berlin(db):
    return WorkingCalendar.objects.create(name="Berlin", time_zone="Europe/Berlin", country="DE")


def test_a_stored_calendar_answers_in_its_zone(berlin):
    assert working_time_of(berlin).next_open(MONDAY.replace(hour=6)) == MONDAY.replace(hour=8, minute=0)


def test_special_days_are_read(berlin):
    CalendarDay.objects.create(calendar=berlin, date=date(2026, 3, 2), name="Inventory", periods=[["13:00", "24:00"]])
    assert working_time_of(berlin).next_open(MONDAY) == MONDAY.replace(hour=12, minute=0)


def test_the_arithmetic_is_kept_until_the_version_is_raised(berlin, django_assert_num_queries):
    working_time_of(berlin)
    with django_assert_num_queries(0):
        before = working_time_of(berlin)
    berlin.week = [[["12:00", "13:00"]] for _day in range(7)]
    assert working_time_of(berlin) is before
    berlin.version += 1
    assert working_time_of(berlin) is not before


def test_without_any_calendar_the_week_is_the_usual_one():
    assert working_time_of(None).next_open(MONDAY) == MONDAY.replace(hour=9, minute=0)


def test_a_team_works_as_its_parent_does(company, berlin):
    company.sales.calendar = berlin
    company.sales.save()
    assert TeamCalendars().of_team(company.east.pk) == berlin
    assert working_time_for(company.owner).zone.key == "Europe/Berlin"


def test_a_team_without_any_uses_the_default(company, berlin):
    WorkingCalendar.objects.update(is_default=False)
    assert TeamCalendars().of_team(company.east.pk) is None
    WorkingCalendar.objects.filter(pk=berlin.pk).update(is_default=True)
    assert TeamCalendars().of_team(company.east.pk) == berlin
    assert TeamCalendars().of_team(None) == berlin


@pytest.mark.parametrize("periods", [[["9", "17"]], [["09:00"]], [["25:00", "26:00"]], ["09:00"], [[540, 1020]], 7])
def test_periods_that_are_no_clock_times_are_refused(periods):
    with pytest.raises(ValueError, match=r".+"):
        read_periods(periods)


def zones_of_teams(*teams):
    """As each of the two ways says it, which are to agree."""
    every = TeamCalendars()
    rows = [Team.objects.values_list(calendar_of(Value(team, BigIntegerField()))) for team in teams]
    alone = [working_time_by(found.first()[0]).zone.key for found in rows]
    assert alone == [working_time_of(every.of_team(team)).zone.key for team in teams]
    return alone


def test_the_time_of_one_team_is_what_all_calendars_say_of_it(company):
    teams = (TeamFactory(parent=company.east).pk, company.east.pk, company.west.pk, None)
    WorkingCalendar.objects.all().delete()
    assert zones_of_teams(*teams) == ["UTC"] * 4
    WorkingCalendar.objects.create(name="Default", is_default=True, time_zone="Asia/Tokyo")
    assert zones_of_teams(*teams) == ["Asia/Tokyo"] * 4
    Team.objects.filter(pk=company.east.pk).update(calendar=WorkingCalendar.objects.create(name="Berlin", time_zone="Europe/Berlin"))
    assert zones_of_teams(*teams) == ["Europe/Berlin", "Europe/Berlin", "Asia/Tokyo", "Asia/Tokyo"]
