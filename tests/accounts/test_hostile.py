"""What strangers, double clicks and failing servers send: an answer, never an error page."""

from datetime import date
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.authority import may_change
from accounts.days import near
from accounts.forms import AbsenceForm, DepartureForm
from accounts.models import Absence, Contact, Team, User, WorkingCalendar
from accounts.models.calendars import default_week
from accounts.refusals import Refused
from accounts.services import absences, calendars, teams
from deals.forms import NextStepForm
from deals.risk.rules.progress import close_date_passed
from tests.factories import TeamFactory, UserFactory

FAR = ("9999-12-31", "0001-01-01")


def test_who_manages_a_team_elsewhere_is_not_changed_by_the_manager_they_sit_with(company):
    head = UserFactory(role="manager", team=company.east)
    below = TeamFactory(parent=company.east, manager=head)
    assert may_change(company.manager, head)
    Team.objects.filter(pk=below.pk).update(parent=company.west)
    assert not may_change(company.manager, head)
    assert may_change(company.admin, head)


@pytest.mark.parametrize("day", FAR)
def test_days_one_cannot_count_from_are_refused(db, day):
    with pytest.raises(ValidationError):
        near(date.fromisoformat(day))
    nobody = User.objects.none()
    assert AbsenceForm({"first_day": day, "last_day": day}, covers=nobody).errors.keys() == {"first_day", "last_day"}
    assert "last_day" in DepartureForm({"last_day": day}, heirs=nobody).errors
    assert "due_on" in NextStepForm({"what": "Call", "due_on": day}).errors


@pytest.mark.parametrize("day", FAR)
def test_a_deal_keeps_no_such_day_either(client, company, day):
    client.force_login(company.owner)
    deal = company.deal
    assert client.post(reverse("deal-edit", args=[deal.pk]), {"name": deal.name, "source": "unknown", "expected_close_on": day}).status_code < 500
    deal.refresh_from_db()
    assert deal.expected_close_on is None
    assert client.post(reverse("deal-log", args=[deal.pk]), {"kind": "call", "at": f"{day}T23:59", "minutes": "1440"}).status_code < 500
    assert not deal.interactions.exists()


def test_a_close_date_at_the_end_of_time_never_passes():
    assert close_date_passed(SimpleNamespace(expected_close_on=date.max), None) is None


def test_health_answers_whoever_is_logged_in_when_the_database_is_away(client, company):
    client.force_login(company.owner)
    with patch.object(connection, "cursor", side_effect=OperationalError("away")):
        answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "failed"


@pytest.mark.parametrize("back", ["http://[::1", "nowhere", "//evil.example/"])
def test_an_address_to_go_back_to_may_be_nonsense(client, company, back):
    assert client.get(reverse("account_login"), {"next": back}).status_code == 200
    company.owner.set_password("a long enough one")
    company.owner.save()
    typed = {"login": company.owner.email, "password": "a long enough one", "next": back}
    assert client.post(reverse("account_login"), typed).status_code == 302
    client.force_login(company.owner)
    assert client.get(reverse("account_login"), {"next": back}).status_code == 302
    assert client.post(reverse("theme"), {"theme": "dark", "next": back}).status_code == 302
    asked = {"HX-Request": "true", "HX-Current-URL": "http://[::1", "HX-Target": "at-risk-1"}
    assert client.get(reverse("deal-owner", args=[company.deal.pk]), headers=asked).status_code == 200


@pytest.mark.parametrize("value", ["-1e200000", "1e200000", "1e-200000", "NaN", "-1"])
def test_values_no_column_holds_are_no_filter(client, company, value):
    client.force_login(company.owner)
    assert client.get(reverse("pipeline"), {"value_from": value, "value_to": value}).status_code < 500


def test_what_is_gone_already_is_said(company, now):
    by = company.admin
    absence = Absence.objects.create(user=company.owner, starts_at=now, ends_at=now.replace(day=9), recorded_by=by)
    absences.cancel_absence(absence=absence, by=by, now=now)
    with pytest.raises(Refused, match="gone already"):
        absences.cancel_absence(absence=absence, by=by, now=now)
    gone = TeamFactory()
    Team.objects.filter(pk=gone.pk).delete()
    with pytest.raises(Refused, match="gone already"):
        teams.remove_team(team=gone, by=by, now=now)
    calendar = calendars.create_calendar(by=by, now=now, name="Short", week=default_week())
    day = calendars.set_day(calendar=calendar, date=now.date(), name="Inventory", periods=[], by=by, now=now)
    WorkingCalendar.objects.filter(pk=calendar.pk).delete()
    for work in (
        lambda: calendars.remove_calendar(calendar=calendar, by=by, now=now),
        lambda: calendars.edit_calendar(calendar=calendar, by=by, now=now, name="Shorter"),
        lambda: calendars.set_day(calendar=calendar, date=now.date(), name="Move", periods=[], by=by, now=now),
        lambda: calendars.remove_day(day=day, by=by, now=now),
    ):
        with pytest.raises(Refused, match="not there any more"):
            work()


