"""Teams as a tree, and working calendars: arranging them, and two people at it at once."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from accounts.coming_days import coming_holidays, week_ahead
from accounts.models import CalendarDay, Team, WorkingCalendar
from accounts.refusals import Refused
from accounts.services import calendars, teams
from deals.models import Deal
from tests.factories import DealFactory, TeamFactory, stage
from tests.pages import as_shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_admin(client, company):
    client.force_login(company.admin)
    return client


def test_the_tree_shows_managers_members_and_hours(as_admin, company, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        text = as_admin.get("/teams/").content.decode()
    assert "Mona Manager" in text
    assert "3 people" in text
    assert "hours as above" in text
    assert f"/teams/new/?parent={company.east.pk}" in text


def test_a_team_at_the_top_works_by_the_usual_calendar(as_admin, company):
    Team.objects.update(calendar=None)
    usual = WorkingCalendar.objects.update_or_create(is_default=True, defaults={"name": "Everybody", "week": [[["09:00", "17:00"]]] * 7})[0]
    assert f'<a class="link" href="/calendars/{usual.pk}/">Everybody</a>' in as_admin.get("/teams/").content.decode()


def test_a_team_moves_below_another_but_never_below_itself(as_admin, company):
    page = f"/teams/{company.west.pk}/"
    fields = as_shown(as_admin.get(page))
    as_admin.post(page, {**fields, "parent": company.east.pk})
    assert Team.objects.get(pk=company.west.pk).parent == company.east
    answer = as_admin.post(f"/teams/{company.east.pk}/", {**as_shown(as_admin.get(f"/teams/{company.east.pk}/")), "parent": company.west.pk})
    assert "Select a valid choice" in answer.content.decode()


def test_a_team_that_goes_hands_over_its_people_deals_and_teams_below(as_admin, company):
    closed = DealFactory(owner=company.owner, stage=stage("Won"))
    unowned = DealFactory(owner=None, team=company.east)
    below = TeamFactory(name="North-east", parent=company.east)
    page = as_admin.get(f"/teams/{company.east.pk}/remove/").content.decode()
    assert "<b>3 people</b> are in it" in page
    assert "North-east" in page
    as_admin.post(f"/teams/{company.east.pk}/remove/", {"into": company.west.pk})
    assert not Team.objects.filter(pk=company.east.pk).exists()
    below.refresh_from_db()
    assert below.parent == company.sales
    for deal in (company.deal, closed, unowned):
        deal.refresh_from_db()
        assert deal.team == company.west
    assert set(company.west.members.values_list("name", flat=True)) >= {"Olaf Owner", "Mona Manager"}


def test_who_takes_over_must_be_said_where_there_is_something(as_admin, company):
    assert as_admin.post(f"/teams/{company.east.pk}/remove/", {"into": ""}).status_code == 422
    empty = TeamFactory(name="Empty")
    Deal.objects.filter(pk=company.deal.pk).update(team=empty, owner=None)
    answer = as_admin.post(f"/teams/{empty.pk}/remove/", {"into": ""})
    assert "Say which team takes them over" in answer.content.decode()
    assert Team.objects.filter(pk=empty.pk).exists()


def test_a_team_below_that_would_meet_its_name_keeps_the_team(company, now):
    TeamFactory(name="West", parent=company.east)
    with pytest.raises(Refused, match="already a team West"):
        teams.remove_team(team=company.east, into=company.sales, by=company.admin, now=now)
    assert Team.objects.filter(pk=company.east.pk).exists()


def test_a_team_that_is_gone_is_not_edited_any_more(company, now):
    empty = TeamFactory(name="Empty")
    teams.remove_team(team=Team.objects.get(pk=empty.pk), by=company.admin, now=now)
    with pytest.raises(Refused, match="not there any more"):
        teams.edit_team(team=empty, name="Full", by=company.admin, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_admins_giving_the_same_name_at_once_are_told_in_words(company, now):
    """The second waits for the first, and hears that the name is taken."""
    said = []

    def act(work):
        try:
            work()
        except Refused as refusal:
            said.append(str(refusal))
        connection.close()

    teams_at_once = threading.Thread(target=act, args=[lambda: teams.edit_team(team=company.east, by=company.admin, now=now, name="North")])
    spare = WorkingCalendar.objects.create(name="Spare")
    calendars_at_once = threading.Thread(target=act, args=[lambda: calendars.edit_calendar(calendar=spare, by=company.admin, now=now, name="Berlin")])
    with transaction.atomic():
        Team.objects.create(name="North", parent=company.sales)
        WorkingCalendar.objects.create(name="Berlin")
        teams_at_once.start()
        calendars_at_once.start()
        teams_at_once.join(timeout=1)
        assert not said
    teams_at_once.join(timeout=30)
    calendars_at_once.join(timeout=30)
    assert sorted(said) == [
        "There is already a calendar Berlin. Give it another name.",
        "There is already a team North at this place. Give it another name.",
    ]


def test_a_calendar_form_that_is_old_writes_only_what_was_changed_in_it(as_admin, company, now):
    calendar = WorkingCalendar.objects.create(name="Berlin", time_zone="Europe/Berlin")
    page = f"/calendars/{calendar.pk}/"
    fields = as_shown(as_admin.get(page))
    calendars.edit_calendar(calendar=calendar, by=company.admin, now=now, country="DE", hours={4: [["09:00", "12:00"]]})
    as_admin.post(page, {**fields, "day0": "10:00-16:00"})
    calendar.refresh_from_db()
    assert (calendar.country, calendar.week[0], calendar.week[4]) == ("DE", [["10:00", "16:00"]], [["09:00", "12:00"]])


def test_the_hours_of_one_person_are_no_calendar_of_the_company(as_admin, company):
    own = WorkingCalendar.objects.create(name="Hours of Olaf", person=company.owner)
    assert "Hours of Olaf" not in as_admin.get("/calendars/").content.decode()
    assert "Hours of Olaf" not in as_admin.get("/teams/new/").content.decode()
    assert as_admin.get(f"/calendars/{own.pk}/").status_code == 404
    assert as_admin.post(f"/calendars/{own.pk}/remove/").status_code == 404


def test_the_coming_week_says_what_differs_and_holidays_have_their_names():
    calendar = WorkingCalendar.objects.create(name="Berlin", time_zone="Europe/Berlin", country="DE", subdivision="BE")
    CalendarDay.objects.create(calendar=calendar, date=date(2026, 12, 24), name="Christmas Eve", periods=[["09:00", "12:00"]])
    week = week_ahead(calendar, date(2026, 12, 21))
    assert [bool(day.periods) for day in week] == [True, True, True, True, False, False, False]
    assert (week[3].name, week[3].periods) == ("Christmas Eve", [["09:00", "12:00"]])
    assert "Weihnacht" in week[4].name or "Christmas" in week[4].name
    assert coming_holidays(calendar, date(2026, 12, 21))[0].date == date(2026, 12, 25)


def test_the_calendar_page_previews_the_week(as_admin):
    calendar = WorkingCalendar.objects.create(name="Berlin", country="DE")
    text = as_admin.get(f"/calendars/{calendar.pk}/").content.decode()
    assert "The coming seven days" in text
    assert "public holidays in the next year" in text
