"""One's own profile: who one is, when one works, what comes by mail."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.calendars import TeamCalendars, working_time_for
from accounts.models import CalendarDay, WorkingCalendar
from accounts.refusals import Refused
from accounts.services.hours import follow_team_hours, set_own_hours
from accounts.signals import presence_changed
from tests.pages import as_shown

EARLY = [[["07:00", "11:00"]] for _day in range(5)] + [[], []]


@pytest.fixture
def mine(client, company):
    client.force_login(company.owner)
    return client


def keep(mine, route="profile", **changed):
    fields = {**as_shown(mine.get(reverse(route))), **changed}
    return mine.post(reverse(route), fields, follow=True)


def test_name_zone_look_and_keys_are_kept(mine, company):
    keep(mine, name="Olaf the Elder", time_zone="Asia/Tokyo", theme="dark")
    company.owner.refresh_from_db()
    assert (company.owner.name, company.owner.time_zone, company.owner.theme, company.owner.single_keys) == (
        "Olaf the Elder",
        "Asia/Tokyo",
        "dark",
        False,
    )


def test_the_address_is_shown_and_not_changed_here(mine, company):
    page = keep(mine, email="other@salvor.example").content.decode()
    company.owner.refresh_from_db()
    assert company.owner.email == "owner@salvor.example"
    assert "Ask your manager or an admin to change it" in page


def test_what_makes_no_sense_is_said_beside_the_field(mine, company):
    page = keep(mine, time_zone="Mars/Olympus", name="").content.decode()
    assert page.count("invalid-feedback") >= 2
    company.owner.refresh_from_db()
    assert company.owner.name == "Olaf Owner"


def test_keys_of_one_letter_are_told_to_the_page(mine, company):
    assert "data-no-single-keys" not in mine.get(reverse("profile")).content.decode()
    keep(mine)
    assert "data-no-single-keys" in mine.get(reverse("profile")).content.decode()


def test_everybody_finds_their_profile_at_their_face(mine):
    assert f'href="{reverse("profile")}"' in mine.get(reverse("notices")).content.decode()


def test_the_pages_cost_a_fixed_number_of_queries(mine, django_assert_max_num_queries):
    for route in ("profile", "profile-hours", "profile-notices", "profile-sessions"):
        mine.get(reverse(route))
        with django_assert_max_num_queries(15):
            mine.get(reverse(route))


# --- own hours ----------------------------------------------------------------------------------------------------


@pytest.fixture
def berlin(company):
    calendar = WorkingCalendar.objects.create(name="Berlin", time_zone="Europe/Berlin", country="DE")
    CalendarDay.objects.create(calendar=calendar, date="2026-03-06", name="Company day", periods=[])
    company.east.calendar = calendar
    company.east.save()
    return calendar


def test_own_hours_count_and_the_teams_holidays_and_days_stay(company, berlin, now):
    set_own_hours(user=company.owner, week=EARLY, time_zone="Europe/Lisbon", by=company.owner, now=now)
    times = working_time_for(company.owner)
    assert times.is_open(datetime(2026, 3, 5, 8, 0, tzinfo=UTC))
    assert not times.is_open(datetime(2026, 3, 5, 12, 0, tzinfo=UTC))
    assert not times.is_open(datetime(2026, 3, 6, 8, 0, tzinfo=UTC))  # the team's own day
    assert not times.is_open(datetime(2026, 5, 1, 8, 0, tzinfo=UTC))  # a holiday of the team's country
    assert not working_time_for(company.teammate).is_open(datetime(2026, 3, 5, 7, 30, tzinfo=UTC))


def test_a_changed_team_day_counts_for_those_with_own_hours_too(company, berlin, now):
    set_own_hours(user=company.owner, week=EARLY, time_zone="UTC", by=company.owner, now=now)
    assert working_time_for(company.owner).is_open(datetime(2026, 3, 5, 8, 0, tzinfo=UTC))
    CalendarDay.objects.create(calendar=berlin, date="2026-03-05", name="Another", periods=[])
    WorkingCalendar.objects.filter(pk=berlin.pk).update(version=berlin.version + 1)
    assert not working_time_for(company.owner).is_open(datetime(2026, 3, 5, 8, 0, tzinfo=UTC))


def test_back_to_the_teams_hours(company, now):
    set_own_hours(user=company.owner, week=EARLY, time_zone="UTC", by=company.owner, now=now)
    follow_team_hours(user=company.owner, by=company.owner, now=now)
    assert working_time_for(company.owner) == working_time_for(company.teammate)


def test_what_is_due_follows_and_nothing_is_told_where_nothing_changed(company, now):
    heard = []
    presence_changed.connect(receiver := lambda user_ids, **_rest: heard.append(user_ids))
    for _time in range(2):
        set_own_hours(user=company.owner, week=EARLY, time_zone="UTC", by=company.owner, now=now)
    follow_team_hours(user=company.owner, by=company.owner, now=now)
    follow_team_hours(user=company.owner, by=company.owner, now=now)
    presence_changed.disconnect(receiver)
    assert heard == [{company.owner.pk}] * 2


def test_a_week_without_hours_is_refused(company, now):
    with pytest.raises(Refused, match="no working time"):
        set_own_hours(user=company.owner, week=[[] for _day in range(7)], time_zone="UTC", by=company.owner, now=now)


def test_the_page_keeps_hours_and_takes_them_away(mine, company):
    week = {f"day{number}": "07:00-11:00" for number in range(5)}
    mine.post(reverse("profile-hours"), {"own": "yes", "time_zone": "UTC", **week})
    assert WorkingCalendar.objects.get(person=company.owner).week == EARLY
    mine.post(reverse("profile-hours"), {"own": "no", "time_zone": "UTC", **week})
    assert not WorkingCalendar.objects.filter(person=company.owner).exists()


def test_a_persons_hours_are_no_calendar_of_the_company(client, company, now):
    set_own_hours(user=company.owner, week=EARLY, time_zone="UTC", by=company.owner, now=now)
    client.force_login(company.admin)
    assert "Hours of Olaf" not in client.get(reverse("calendars")).content.decode()
    assert "Hours of Olaf" not in client.get(reverse("team-new")).content.decode()
    assert TeamCalendars().of_team(company.east.pk).person_id is None
