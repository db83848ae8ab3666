"""Asking for the approval; the manager's yes, yes with other words, and no."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Absence, Departure, Notice
from accounts.refusals import Refused
from deals.models import OutgoingMail, RiskSignal, Stage, Task
from deals.risk.refresh import refresh
from deals.risk.sweep import sweep
from deals.services.stages import move_deal
from deals.services.tasks import finish_task
from tests.factories import InteractionFactory
from tests.giving import give
from winback.decline_note import Note
from winback.models import Decline, Loss
from winback.services import declines


def titles(user):
    return list(Notice.objects.filter(user=user, kind__startswith="decline").order_by("pk").values_list("title", flat=True))


def kind_of(user):
    return Notice.objects.filter(user=user, kind__startswith="decline").latest("pk").kind


def test_the_manager_is_asked_by_notice_mail_and_task(ask, company, now):
    made = ask()
    notice = Notice.objects.get(user=company.manager)
    assert (notice.title, notice.mail, notice.path) == ("Olaf Owner asks to decline Clinics, two more", "pending", f"/declines/{made.pk}/")
    assert "Iris Vann brought it to us." in notice.body
    task = Task.objects.get()
    assert (task.kind, task.assignee, task.due_at, task.title) == ("decide_decline", company.manager, now + timedelta(hours=4), notice.title)


def test_nothing_is_sent_and_every_clock_runs_on(ask, company, now):
    InteractionFactory(deal=company.deal, contact=company.contact, at=now, recorded_at=now)
    refresh([company.deal.pk], now)
    ask()
    sweep(now + timedelta(hours=20))
    company.deal.refresh_from_db()
    assert (company.deal.status, OutgoingMail.objects.count()) == ("open", 0)
    assert RiskSignal.objects.filter(deal=company.deal, rule="reply_overdue", state="raised").exists()


def test_somebody_they_turned_to_asks_in_place_of_the_owner(ask, turned_to, company):
    ask(by=turned_to)
    assert titles(company.manager) == ["Sven Stranger asks to decline Clinics, two more"]


def test_it_is_asked_once_a_deal(ask, turned_to):
    ask()
    with pytest.raises(Refused, match="Olaf Owner has asked for this already"):
        ask(by=turned_to)


def test_the_database_keeps_no_second_open_one(ask):
    made = ask()
    made.pk, made.task = None, None
    with pytest.raises(IntegrityError, match="decline_one_open"), transaction.atomic():
        made.save(force_insert=True)


def test_who_decides_alone_need_not_ask(company, ask):
    with pytest.raises(Refused, match="You can decide this yourself"):
        ask(by=company.manager)


def test_yes_sends_the_note_in_the_name_of_who_asked_and_closes_the_deal(ask, company, now):
    made = declines.approve_decline(decline=ask(introducer_words="Dear Iris"), by=company.manager, now=now)
    company.deal.refresh_from_db()
    assert (made.state, made.approved_by, made.changed, company.deal.status) == ("done", company.manager, False, "lost")
    assert {one.author for one in OutgoingMail.objects.all()} == {company.owner}
    assert sorted(one.to[0] for one in OutgoingMail.objects.all()) == ["iris@vann.example", "priya@norwood.example"]
    assert titles(company.owner) == ["Mona Manager agrees: Clinics, two more is declined"]
    assert Task.objects.get().done_by == company.manager


def test_a_word_is_changed_on_the_way(ask, company, note, now):
    made = declines.approve_decline(
        decline=ask(introducer_words="Dear Iris"), by=company.manager, now=now, note=replace(note, reason="Our team is full."), introducer_words=""
    )
    assert "Our team is full." in OutgoingMail.objects.get().body
    assert (made.changed, Note.of(Decline.objects.get()).reason) == (True, "Our team is full.")
    assert "Some words were changed" in Notice.objects.get(user=company.owner).body


def test_no_needs_a_reason_and_leaves_everything_as_it_is(ask, company, now):
    made = ask()
    with pytest.raises(Refused, match="Say why in a few words"):
        declines.refuse_decline(decline=made, reason=" ", by=company.manager, now=now)
    declines.refuse_decline(decline=made, reason="We owe Iris more than that.", by=company.manager, now=now)
    company.deal.refresh_from_db()
    assert (company.deal.status, kind_of(company.owner)) == ("open", "decline_refused")
    assert "We owe Iris more than that." in Notice.objects.get(user=company.owner).body
    assert Task.objects.get().ended_at == now
    assert ask().state == "asked", "they may ask anew"


@pytest.mark.parametrize("who", ["owner", "teammate", "stranger", "admin"])
def test_others_do_not_decide_it(ask, company, who, now):
    with pytest.raises(Refused, match="Only the managers"):
        declines.approve_decline(decline=ask(), by=getattr(company, who), now=now)
    assert not Loss.objects.exists()


def test_the_managers_manager_decides_as_well(ask, company, now):
    assert declines.approve_decline(decline=ask(), by=company.executive, now=now).state == "done"


def test_whoever_asked_takes_it_back(ask, company, now):
    made = ask()
    with pytest.raises(Refused, match="Only Olaf Owner"):
        declines.withdraw_decline(decline=made, by=company.teammate, now=now)
    declines.withdraw_decline(decline=made, by=company.owner, now=now)
    assert kind_of(company.manager) == "decline_withdrawn"
    with pytest.raises(Refused, match="Olaf Owner has taken this back"):
        declines.approve_decline(decline=made, by=company.manager, now=now)
    assert not Loss.objects.exists()


def test_it_ends_when_the_deal_gets_another_owner(ask, company, now):
    made = ask()
    give(company.deal, company.teammate, by=company.manager, now=now)
    made.refresh_from_db()
    assert (made.state, made.words, made.ended_at) == ("overtaken", "owner", now)
    assert Task.objects.get(kind="decide_decline").ended_at == now
    with pytest.raises(Refused, match="got another owner meanwhile"):
        declines.approve_decline(decline=made, by=company.manager, now=now)
    declines.follow_declines(now)
    declines.follow_declines(now)
    assert titles(company.owner) == ["Your request to decline Clinics, two more has ended"]


def test_it_ends_when_the_deal_is_won(ask, company, now):
    made = ask()
    move_deal(deal=company.deal, stage=Stage.objects.get(kind="won"), by=company.owner, now=now)
    with pytest.raises(Refused, match="The deal was closed meanwhile"):
        declines.refuse_decline(decline=made, reason="No", by=company.manager, now=now)


def test_a_manager_who_passes_on_it_meanwhile_ends_the_request(ask, company, passing, now):
    made = ask()
    declines.decline_deal(deal=company.deal, by=company.manager, passing=passing(), now=now)
    made.refresh_from_db()
    assert (made.state, Task.objects.get().ended_at) == ("overtaken", now)
    assert OutgoingMail.objects.count() == 1


def test_a_manager_who_went_away_is_followed_up_the_line(ask, company, now):
    ask()
    Absence.objects.create(user=company.manager, starts_at=now, ends_at=now + timedelta(days=3))
    assert (declines.follow_declines(now), declines.follow_declines(now)) == (1, 0)
    assert Task.objects.get().assignee == company.executive
    assert titles(company.executive) == ["Olaf Owner asks to decline Clinics, two more"]


def test_a_manager_who_lets_it_lie_is_followed_up_the_line_as_well(ask, company, now):
    made = ask()
    assert declines.follow_declines(now + timedelta(hours=3)) == 0
    late = now + timedelta(hours=5)
    assert (declines.follow_declines(late), declines.follow_declines(late)) == (1, 0)
    assert Task.objects.get().assignee == company.executive
    assert titles(company.executive) == ["Olaf Owner asks to decline Clinics, two more"]
    assert declines.approve_decline(decline=made, by=company.manager, now=late).state == "done", "the first one still may"


def test_at_the_top_it_stays(ask, company, now):
    ask()
    for days in range(1, 5):
        declines.follow_declines(now + timedelta(days=days))
    assert Task.objects.get().assignee == company.admin
    assert Notice.objects.filter(kind="decline_asked").count() == 3


def test_in_the_managers_name_where_whoever_asked_has_left(ask, company, now):
    made = ask()
    Departure.objects.create(user=company.owner, last_day=now.date(), leaves_at=now)
    declines.approve_decline(decline=made, by=company.manager, now=now)
    mail = OutgoingMail.objects.get()
    assert mail.author == company.manager
    assert mail.body.endswith("Kind regards\nMona Manager")


def test_by_phone_it_is_approved_first_and_closed_once_it_was_said(ask, company, now):
    made = ask(way="phone")
    with pytest.raises(Refused, match="Nobody has approved this yet"):
        declines.said_by_phone(decline=made, by=company.owner, now=now)
    declines.approve_decline(decline=made, by=company.manager, now=now)
    company.deal.refresh_from_db()
    assert (company.deal.status, titles(company.owner)) == ("open", ["Mona Manager agrees: decline Clinics, two more"])
    with pytest.raises(Refused, match="Mona Manager has approved it already"):
        declines.approve_decline(decline=made, by=company.executive, now=now)
    with pytest.raises(Refused, match="Only Olaf Owner, who asked"):
        declines.said_by_phone(decline=made, by=company.teammate, now=now)
    declines.said_by_phone(decline=made, by=company.owner, now=now)
    company.deal.refresh_from_db()
    assert company.deal.status == "lost"


def test_the_task_ends_with_the_decision_alone(ask, company, now):
    ask()
    with pytest.raises(Refused, match="approve it or refuse it"):
        finish_task(task=Task.objects.get(), by=company.manager, now=now)


def test_an_address_that_went_meanwhile_stops_the_yes(ask, company, now):
    made = ask()
    company.contact.email = ""
    company.contact.save()
    with pytest.raises(Refused, match="has no address any more"):
        declines.approve_decline(decline=made, by=company.manager, now=now)
    made.refresh_from_db()
    assert (made.state, Loss.objects.count()) == ("asked", 0)


def test_killed_in_the_middle_of_the_yes_it_is_asked_as_before(ask, company, now, monkeypatch):
    made = ask()
    monkeypatch.setattr("winback.services.declines.deciding.tell_approved", lambda *_given, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        declines.approve_decline(decline=made, by=company.manager, now=now)
    made.refresh_from_db()
    assert (made.state, OutgoingMail.objects.count(), Task.objects.get().ended_at) == ("asked", 0, None)
    monkeypatch.undo()
    assert declines.approve_decline(decline=made, by=company.manager, now=now).state == "done"


@pytest.mark.parametrize("how", ["cancelled", "failed", "thrown away"])
def test_a_note_that_never_went_is_told_to_both(ask, company, now, how):
    declines.approve_decline(decline=ask(), by=company.manager, now=now)
    note = OutgoingMail.objects.filter(to__contains=["priya@norwood.example"])
    note.delete() if how == "thrown away" else note.update(state=how)
    declines.follow_declines(now + timedelta(minutes=30))
    assert not Notice.objects.filter(kind="decline_unsaid").exists(), "it may be changed and go"
    declines.follow_declines(now + timedelta(hours=2))
    declines.follow_declines(now + timedelta(hours=3))
    told = Notice.objects.filter(kind="decline_unsaid")
    assert {one.user for one in told} == {company.owner, company.manager}
    assert {one.title for one in told} == {"Priya Raman was never told that Clinics, two more is declined"}


def test_a_note_that_went_is_told_to_nobody(ask, company, now):
    declines.approve_decline(decline=ask(), by=company.manager, now=now)
    OutgoingMail.objects.update(state="sent", sent_at=now)
    declines.follow_declines(now + timedelta(hours=2))
    assert not Notice.objects.filter(kind="decline_unsaid").exists()
