"""What is owed to people, through the whole of a refresh: introducers, chases, meetings, handoffs and their tasks."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import Absence, Notice
from deals.models import Deal, Handoff, Interaction, RiskSignal, Task
from deals.risk.refresh import refresh
from deals.risk.sweep import sweep
from deals.services.deals import open_deal
from tests.factories import ContactFactory, InteractionFactory
from tests.giving import give

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONDAY = at("2026-03-02 10:00")


@pytest.fixture
def introducer():
    return ContactFactory(name="Iris Vann")


@pytest.fixture
def deal(company, introducer):
    return open_deal(
        name="Sourcing", owner=company.owner, by=company.owner, now=MONDAY, account=company.account, source="introduced", introduced_by=introducer
    )


def said(deal, moment, direction="in", **fields):
    made = InteractionFactory(deal=deal, direction=direction, at=at(moment), **fields)
    refresh([deal.pk], at(moment))
    return made


def raised(deal, rule):
    return RiskSignal.objects.filter(deal=deal, rule=rule, state="raised").first()


def told(kind):
    return [notice.user.name for notice in Notice.objects.filter(kind=f"signal_{kind}").select_related("user").order_by("pk")]


def owed(deal):
    open_ones = Task.objects.filter(deal=deal, ended_at=None).exclude(kind="name_next_step").order_by("due_at", "kind")
    return [(task.kind, task.assignee.name, task.due_at) for task in open_ones]


def test_a_word_of_the_introducer_is_none_of_the_customer(deal, company, introducer):
    said(deal, "2026-03-02 11:00", contact=introducer, user=company.owner)
    sweep(at("2026-03-02 15:00"))
    assert raised(deal, "introducer_waiting").severity == 3
    sweep(at("2026-03-04 17:00"))
    assert raised(deal, "reply_overdue") is None
    deal.refresh_from_db()
    assert deal.last_contact_at is None


def test_our_answer_to_the_customer_in_copy_to_the_introducer_answers_both(deal, company, introducer):
    said(deal, "2026-03-02 11:00", contact=introducer, user=company.owner)
    said(deal, "2026-03-02 11:30", contact=company.contact, user=company.owner)
    sweep(at("2026-03-03 15:00"))
    assert raised(deal, "introducer_waiting")
    assert raised(deal, "reply_overdue")
    answer = said(deal, "2026-03-03 15:30", "out", contact=company.contact, user=company.owner)
    answer.others.add(introducer)
    refresh([deal.pk], at("2026-03-03 15:31"))
    assert raised(deal, "introducer_waiting") is None
    assert raised(deal, "reply_overdue") is None


def test_a_word_to_the_introducer_alone_leaves_the_customer_waiting(deal, company, introducer):
    said(deal, "2026-03-02 11:00", contact=company.contact, user=company.owner)
    said(deal, "2026-03-02 11:30", "out", contact=introducer, user=company.owner)
    sweep(at("2026-03-02 15:00"))
    assert raised(deal, "reply_overdue")


def test_an_introducer_hears_of_what_happened_within_five_days(deal, introducer):
    sweep(at("2026-03-09 09:59"))
    assert raised(deal, "introducer_waiting") is None
    sweep(at("2026-03-09 10:00"))
    assert raised(deal, "introducer_waiting").severity == 2
    assert raised(deal, "introducer_waiting").facts["untold"] == "opened"
    said(deal, "2026-03-09 11:00", "out", contact=introducer)
    assert RiskSignal.objects.get(deal=deal, rule="introducer_waiting").cleared_by == "introducer_told"


def test_an_introducer_who_is_of_the_customer_waits_as_the_customer_does(company):
    deal = open_deal(name="More", owner=company.owner, by=None, now=MONDAY, account=company.account, introduced_by=company.contact)
    said(deal, "2026-03-02 11:00", contact=company.contact, user=company.owner)
    sweep(at("2026-03-09 10:00"))
    assert raised(deal, "reply_overdue")
    assert raised(deal, "introducer_waiting") is None


def test_whoever_is_turned_to_is_told_once_and_has_a_task_until_they_are_answered(deal, company, introducer):
    said(deal, "2026-03-02 11:00", contact=introducer, user=company.owner)
    said(deal, "2026-03-02 12:00", contact=introducer, user=company.stranger)
    refresh([deal.pk], at("2026-03-02 12:01"))
    assert raised(deal, "introducer_waiting").severity == 4
    assert told("chased") == ["Sven Stranger"]
    assert owed(deal) == [("answer_or_pass_on", "Sven Stranger", at("2026-03-02 16:00"))]
    assert deal in Deal.objects.visible_to(company.stranger)
    said(deal, "2026-03-02 13:00", "out", contact=introducer, user=company.stranger)
    assert owed(deal) == []


def test_once_the_deal_is_somebody_elses_what_came_to_its_owner_of_before_is_no_chase(deal, company):
    said(deal, "2026-03-02 11:00", contact=company.contact, user=company.owner)
    said(deal, "2026-03-02 12:00", contact=company.contact, user=company.owner)
    give(deal, company.teammate, by=company.manager, now=at("2026-03-02 13:00"))
    sweep(at("2026-03-03 11:00"))
    assert (raised(deal, "reply_overdue").severity, told("chased")) == (3, [])


def test_after_the_absence_what_came_to_the_cover_is_no_chase(deal, company):
    Absence.objects.create(user=company.owner, cover=company.teammate, starts_at=MONDAY, ends_at=at("2026-03-03 09:00"))
    said(deal, "2026-03-02 11:00", contact=company.contact, user=company.owner)
    said(deal, "2026-03-02 12:00", contact=company.contact, user=company.teammate)
    sweep(at("2026-03-03 11:00"))
    assert (raised(deal, "reply_overdue").severity, told("chased")) == (3, [])


def test_a_missed_meeting_is_owed_an_apology_and_a_new_date(deal, company):
    meeting = InteractionFactory(
        deal=deal, kind="meeting", direction="out", outcome="planned", at=at("2026-03-03 10:00"), ends_at=at("2026-03-03 10:30"),
        recorded_at=MONDAY, contact=company.contact, user=company.owner,
    )  # fmt: skip
    refresh([deal.pk], MONDAY)
    sweep(at("2026-03-03 12:30"))
    assert [kind for kind, _who, _due in owed(deal)] == ["confirm_meeting"]
    Interaction.objects.filter(pk=meeting.pk).update(outcome="missed_by_us", outcome_said_at=at("2026-03-03 14:00"))
    refresh([deal.pk], at("2026-03-03 14:00"))
    assert [(kind, due) for kind, _who, due in owed(deal)] == [("apologise", at("2026-03-03 16:00")), ("rebook", at("2026-03-04 14:00"))]
    Interaction.objects.filter(pk=meeting.pk).update(apologised_at=at("2026-03-03 15:00"))
    refresh([deal.pk], at("2026-03-03 15:00"))
    assert [kind for kind, _who, _due in owed(deal)] == ["rebook"]
    said(deal, "2026-03-10 10:00", "out", kind="meeting", outcome="planned", recorded_at=at("2026-03-03 16:00"))
    refresh([deal.pk], at("2026-03-03 16:00"))
    assert raised(deal, "meeting_missed") is None
    assert owed(deal) == []


def test_what_was_entered_as_planned_after_its_end_never_was_a_plan(deal):
    said(deal, "2026-03-03 10:00", "out", kind="meeting", outcome="planned", recorded_at=at("2026-03-04 10:00"))
    sweep(at("2026-03-06 10:00"))
    assert raised(deal, "meeting_unconfirmed") is None


def test_an_offered_deal_is_in_sight_and_waits_for_its_giver(deal, company):
    handoff = Handoff.objects.create(
        deal=deal, giver=company.owner, receiver=company.stranger, offered_by=company.manager, brief="Call Priya.",
        offered_at=MONDAY, expires_at=at("2026-03-09 10:00"),
    )  # fmt: skip
    refresh([deal.pk], MONDAY)
    sweep(at("2026-03-02 14:00"))
    assert raised(deal, "handoff_pending").responsible == company.owner
    assert deal in Deal.objects.visible_to(company.stranger)
    Handoff.objects.filter(pk=handoff.pk).update(state="withdrawn", ended_at=MONDAY)
    company.stranger.__dict__.pop("_waiting_deals")
    assert deal not in Deal.objects.visible_to(company.stranger)


def test_a_meeting_with_the_introducer_is_no_new_date_with_the_customer(deal, company, introducer):
    said(deal, "2026-03-02 11:00", "out", kind="meeting", outcome="missed_by_us", contact=company.contact, apologised_at=MONDAY)
    said(deal, "2026-03-03 11:00", "out", kind="meeting", outcome="held", contact=introducer)
    assert raised(deal, "meeting_missed")
    said(deal, "2026-03-03 15:00", "out", kind="meeting", outcome="held", contact=company.contact)
    assert raised(deal, "meeting_missed") is None


def test_a_task_is_due_by_the_meeting_it_is_about_now(deal):
    for day in ("03", "04"):
        said(deal, f"2026-03-{day} 10:00", "out", kind="meeting", outcome="planned", recorded_at=MONDAY)
    sweep(at("2026-03-05 10:00"))
    assert owed(deal)[0][2] == at("2026-03-04 10:00")
    Interaction.objects.filter(deal=deal, kind="meeting", at=at("2026-03-03 10:00")).update(outcome="held", outcome_said_at=at("2026-03-05 10:00"))
    refresh([deal.pk], at("2026-03-05 10:00"))
    assert owed(deal)[0][2] == at("2026-03-05 10:00")


def test_of_meetings_over_before_the_rules_nothing_is_owed(deal):
    said(deal, "2026-03-03 10:00", "out", kind="meeting", outcome="planned", recorded_at=MONDAY)
    import_module("deals.migrations.0041_rules_of_care").leave_old_meetings(apps, None)
    sweep(at("2026-03-09 10:00"))
    assert raised(deal, "meeting_unconfirmed") is None


def test_deals_of_before_the_rules_are_looked_at_once(deal):
    Deal.objects.update(alarm_at=None)
    import_module("deals.migrations.0041_rules_of_care").look_again(apps, None)
    sweep(at("2026-03-09 10:00"))
    assert raised(deal, "introducer_waiting")