def test_a_name_taken_a_moment_ago_is_said(company, now, monkeypatch):
    def late(check):
        """The other one writes between the first look and the writing."""
        calls = []
        return lambda *args, **kwargs: check(*args, **kwargs) if calls else calls.append(1)

    monkeypatch.setattr(teams, "_check", late(teams._check))
    with pytest.raises(Refused, match="already a team East"):
        teams.create_team(name="East", parent=company.sales, by=company.admin, now=now)
    calendars.create_calendar(by=company.admin, now=now, name="Short", week=default_week())
    monkeypatch.setattr(calendars, "_check_name", late(calendars._check_name))
    with pytest.raises(Refused, match="already a calendar Short"):
        calendars.create_calendar(by=company.admin, now=timezone.now(), name="Short", week=default_week())


def test_people_log_in_while_redis_is_away(client, company, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    company.owner.set_password("a long enough one")
    company.owner.save()
    assert client.post(reverse("account_login"), {"login": company.owner.email, "password": "wrong"}).status_code == 200
    assert client.post(reverse("account_login"), {"login": company.owner.email, "password": "a long enough one"}).status_code == 302
    client.logout()
    assert client.post(reverse("account_reset_password"), {"email": company.owner.email}).status_code == 302


def next_of(address):
    return parse_qs(urlsplit(address).query)["next"][0]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_part_of_a_page_is_not_answered_with_the_log_in(client, db, method):
    here = "http://testserver/deals/?q=clinics"
    answer = getattr(client, method)(reverse("notices-panel"), headers={"HX-Request": "true", "HX-Current-URL": here})
    assert answer.status_code == 204
    assert not answer.content
    assert next_of(answer["HX-Redirect"]) == "/deals/?q=clinics"
    whole = client.get("/deals/?q=clinics", headers={"HX-Request": "true", "HX-History-Restore-Request": "true", "HX-Current-URL": here})
    assert whole.status_code == 302


@pytest.mark.parametrize(
    ("referer", "back"),
    [("http://testserver/deals/?q=clinics", "/deals/?q=clinics"), ("https://evil.example/deals/", "/"), ("http://[::1", "/"), ("", "/")],
)
def test_a_form_sent_too_late_leads_to_the_log_in_and_back_to_the_page_it_stood_on(client, db, referer, back):
    answer = client.post(reverse("deals-bulk"), {"act": "reassign"}, headers={"Referer": referer})
    assert answer.url.startswith(reverse("account_login"))
    assert next_of(answer.url) == back
    assert next_of(client.post(reverse("deals-bulk"), headers={"HX-Request": "true", "HX-Current-URL": referer})["HX-Redirect"]) == back


@pytest.mark.parametrize("route", ["pipeline", "deals-export", "today", "profile-sessions", "mfa_index"])
def test_no_cache_on_the_way_keeps_what_is_private(client, company, route):
    assert "private" in client.get(reverse(route))["Cache-Control"]
    client.force_login(company.owner)
    assert client.get(reverse(route))["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("route", ["search", "log-anywhere"])
def test_the_page_behind_may_be_nonsense(client, company, route):
    client.force_login(company.owner)
    asked = {"HX-Request": "true", "HX-Current-URL": "http://[::1"}
    assert client.get(reverse(route), {"live": "1"}, headers=asked).status_code == 200
    told = client.post(reverse("log-anywhere"), {"deal": company.deal.pk, "kind": "call"}, headers=asked)
    assert told.status_code == 200


@pytest.mark.parametrize("typed", ["\x00", "x" * 10_000])
def test_what_is_taken_away_may_be_nonsense(client, company, typed):
    client.force_login(company.owner)
    assert client.post(reverse("contact-addresses", args=[company.contact.pk]), {"remove": typed}).status_code == 302
    assert client.post(reverse("customer-domains", args=[company.account.pk]), {"remove": typed}).status_code == 302


def test_a_mere_word_is_no_address_to_go_back_to(client, company):
    """Django takes it for the name of a route, and fails where there is none."""
    client.force_login(company.owner)
    made = client.post(reverse("contact-new"), {"name": "Nadia Brandt", "next": "nowhere"})
    assert made.url == reverse("contact", args=[Contact.objects.get(name="Nadia Brandt").pk])
    assert client.post(reverse("triage-undo"), {"undo": "made up", "next": "nowhere"}).url == reverse("triage")


def test_where_somebody_says_they_come_from_may_be_nonsense(client, company):
    client.force_login(company.owner)
    assert client.get(reverse("deal", args=[company.deal.pk]), headers={"Referer": "http://[::1"}).status_code == 200


def test_going_back_to_a_page_shows_no_part_of_it_that_was_fetched_meanwhile(client, company):
    """A browser that goes back takes what it has of this address, unless it was asked for in another way."""
    client.force_login(company.owner)
    for headers in ({}, {"HX-Request": "true"}):
        assert "HX-Request" in client.get(reverse("views"), headers=headers)["Vary"]
