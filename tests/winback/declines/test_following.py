"""A request finds who may decide it, a note that never went is told however late, and an approved call is not forgotten."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, Notice, Team
from accounts.refusals import Refused
from accounts.services.leaving.moving import leave
from deals.models import OutgoingMail, Task
from deals.services.tasks import finish_task
from tests.again import comes_to_the_same
from tests.at_once import at_once
from tests.factories import UserFactory
from winback.services import declines

HOUR = timedelta(hours=1)


def asked(user):
    return Notice.objects.filter(user=user, kind="decline_asked").count()


def test_a_note_given_up_after_more_than_a_day_is_told_once(ask, company, now):
    declines.approve_decline(decline=ask(), by=company.manager, now=now)
    declines.follow_declines(now + 24 * HOUR)
    assert not Notice.objects.filter(kind="decline_unsaid").exists()
    OutgoingMail.objects.update(state="failed")
    declines.follow_declines(now + 25 * HOUR)
    declines.follow_declines(now + 26 * HOUR)
    assert {one.user for one in Notice.objects.filter(kind="decline_unsaid")} == {company.owner, company.manager}
    assert Notice.objects.filter(kind="decline_unsaid").count() == 2


def test_a_decision_of_who_leaves_is_asked_of_who_may_decide_not_of_the_heir(ask, company, now):
    made = ask()
    leave(
        leaver=company.manager, last_day=(now - timedelta(days=1)).date(), mail_to=company.admin, by=company.admin, now=now,
        choices={"tasks": company.teammate, "teams": company.executive},
    )  # fmt: skip
    assert not Task.objects.filter(kind="decide_decline", assignee=company.teammate).exists()
    assert not Task.objects.filter(assignee=company.manager, ended_at=None).exists()
    with pytest.raises(Refused, match="Only the managers"):
        declines.approve_decline(decline=made, by=company.teammate, now=now)
    assert (declines.follow_declines(now), declines.follow_declines(now)) == (1, 0)
    task = Task.objects.get(kind="decide_decline")
    assert (task.assignee, task.ended_at, asked(company.executive)) == (company.executive, None, 1)


def test_who_does_not_lead_the_team_any_more_is_not_waited_for(ask, company, now):
    ask()
    successor = UserFactory(name="Nia Next", role="manager", team=company.east)
    Team.objects.filter(manager=company.manager).update(manager=successor)
    assert (declines.follow_declines(now), declines.follow_declines(now)) == (1, 0)
    assert (Task.objects.get().assignee, asked(successor)) == (successor, 1)


def test_what_comes_back_to_somebody_is_told_anew(ask, company, now):
    ask()
    Absence.objects.create(user=company.manager, starts_at=now, ends_at=now + HOUR)
    declines.follow_declines(now)
    Absence.objects.create(user=company.executive, starts_at=now + HOUR, ends_at=now + 90 * HOUR)
    declines.follow_declines(now + 2 * HOUR)
    declines.follow_declines(now + 2 * HOUR)
    assert (Task.objects.get().assignee, asked(company.manager), asked(company.executive)) == (company.manager, 2, 1)


@pytest.fixture
def to_call(ask, company, now):
    """Approved, to be said by phone."""
    return declines.approve_decline(decline=ask(way="phone"), by=company.manager, now=now)


def test_an_approved_call_is_a_task_of_who_asked_until_it_was_said(to_call, company, now):
    task = Task.objects.get(ended_at=None)
    assert (task.kind, task.assignee, task.deal) == ("call_and_decline", company.owner, company.deal)
    assert task.title == "Call them and decline Clinics, two more: Priya Raman"
    assert task.due_at >= now + 8 * HOUR
    with pytest.raises(Refused, match="say that you told them"):
        finish_task(task=task, by=company.owner, now=now)
    declines.said_by_phone(decline=to_call, by=company.owner, now=now + HOUR)
    task.refresh_from_db()
    assert (task.ended_at, task.done_by) == (now + HOUR, company.owner)


def test_or_was_taken_back_which_the_manager_hears(to_call, company, now):
    declines.withdraw_decline(decline=to_call, by=company.owner, now=now)
    assert not Task.objects.filter(ended_at=None).exists()
    assert Notice.objects.get(kind="decline_withdrawn").user == company.manager


def test_whoever_took_the_call_over_says_it_and_decides_nothing(to_call, company, now):
    Task.objects.filter(ended_at=None).update(assignee=company.teammate)
    with pytest.raises(Refused, match="Only the managers"):
        declines.refuse_decline(decline=to_call, reason="No", by=company.teammate, now=now)
    assert declines.said_by_phone(decline=to_call, by=company.teammate, now=now).state == "done"


def test_who_covers_for_the_caller_says_it_too(to_call, company, now, client):
    away = {"starts_at": timezone.now() - HOUR, "ends_at": timezone.now() + 24 * HOUR}
    Absence.objects.create(user=company.owner, cover=company.teammate, **away)
    client.force_login(company.teammate)
    page = client.get(to_call.get_absolute_url()).content.decode()
    assert reverse("decline-said", args=[to_call.pk]) in page
    client.post(reverse("decline-said", args=[to_call.pk]))
    assert not Task.objects.filter(ended_at=None).exists()
    to_call.refresh_from_db()
    assert (to_call.state, to_call.ended_by) == ("done", company.teammate)


def test_a_colleague_who_does_not_cover_does_not(to_call, company, now):
    with pytest.raises(Refused, match="Leave it to them"):
        declines.said_by_phone(decline=to_call, by=company.teammate, now=now)


def test_a_call_approved_before_the_upgrade_is_such_a_task_after_it(to_call, company, now):
    Task.objects.filter(ended_at=None).update(kind="todo")
    other = Task.objects.create(title="Call Priya", assignee=company.owner, deal=company.deal, due_at=now, created_at=now)
    with connection.cursor() as cursor:
        cursor.execute(import_module("winback.migrations.0009_calls_to_make").CALLS)
    assert [task.kind for task in Task.objects.filter(ended_at=None).order_by("pk")] == ["call_and_decline", "todo"]
    other.refresh_from_db()
    assert other.kind == "todo"


def nobody_hears_of_it(ask, company, now):
    declines.approve_decline(decline=ask(), by=company.manager, now=now)
    OutgoingMail.objects.update(state="failed")


def overdue(ask, company, now):
    ask()


@pytest.mark.parametrize("given", [nobody_hears_of_it, overdue])
def test_followed_twice_or_after_being_killed_it_is_the_same(ask, company, now, given):
    given(ask, company, now)
    comes_to_the_same(lambda: declines.follow_declines(now + 100 * HOUR), Task, Notice)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("given", [nobody_hears_of_it, overdue])
def test_two_workers_at_once_ask_and_tell_once(ask, company, now, given):
    given(ask, company, now)
    told = Notice.objects.count()
    assert at_once(*[lambda: declines.follow_declines(now + 100 * HOUR)] * 2) == []
    assert Notice.objects.count() - told == (2 if given is nobody_hears_of_it else 1)
    assert Task.objects.filter(kind="decide_decline").count() == 1
