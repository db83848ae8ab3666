"""The tree of teams and the working calendars."""

import threading
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.calendars import working_time_of
from accounts.models import CalendarDay, Team, WorkingCalendar
from accounts.refusals import Refused
from accounts.services.calendars import create_calendar, edit_calendar, remove_calendar, remove_day, set_day
from accounts.services.people import suspend
from accounts.services.teams import create_team, edit_team, remove_team
from accounts.sight import subtree
from accounts.signals import presence_changed
from tests.factories import TeamFactory, make_company


@pytest.fixture
def told():
    heard = []

    def receiver(user_ids, **_rest):
        heard.append(user_ids)

    presence_changed.connect(receiver)
    yield heard
    presence_changed.disconnect(receiver)


def test_a_team_stands_below_another(company, now):
    team = create_team(name="North", parent=company.sales, manager=company.manager, by=company.admin, now=now)
    assert (team.parent, team.manager) == (company.sales, company.manager)


def test_two_teams_of_one_name_stand_at_different_places(company, now):
    with pytest.raises(Refused, match="already a team East"):
        create_team(name="East", parent=company.sales, by=company.admin, now=now)
    with pytest.raises(Refused, match="already a team eAST"):
        create_team(name="eAST", parent=company.sales, by=company.admin, now=now)
    edit_team(team=company.east, name="EAST", by=company.admin, now=now)
    create_team(name="East", parent=company.west, by=company.admin, now=now)
    with pytest.raises(Refused, match="needs a name"):
        create_team(name=" ", parent=None, by=company.admin, now=now)


def test_a_team_moves_with_its_people(company, now, told):
    edit_team(team=company.east, parent=company.west, by=company.admin, now=now)
    company.east.refresh_from_db()
    assert company.east.parent == company.west
    assert {company.owner.pk, company.teammate.pk, company.manager.pk} <= told[0]


def test_a_team_cannot_move_below_itself(company, now):
    low = TeamFactory(name="Low", parent=company.east)
    for parent in (company.east, low):
        with pytest.raises(Refused, match="cannot move below itself"):
            edit_team(team=company.east, parent=parent, by=company.admin, now=now)


def test_somebody_who_is_gone_leads_no_team(company, now):
    suspend(user=company.stranger, by=company.admin, now=now)
    with pytest.raises(Refused, match="not here any more"):
        edit_team(team=company.west, manager=company.stranger, by=company.admin, now=now)


def test_a_new_name_concerns_nobodys_deals(company, now, told):
    edit_team(team=company.east, name="Orient", by=company.admin, now=now)
    assert told == []


def test_only_an_empty_team_goes(company, now):
    with pytest.raises(Refused, match="still has people"):
        remove_team(team=company.east, by=company.admin, now=now)
    remove_team(team=create_team(name="Empty", parent=None, by=company.admin, now=now), by=company.admin, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_close_no_circle(now):
    company = make_company()
    start, refused = threading.Barrier(2), []

    def move(team, parent):
        start.wait()
        try:
            edit_team(team=team, parent=parent, by=company.admin, now=now)
        except Refused:
            refused.append(team)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in ((company.east, company.west), (company.west, company.east))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert subtree({company.sales.pk}, Team.objects.values_list("pk", "parent_id")) == {company.sales.pk, company.east.pk, company.west.pk}


# --- calendars ----------------------------------------------------------------------------------------------------

SUNDAY = datetime(2026, 3, 8, 10, tzinfo=UTC)


@pytest.fixture
def calendar(company, now):
    calendar = create_calendar(by=company.admin, now=now, name="East", time_zone="UTC")
    company.east.calendar = calendar
    company.east.save()
    return calendar


def test_a_changed_week_counts_at_once_and_is_told(company, now, calendar, told):
    assert not working_time_of(calendar).is_open(SUNDAY)
    edited = edit_calendar(calendar=calendar, by=company.admin, now=now, week=[[["00:00", "24:00"]]] * 7)
    assert edited.version == calendar.version + 1
    assert working_time_of(WorkingCalendar.objects.get(pk=calendar.pk)).is_open(SUNDAY)
    assert told == [{company.owner.pk, company.teammate.pk, company.manager.pk}]


def test_a_special_day_is_set_replaced_and_removed(company, now, calendar):
    for hours in (["09:00", "12:00"], ["09:00", "13:00"]):
        day = set_day(calendar=calendar, date=SUNDAY.date(), name="Fair", periods=[hours], by=company.admin, now=now)
    calendar.refresh_from_db()
    assert working_time_of(calendar).is_open(SUNDAY.replace(hour=12))
    remove_day(day=CalendarDay.objects.get(pk=day.pk), by=company.admin, now=now)
    calendar.refresh_from_db()
    assert not working_time_of(calendar).is_open(SUNDAY)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"week": [[]] * 7}, "no working time at all"),
        ({"week": [[["17:00", "09:00"]]] * 7}, "must end after it starts"),
        ({"week": [[["nine", "five"]]] * 7}, r"."),
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"country": "XX"}, "public holidays"),
        ({"country": "DE", "subdivision": "XX"}, "region"),
        ({"country": "DE", "subdivision": "Somewhere behind the mountains"}, "Known: BB, BE"),
        ({"name": "Company"}, "already a calendar"),
    ],
)
def test_hours_that_make_no_sense_are_refused(company, now, calendar, changes, words):
    with pytest.raises(Refused, match=words):
        edit_calendar(calendar=calendar, by=company.admin, now=now, **changes)
    assert WorkingCalendar.objects.get(pk=calendar.pk).version == 1


