"""Cover: who is told, what is warned of, and where it is said."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.covers import answers_now, concerns_of, covers_of
from accounts.models import Absence, Departure, Notice
from accounts.services.absences import cancel_absence, edit_absence, record_absence
from tests.factories import DealFactory, SignalFactory

DAY = timedelta(days=1)
DAYS = {"first_day": "2031-03-03", "last_day": "2031-03-07"}


def titles(user):
    return list(Notice.objects.filter(user=user, kind="cover").order_by("pk").values_list("title", flat=True))


@pytest.fixture
def away(company, now):
    """away(cover): the owner, for five days from tomorrow, said by themselves."""

    def record(cover=company.teammate, user=company.owner, by=company.owner, after=1, days=5):
        starts_at = (now + after * DAY).replace(hour=0)
        return record_absence(user=user, starts_at=starts_at, ends_at=starts_at + days * DAY, cover=cover, by=by, now=now)

    return record


def test_the_cover_is_told_with_the_days(company, away):
    away()
    assert titles(company.teammate) == ["You cover for Olaf Owner from 5 March 2026 to 9 March 2026"]


def test_who_names_themselves_as_cover_knows(company, away):
    away(cover=company.manager, by=company.manager)
    assert titles(company.manager) == []


def test_another_cover_is_told_and_the_one_before_too(company, away, now):
    absence = away()
    edit_absence(absence=absence, starts_at=absence.starts_at, ends_at=absence.ends_at, cover=company.manager, by=company.owner, now=now)
    assert titles(company.teammate)[1:] == ["You do not cover for Olaf Owner from 5 March 2026 to 9 March 2026 any more"]
    assert titles(company.manager) == ["You cover for Olaf Owner from 5 March 2026 to 9 March 2026"]


def test_a_change_that_changes_nothing_tells_nobody(company, away, now):
    absence = away()
    edit_absence(absence=absence, starts_at=absence.starts_at, ends_at=absence.ends_at, cover=company.teammate, by=company.owner, now=now + DAY)
    assert len(titles(company.teammate)) == 1


def test_taken_back_the_cover_hears_it(company, away, now):
    cancel_absence(absence=away(), by=company.owner, now=now)
    assert "any more" in titles(company.teammate)[1]


def test_whose_cover_goes_away_hears_it_in_time(company, away):
    absence = away()
    away(user=company.teammate, cover=None, by=company.teammate, after=3, days=1)
    assert titles(company.owner) == ["Tara Teammate, who covers for you, is away as well from 7 March 2026 to 7 March 2026"]
    assert Notice.objects.get(user=company.owner).path == reverse("absence", args=[absence.pk])


# --- what is warned of ------------------------------------------------------------------------------------------


@pytest.fixture
def concerns(company, now):
    def of(cover, absence=None, person=company.owner):
        span = {"starts_at": now + DAY, "ends_at": now + 5 * DAY}
        return [one.words for one in concerns_of(person=person, absence=absence, **span, cover=cover, now=now)]

    return of


def test_a_cover_with_nothing_overdue_is_no_concern(company, concerns):
    assert concerns(company.teammate) == concerns(None) == []


def test_a_cover_who_is_behind_or_an_executive_is(company, concerns):
    SignalFactory(deal=DealFactory(owner=company.teammate), rule="reply_overdue", severity=2)
    assert concerns(company.teammate) == ["Already waiting for Tara Teammate: 1 overdue answer."]
    assert concerns(company.executive)[0].startswith("Edda Executive is an executive")


def test_the_cover_that_stands_already_is_not_asked_about_again(company, concerns, away):
    SignalFactory(deal=DealFactory(owner=company.teammate), rule="reply_overdue", severity=2)
    assert concerns(company.teammate, absence=away()) == []


def test_somebody_who_covers_is_warned_before_they_go_away(company, concerns, away):
    away()
    assert concerns(None, person=company.teammate) == [
        "Tara Teammate covers for Olaf Owner from 5 March 2026 to 9 March 2026. While both are away, what waits for Olaf Owner goes up the line."
    ]


def test_the_form_asks_for_a_confirmation_once(client_of, company):
    SignalFactory(deal=DealFactory(owner=company.teammate), rule="reply_overdue", severity=2)
    browser, address = client_of(company.owner), reverse("absence-new", args=[company.owner.pk])
    answer = browser.post(address, {**DAYS, "cover": company.teammate.pk})
    assert answer.status_code == 422
    assert "Already waiting for Tara Teammate: 1 overdue answer" in unescape(answer.content.decode())
    assert "Mona Manager leads the team and could answer instead." in answer.content.decode()
    assert 'value="2031-03-07"' in answer.content.decode(), "nothing typed is lost"
    assert not Absence.objects.exists()
    assert browser.post(address, {**DAYS, "cover": company.teammate.pk, "confirmed": "yes"}).status_code == 302
    assert Absence.objects.get().cover == company.teammate


# --- where it is said -------------------------------------------------------------------------------------------


@pytest.fixture
def standing(company):
    """The owner is away now; the teammate covers."""
    now = timezone.now()
    return Absence.objects.create(user=company.owner, starts_at=now - DAY, ends_at=now + 3 * DAY, cover=company.teammate)


def page(client_of, user, name, *args):
    return unescape(client_of(user).get(reverse(name, args=args)).content.decode())


def test_on_today_of_the_cover_and_of_the_colleague(client_of, company, standing):
    assert "You cover for <b>Olaf Owner</b> until" in page(client_of, company.teammate, "today")
    assert "<b>Tara Teammate</b> covers for you until" in page(client_of, company.owner, "today")
    assert "covers" not in page(client_of, company.manager, "today")


def test_what_waits_for_the_colleague_stands_on_the_covers_day(client_of, company, standing):
    SignalFactory(deal=company.deal, rule="reply_overdue", severity=3, responsible=company.teammate, facts={"since": timezone.now().isoformat()})
    assert "for Olaf Owner" in page(client_of, company.teammate, "today")


def test_an_absence_nobody_covers_is_said_with_a_way_to_name_somebody(client_of, company):
    now = timezone.now()
    absence = Absence.objects.create(user=company.owner, starts_at=now + DAY, ends_at=now + 3 * DAY)
    found = page(client_of, company.owner, "today")
    assert "and <b>nobody covers</b>" in found
    assert reverse("absence", args=[absence.pk]) in found


def test_what_is_far_off_or_over_is_not_said(company):
    now = timezone.now()
    Absence.objects.create(user=company.owner, starts_at=now + 9 * DAY, ends_at=now + 12 * DAY, cover=company.teammate)
    Absence.objects.create(user=company.owner, starts_at=now - 9 * DAY, ends_at=now - 8 * DAY, cover=company.teammate)
    assert covers_of(company.teammate, now, ahead=now + 3 * DAY) == []


def test_on_the_page_of_who_is_away(client_of, company, standing):
    assert "Tara Teammate covers for Olaf Owner." in page(client_of, company.manager, "person", company.owner.pk)
    assert "Covers for <b>Olaf Owner</b> until" in page(client_of, company.manager, "person", company.teammate.pk)


def test_a_cover_who_is_not_here_is_followed_up_the_line(client_of, company, standing):
    now = timezone.now()
    Absence.objects.create(user=company.teammate, starts_at=now - DAY, ends_at=now + DAY)
    assert answers_now(company.owner, now) == company.manager
    assert "Tara Teammate, who covers, is not here either: what waits goes to Mona Manager." in page(
        client_of, company.admin, "person", company.owner.pk
    )


def test_a_cover_who_left_is_followed_up_the_line(company, standing):
    now = timezone.now()
    Departure.objects.create(user=company.teammate, last_day="2026-01-02", leaves_at=now - DAY)
    Absence.objects.create(user=company.manager, starts_at=now - DAY, ends_at=now + DAY)
    assert answers_now(company.owner, now) == company.executive


def test_everybody_finds_where_to_say_that_they_are_away(client_of, company):
    assert reverse("absence-new", args=[company.stranger.pk]) in page(client_of, company.stranger, "today")
