"""A person's own calendar at its secret address: what stands in it, who may read it, for how long."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Absence, Departure
from deals.models import Deal, Meeting, MeetingAttendee, NextStep, PersonalFeed, Task
from deals.services.calendars import personal
from deals.services.interactions import log_interaction
from tests.deals.calendar_service.conftest import event
from tests.factories import DealFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def token(company, now):
    return personal.make_address(user=company.owner, now=now)


@pytest.fixture
def meeting(bring, now):
    start, end = (f"{moment:%Y%m%dT%H%M%SZ}" for moment in (now + timedelta(days=2), now + timedelta(days=2, hours=1)))
    bring(event("LOCATION:Main street", start=start, end=end, stamp=f"{now:%Y%m%dT%H%M%SZ}"))
    return Meeting.objects.get()


def read(client, token, **headers):
    return client.get(f"/calendar/{token}.ics", headers=headers)


def entries(response):
    return {str(one["UID"]).partition("@")[0]: one for one in Calendar.from_ical(response.content).walk("VEVENT")}


def test_it_holds_meetings_tasks_steps_and_answers_with_ways_back(client, company, token, meeting, now):
    task = Task.objects.create(title="Call Priya", assignee=company.owner, deal=company.deal, due_at=now + timedelta(hours=5), created_at=now)
    step = NextStep.objects.create(deal=company.deal, what="Send the quote", due_at=now + timedelta(days=1), created_at=now)
    Deal.objects.update(reply_due_at=now + timedelta(hours=2))
    planned = log_interaction(
        deal=company.deal, kind="meeting", direction="out", outcome="planned", at=now + timedelta(days=5), by=company.owner, now=now, subject="Lunch"
    )
    Deal.objects.update(reply_due_at=now + timedelta(hours=2))
    found = entries(read(client, token))
    assert set(found) == {f"meeting-{meeting.pk}", f"task-{task.pk}", f"step-{step.pk}", f"answer-{company.deal.pk}", f"planned-{planned.pk}"}
    assert found[f"meeting-{meeting.pk}"]["LOCATION"] == "Main street"
    assert all(one["URL"] == f"http://testserver/deals/{company.deal.pk}/" for one in found.values())
    assert found[f"task-{task.pk}"].decoded("DTEND") == now + timedelta(hours=5)
    assert "Norwood Clinics: Clinics, two more" in found[f"answer-{company.deal.pk}"]["SUMMARY"]


def test_what_is_not_theirs_is_not_in_it(client, company, meeting, now):
    token = personal.make_address(user=company.teammate, now=now)
    assert entries(read(client, token)) == {}


def test_a_meeting_one_declined_is_not_in_it(client, company, token, meeting):
    MeetingAttendee.objects.filter(user=company.owner).update(answer="declined")
    assert f"meeting-{meeting.pk}" not in entries(read(client, token))


def test_a_cancelled_meeting_says_so(client, token, meeting):
    Meeting.objects.update(status="cancelled")
    assert entries(read(client, token))[f"meeting-{meeting.pk}"]["STATUS"] == "CANCELLED"


def test_unchanged_it_is_not_sent_again(client, token, meeting):
    first = read(client, token)
    assert read(client, token).content == first.content
    again = read(client, token, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_it_takes_as_many_queries_however_much_is_in_it(client, company, token, meeting, now, django_assert_max_num_queries):
    for number in range(20):
        Task.objects.create(title=f"T{number}", assignee=company.owner, deal=company.deal, due_at=now, created_at=now)
    with django_assert_max_num_queries(13):
        read(client, token)


def test_only_a_hash_of_the_token_is_kept(token):
    assert PersonalFeed.objects.get().token_hash == sha256(token.encode()).hexdigest()
    assert len(token) == 43


@pytest.mark.parametrize("wrong", ["x", "x" * 43, "x" * 500, "%00", "é"])
def test_anything_else_is_not_found(client, token, wrong):
    assert read(client, wrong).status_code == 404


def test_a_replaced_or_revoked_address_opens_nothing(client, company, token, now):
    newer = personal.make_address(user=company.owner, now=now)
    assert (read(client, token).status_code, read(client, newer).status_code) == (404, 200)
    assert personal.revoke_address(user=company.owner)
    assert read(client, newer).status_code == 404


def test_it_ends_with_departure_and_with_suspension(client, company, token, now):
    Departure.objects.create(user=company.owner, last_day=now.date(), leaves_at=now - timedelta(minutes=1))
    assert read(client, token).status_code == 404
    Departure.objects.all().delete()
    company.owner.is_active = False
    company.owner.save()
    assert read(client, token).status_code == 404


def test_that_it_was_used_is_noted_once_a_minute(token, now):
    def used(at):
        personal.whose(token, at)
        return PersonalFeed.objects.get().last_used_at

    assert used(now) == now
    assert used(now + timedelta(seconds=59)) == now
    assert used(now + timedelta(seconds=61)) == now + timedelta(seconds=61)


def test_a_deal_one_does_not_see_is_not_told(client, company, token, meeting):
    hidden = DealFactory(owner=company.stranger, team=company.west, name="Hidden from here")
    Meeting.objects.update(deal=hidden)
    found = entries(read(client, token))[f"meeting-{meeting.pk}"]
    assert "Hidden" not in str(found["DESCRIPTION"])
    assert f"/deals/{hidden.pk}/" not in str(found["URL"])


def test_while_one_answers_for_somebody_theirs_stands_in_it_too_until_they_are_back(client, company, now):
    back = now + timedelta(days=4)
    Absence.objects.create(user=company.owner, starts_at=now - timedelta(days=1), ends_at=back, cover=company.teammate)
    task = Task.objects.create(title="Call Priya", assignee=company.owner, deal=company.deal, due_at=now + timedelta(hours=5), created_at=now)
    Task.objects.create(title="Later", assignee=company.owner, deal=company.deal, due_at=back + timedelta(hours=5), created_at=now)
    step = NextStep.objects.create(deal=company.deal, what="Send the quote", due_at=now + timedelta(days=1), created_at=now)
    planned = {"deal": company.deal, "kind": "meeting", "direction": "out", "outcome": "planned", "by": company.owner, "now": now, "subject": "Lunch"}
    lunch = log_interaction(**planned, at=now + timedelta(days=2))
    log_interaction(**planned, at=now + timedelta(days=9))
    Deal.objects.update(reply_due_at=now + timedelta(hours=2))
    found = entries(read(client, personal.make_address(user=company.teammate, now=now)))
    assert set(found) == {f"task-{task.pk}", f"step-{step.pk}", f"answer-{company.deal.pk}", f"planned-{lunch.pk}"}
    assert found[f"task-{task.pk}"]["SUMMARY"] == "Call Priya (for Olaf Owner)"
    assert all("(for Olaf Owner)" in one["SUMMARY"] for one in found.values())
    assert entries(read(client, personal.make_address(user=company.manager, now=now))) == {}


def test_a_leavers_work_stands_in_their_managers(client, company, now):
    Departure.objects.create(user=company.owner, last_day=now.date(), leaves_at=now - timedelta(hours=1))
    Deal.objects.update(reply_due_at=now + timedelta(hours=2))
    assert set(entries(read(client, personal.make_address(user=company.manager, now=now)))) == {f"answer-{company.deal.pk}"}


def test_what_nobody_owns_stands_in_the_calendar_of_whoever_leads_the_team(client, company, now):
    Deal.objects.update(owner=None, reply_due_at=now + timedelta(hours=2))
    assert set(entries(read(client, personal.make_address(user=company.manager, now=now)))) == {f"answer-{company.deal.pk}"}
    Absence.objects.create(user=company.manager, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1))
    assert entries(read(client, personal.make_address(user=company.executive, now=now))) != {}
