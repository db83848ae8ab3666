"""The moment somebody leaves: what ends, who hears what is left, and once only."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession

from accounts.models import Bequest, Departure, Notice
from accounts.services.departures import record_departure
from accounts.services.leaving import ending
from accounts.services.leaving.ending import carry_out_departures
from deals.models import CalendarFeed, PersonalFeed, StartPage
from tests.again import comes_to_the_same
from tests.at_once import at_once
from tests.factories import DealFactory, make_company

DAY = timedelta(days=1)


@pytest.fixture
def leaver(company, now):
    """Their last day is tomorrow; logged in, with a calendar of their own and a secret address."""
    person = company.teammate
    UserSession.objects.create(user=person, session_key="k", ip="127.0.0.1", user_agent="", created_at=now, last_seen_at=now)
    PersonalFeed.objects.create(user=person, token_hash="h", created_at=now)
    CalendarFeed.objects.create(owner=person, name="Work", host="calendar.example", secret="x", created_at=now)
    record_departure(user=person, last_day=(now + DAY).date(), mail_to=None, by=company.manager, now=now)
    return person


def what_is_theirs(person):
    return [model.objects.filter(**{field: person}).count() for model, field in ((UserSession, "user"), (PersonalFeed, "user"), (StartPage, "user"))]


def test_before_that_moment_everything_stays(leaver, now):
    assert carry_out_departures(now + timedelta(hours=20)) == 0
    assert what_is_theirs(leaver) == [1, 1, 0]


def test_at_that_moment_sessions_and_addresses_end(leaver, now):
    assert carry_out_departures(now + 2 * DAY) == 1
    assert what_is_theirs(leaver) == [0, 0, 0]
    feed = CalendarFeed.objects.get()
    assert (feed.is_active, feed.secret) == (False, "")
    assert set(Bequest.objects.values_list("kind", "heir")) == {("sessions", None), ("calendars", None), ("own_address", None)}


def test_the_manager_hears_what_still_stands_in_their_name(leaver, company, now):
    DealFactory(owner=leaver)
    carry_out_departures(now + 2 * DAY)
    notice = Notice.objects.get(kind="left_behind")
    assert (notice.user, notice.title) == (company.manager, "Tara Teammate has left, and this still stands in their name")
    assert notice.body.startswith("1 open deal\n")
    assert notice.path == f"/people/{leaver.pk}/departure/"


def test_where_nothing_is_left_nobody_hears_anything(leaver, now):
    carry_out_departures(now + 2 * DAY)
    assert not Notice.objects.filter(kind="left_behind").exists()


def test_it_is_carried_out_once_and_again_for_another_day(leaver, company, now):
    DealFactory(owner=leaver)
    assert [carry_out_departures(now + days * DAY) for days in (2, 3)] == [1, 0]
    record_departure(user=leaver, last_day=(now + 5 * DAY).date(), mail_to=None, by=company.manager, now=now)
    assert [carry_out_departures(now + days * DAY) for days in (3, 7)] == [0, 1]
    assert Departure.objects.get(user=leaver).carried_out_at == now + 7 * DAY


def test_a_passing_on_that_was_stopped_is_told_of_later(leaver, company, now):
    Bequest.objects.create(leaver=leaver, heir=company.owner, kind="deals", count=3, at=now, by=company.manager)
    for minutes in (1, 6, 9):
        carry_out_departures(now + timedelta(minutes=minutes))
    assert Notice.objects.get(kind="bequest").body == "3 open deals"


def test_the_deals_of_somebody_who_left_stay_theirs_until_somebody_decides(leaver, now):
    deal = DealFactory(owner=leaver)
    carry_out_departures(now + 2 * DAY)
    deal.refresh_from_db()
    assert deal.owner == leaver


def test_one_that_cannot_be_carried_out_keeps_no_other(leaver, company, now, monkeypatch):
    record_departure(user=company.owner, last_day=now.date(), mail_to=None, by=company.manager, now=now)
    whole = ending._tell_what_is_left

    def broken(departure, at):
        if departure.user == company.owner:
            raise ValueError("a fault of ours")
        whole(departure, at)

    monkeypatch.setattr(ending, "_tell_what_is_left", broken)
    assert carry_out_departures(now + 2 * DAY) == 1
    monkeypatch.undo()
    assert carry_out_departures(now + 2 * DAY) == 1


@pytest.mark.django_db(transaction=True)
def test_another_last_day_recorded_while_the_first_is_carried_out(now):
    company = make_company()
    leaver, then = company.teammate, now + 2 * DAY
    record_departure(user=leaver, last_day=now.date(), mail_to=None, by=company.manager, now=now)
    UserSession.objects.create(user=leaver, session_key="k", ip="127.0.0.1", user_agent="", created_at=now, last_seen_at=now)
    later = {"user": leaver, "last_day": (then + DAY).date(), "mail_to": None, "by": company.manager, "now": then}
    errors = at_once(*[lambda: carry_out_departures(then), lambda: record_departure(**later)] * 2)
    assert errors == []
    assert Departure.objects.get(user=leaver).last_day == (then + DAY).date()


def test_carried_out_twice_or_after_being_killed_it_is_the_same(leaver, now):
    DealFactory(owner=leaver)
    comes_to_the_same(lambda: carry_out_departures(now + 2 * DAY), UserSession, PersonalFeed, CalendarFeed, Bequest, Notice, Departure)
