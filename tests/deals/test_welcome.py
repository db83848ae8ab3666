"""The first run: from an empty Salvor to a risk desk; every step is true when its data says so."""

from datetime import UTC, datetime

import pytest

from accounts.models import Team, User, WorkingCalendar
from accounts.services.founding import add_admin
from deals.models import Deal
from deals.risk.refresh import refresh
from tests.factories import DealFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def first(client):
    """The first admin of an empty Salvor, logged in."""
    admin = add_admin(name="Ada Admin", email="ada@salvor.example", now=NOW)
    client.force_login(admin)
    return client


def done(client):
    progress = client.get("/welcome/").context["progress"]
    return progress.steps


def test_an_admin_of_an_empty_salvor_is_led_to_the_first_steps(first):
    assert first.get("/").url == "/welcome/"
    assert done(first) == (False, False, False, False)


def test_others_begin_where_they_always_do(client, company):
    Deal.objects.all().delete()
    for person, place in ((company.owner, "/today/"), (company.manager, "/risk/")):
        client.force_login(person)
        assert client.get("/").url == place
        assert client.get("/welcome/").status_code == 404


def test_the_hours_are_kept_in_the_usual_calendar(first):
    first.post("/welcome/hours/", {"time_zone": "Europe/Berlin", "country": "DE", "subdivision": "BY", "hours": "8:30-12, 13-17"})
    calendar = WorkingCalendar.objects.get(is_default=True)
    assert (calendar.time_zone, calendar.country, calendar.subdivision) == ("Europe/Berlin", "DE", "BY")
    assert calendar.week == [[["08:30", "12:00"], ["13:00", "17:00"]]] * 5 + [[], []]
    assert done(first) == (True, False, False, False)


def test_hours_that_are_right_as_they_stand_count_once_they_were_kept(first):
    first.post("/welcome/hours/", {"time_zone": "UTC", "hours": "09:00-17:00"})
    assert done(first)[0]


def test_teams_that_nobody_leads_are_said_until_one_has_a_manager(first):
    team = Team.objects.create(name="Sales")
    rep = UserFactory(team=team)
    assert "No team has a manager yet" in first.get("/welcome/").content.decode()
    Team.objects.update(manager=rep)
    assert "No team has a manager yet" not in first.get("/welcome/").content.decode()


@pytest.mark.parametrize("wrong", [{"hours": ""}, {"hours": "nine to five"}, {"hours": "17-9"}, {"time_zone": "Mars/Olympus"}, {"subdivision": "QQ"}])
def test_hours_that_make_no_sense_are_said_in_words_and_what_was_typed_stays(first, wrong):
    answer = first.post("/welcome/hours/", {"time_zone": "Europe/Berlin", "country": "DE", "hours": "09:00-17:00"} | wrong)
    assert answer.status_code == 422
    assert not done(first)[0]


def test_teams_are_made_from_their_names_all_or_none(first):
    first.post("/welcome/teams/", {"names": "North\n\n South \nNorth"})
    assert set(Team.objects.values_list("name", flat=True)) == {"North", "South"}
    answer = first.post("/welcome/teams/", {"names": "West\nnorth\nSouth"})
    assert "already a team" in answer.content.decode()
    assert not Team.objects.filter(name="West").exists()


def test_people_and_a_team_make_the_second_step(first):
    first.post("/welcome/teams/", {"names": "North"})
    assert not done(first)[1]
    UserFactory(team=Team.objects.get())
    assert done(first)[1]


def test_deals_make_the_third_step_and_the_rules_the_fourth(first):
    deal = DealFactory()
    assert done(first)[2:] == (True, False)
    refresh([deal.pk], NOW)
    assert done(first)[2:] == (True, True)


def test_a_slim_banner_says_how_far_one_is_until_all_is_done(first):
    assert "Setting up: 0 of 4." in first.get("/settings/").content.decode()
    first.post("/welcome/hours/", {"time_zone": "UTC", "hours": "09:00-17:00"})
    assert "Setting up: 1 of 4." in first.get("/settings/").content.decode()
    refresh([DealFactory(owner=UserFactory(team=Team.objects.create(name="North"))).pk], NOW)
    assert "Setting up" not in first.get("/settings/").content.decode()
    assert "Salvor is set up" in first.get("/welcome/").content.decode()


def test_the_rest_can_wait_and_be_come_back_to(first):
    assert first.post("/welcome/later/").url == "/risk/"
    assert first.get("/").url == "/risk/"
    assert "Setting up" not in first.get("/settings/").content.decode()
    assert "/welcome/" in first.get("/settings/").content.decode()
    assert first.get("/welcome/").status_code == 200


def test_the_page_asks_little(first, django_assert_max_num_queries):
    User.objects.exists()
    with django_assert_max_num_queries(15):
        first.get("/welcome/")
