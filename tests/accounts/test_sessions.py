"""Where somebody is logged in, and ending it at once."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from accounts.devices import device
from accounts.services.departures import cancel_departure, record_departure
from accounts.services.people import readmit, suspend
from accounts.services.sessions import forget_ended_sessions, places_of
from tests.again import comes_to_the_same
from tests.at_once import at_once
from tests.factories import make_company

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def two(company, client_of):
    """The owner at a desk and on a phone: both have been used."""
    desk, phone = client_of(company.owner), client_of(company.owner)
    desk.get(reverse("notices"), headers={"user-agent": FIREFOX})
    phone.get(reverse("notices"), headers={"user-agent": IPHONE}, REMOTE_ADDR="203.0.113.9")
    return desk, phone


def is_in(client):
    return client.get(reverse("notices")).status_code == 200


def places(company, client):
    return places_of(user=company.owner, this=client.session.session_key, now=timezone.now())


def test_each_is_listed_with_device_and_address_this_one_first(company, two):
    desk, phone = two
    assert [(place.device, place.is_this) for place in places(company, desk)] == [("Firefox on Linux", True), ("Safari on iPhone", False)]
    assert places(company, phone)[0].ip == "203.0.113.9"
    page = desk.get(reverse("profile-sessions")).content.decode()
    assert "Safari on iPhone" in page
    assert "from 203.0.113.9" in page


def test_one_is_ended_at_once(company, two):
    desk, phone = two
    other = UserSession.objects.get(session_key=phone.session.session_key)
    desk.post(reverse("profile-session-end", args=[other.pk]))
    assert (is_in(desk), is_in(phone)) == (True, False)


def test_all_others_are_ended_and_this_one_stays(company, two, client_of):
    desk, phone = two
    third = client_of(company.owner)
    third.get(reverse("notices"))
    page = desk.post(reverse("profile-sessions-end-others"), follow=True).content.decode()
    assert "2 other sessions are ended" in page
    assert [is_in(client) for client in (desk, phone, third)] == [True, False, False]


def test_nobody_ends_what_is_not_theirs(company, two, client_of):
    stranger, (desk, _phone) = client_of(company.stranger), two
    own = UserSession.objects.get(session_key=desk.session.session_key)
    stranger.post(reverse("profile-session-end", args=[own.pk]))
    stranger.post(reverse("profile-sessions-end-others"))
    assert is_in(desk)


def test_suspending_ends_all_and_they_stay_ended_when_the_person_is_back(company, two):
    now = timezone.now()
    suspend(user=company.owner, by=company.admin, now=now)
    readmit(user=company.owner, by=company.admin, now=now)
    assert [is_in(client) for client in two] == [False, False]


def test_who_had_left_and_is_back_logs_in_anew(company, two):
    now = timezone.now()
    record_departure(user=company.owner, last_day=(now - timedelta(days=3)).date(), mail_to=None, by=company.admin, now=now)
    cancel_departure(user=company.owner, by=company.admin, now=now)
    assert [is_in(client) for client in two] == [False, False]


def test_a_session_of_an_older_password_is_not_listed(company, two):
    company.owner.set_password("four wide blue rivers")
    company.owner.save()
    assert places(company, two[0]) == []
    assert not UserSession.objects.exists()


def test_the_list_costs_the_same_for_two_and_for_twenty(company, two, client_of, django_assert_num_queries):
    for _number in range(18):
        client_of(company.owner).get(reverse("notices"))
    with django_assert_num_queries(2):
        assert len(places_of(user=company.owner, this=None, now=timezone.now())) == 20


def test_last_seen_is_written_once_in_five_minutes(company, client_of, time_machine):
    client = client_of(company.owner)
    start = timezone.now()
    for minutes in (0, 1, 2):
        time_machine.move_to(start + timedelta(minutes=minutes))
        client.get(reverse("notices"))
    row = UserSession.objects.get()
    assert row.last_seen_at - row.created_at < timedelta(minutes=1)


def test_over_night_what_is_over_is_forgotten(company, two):
    now = timezone.now()
    Session.objects.filter(session_key=two[0].session.session_key).update(expire_date=now - timedelta(minutes=1))
    UserSession.objects.update(last_seen_at=now - timedelta(days=1))
    assert forget_ended_sessions(now) == 1
    assert UserSession.objects.count() == Session.objects.count() == 1


@pytest.mark.parametrize(
    ("says", "words", "is_phone"),
    [
        (FIREFOX, "Firefox on Linux", False),
        (IPHONE, "Safari on iPhone", True),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
            False,
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android", True),
        ("curl/8.5.0", "curl", False),
        ("", "A device that does not say what it is", False),
    ],
)
def test_what_a_browser_says_of_itself(says, words, is_phone):
    seen = device(says)
    assert (seen.words, seen.is_phone) == (words, is_phone)


def some_are_over(now):
    Session.objects.filter(pk=Session.objects.order_by("pk").values("pk")[:1]).update(expire_date=now - timedelta(minutes=1))
    UserSession.objects.update(last_seen_at=now - timedelta(days=1))


def test_forgotten_twice_or_after_being_killed_it_is_the_same(company, two):
    now = timezone.now()
    some_are_over(now)
    comes_to_the_same(lambda: forget_ended_sessions(now), Session, UserSession)


@pytest.mark.django_db(transaction=True)
def test_two_who_forget_at_once_do_no_harm(client_of):
    company, now = make_company(), timezone.now()
    for _device in range(2):
        client_of(company.owner).get(reverse("notices"))
    some_are_over(now)
    assert at_once(*[lambda: forget_ended_sessions(now)] * 2) == []
    assert UserSession.objects.count() == Session.objects.count() == 1