@pytest.mark.parametrize(("words", "code"), [("BY", "BY"), (" by ", "BY"), ("Bayern", "BY"), ("baden-württemberg", "BW"), ("augsburg", "Augsburg")])
def test_a_region_is_known_by_its_code_and_by_its_name(company, now, calendar, words, code):
    assert edit_calendar(calendar=calendar, by=company.admin, now=now, country="DE", subdivision=words).subdivision == code


def test_a_special_day_with_bad_hours_is_refused(company, now, calendar):
    with pytest.raises(Refused, match="must end after"):
        set_day(calendar=calendar, date=date(2026, 3, 8), name="Fair", periods=[["12:00", "09:00"]], by=company.admin, now=now)


def test_a_new_usual_calendar_is_told_to_all_who_work_by_it(company, now, calendar):
    """East has a calendar of its own; West and people without a team follow the usual one."""
    told = set()

    def hear(sender, user_ids, **_more):
        told.update(user_ids)

    presence_changed.connect(hear)
    try:
        create_calendar(by=company.admin, now=now, name="Shifts", time_zone="UTC")
        assert told == set()
        create_calendar(by=company.admin, now=now, name="Usual hours", time_zone="Europe/Berlin", is_default=True)
    finally:
        presence_changed.disconnect(hear)
    assert {company.stranger.pk, company.admin.pk} <= told
    assert company.owner.pk not in told


def test_there_is_always_one_usual_calendar(company, now, calendar):
    usual = WorkingCalendar.objects.get(is_default=True)
    with pytest.raises(Refused, match="usual one"):
        edit_calendar(calendar=usual, by=company.admin, now=now, is_default=False)
    edit_calendar(calendar=calendar, by=company.admin, now=now, is_default=True)
    assert WorkingCalendar.objects.get(is_default=True) == calendar
    remove_calendar(calendar=usual, by=company.admin, now=now)


def test_a_calendar_in_use_stays(company, now, calendar):
    with pytest.raises(Refused, match="still used by a team"):
        remove_calendar(calendar=calendar, by=company.admin, now=now)


@pytest.mark.django_db
def test_teams_that_differed_by_capitals_alone_are_told_apart_by_a_number():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX team_name_once_per_parent")
    top = TeamFactory(name="Sales")
    names = ["sales", "SALES", "sales (2)", "x" * 120, "X" * 120]
    made = [TeamFactory(name=name, parent=None).pk for name in names] + [TeamFactory(name="sales", parent=top).pk]
    import_module("accounts.migrations.0014_teams_named_once_in_any_case").tell_apart(apps, None)
    found = dict(Team.objects.values_list("pk", "name"))
    assert [found[pk] for pk in (top.pk, *made)] == ["Sales", "sales (3)", "SALES (4)", "sales (2)", "x" * 120, "X" * 116 + " (2)", "sales"]
