"""Signals come, get worse, climb, wait and go as the facts say."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Absence, Departure, Notice, WorkingCalendar
from accounts.refusals import Refused
from deals import tasks
from deals.models import RiskSignal, RuleFailure, SignalEvent, Task, Threshold
from deals.risk.refresh import refresh
from deals.risk.sweep import sweep
from deals.services.deals import edit_deal, open_deal
from deals.services.interactions import log_interaction, no_answer_needed, withdraw_interaction
from deals.services.next_steps import set_next_step
from deals.services.signals import park_signal, take_back_taking, take_signal, unpark_signal
from deals.services.stages import move_deal
from tests import factories
from tests.again import comes_to_the_same
from tests.giving import give

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONDAY = at("2026-03-02 10:00")


@pytest.fixture
def deal(company):
    """A fresh deal of the owner's with a next step far away, so that only the case at hand speaks."""
    deal = open_deal(name="Norwood roll-out", owner=company.owner, by=company.owner, now=MONDAY, account=company.account)
    set_next_step(deal=deal, what="Workshop", due_at=at("2026-12-01 10:00"), by=company.owner, now=MONDAY)
    return deal


def hear(deal, company, moment, **changes):
    fields = {"kind": "email", "direction": "in", "contact": company.contact, "user": company.owner, "by": None, "at": at(moment)} | changes
    return log_interaction(deal=deal, now=at(moment), **fields)


def answer(deal, company, moment, **changes):
    return hear(deal, company, moment, direction="out", **changes)


def raised(deal):
    return {signal.rule: signal for signal in RiskSignal.objects.filter(deal=deal, state="raised")}


def told(kind=None):
    notices = Notice.objects.filter(kind=f"signal_{kind}") if kind else Notice.objects.all()
    return [notice.user.name for notice in notices.select_related("user").order_by("pk")]


def test_an_answer_is_due_and_then_owed_and_then_given(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    deal.refresh_from_db()
    assert deal.reply_due_at == deal.alarm_at == at("2026-03-03 11:00")
    sweep(at("2026-03-03 10:59"))
    assert raised(deal) == {}
    sweep(at("2026-03-03 11:00"))
    assert raised(deal)["reply_overdue"].severity == 2
    assert told() == ["Olaf Owner"]
    answer(deal, company, "2026-03-03 12:00")
    signal = RiskSignal.objects.get(deal=deal, rule="reply_overdue")
    assert (signal.state, signal.cleared_by) == ("cleared", "answered")
    deal.refresh_from_db()
    assert (deal.worst_severity, deal.reply_due_at) == (0, None)


def test_an_automatic_answer_is_no_answer(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    answer(deal, company, "2026-03-03 09:00", is_human=False)
    sweep(at("2026-03-03 11:00"))
    assert "reply_overdue" in raised(deal)


def test_our_voicemail_is_no_answer_but_a_conversation_is(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    answer(deal, company, "2026-03-03 10:00", kind="voicemail")
    sweep(at("2026-03-03 11:00"))
    assert "reply_overdue" in raised(deal)
    hear(deal, company, "2026-03-03 12:00", kind="call", outcome="connected")
    assert "reply_overdue" not in raised(deal)


def test_a_second_message_makes_it_worse_and_tells_again(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    hear(deal, company, "2026-03-03 12:00")
    assert raised(deal)["reply_overdue"].severity == 3
    assert told("worsened") == ["Olaf Owner"]


def test_silence_climbs_to_the_manager_and_on(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    sweep(at("2026-03-05 10:59"))
    assert raised(deal)["reply_overdue"].level == 0
    sweep(at("2026-03-05 11:00"))
    assert (raised(deal)["reply_overdue"].level, told("climbed")) == (1, ["Mona Manager"])
    sweep(at("2026-03-09 11:00"))
    assert (raised(deal)["reply_overdue"].level, told("climbed")) == (2, ["Mona Manager", "Edda Executive"])
    sweep(at("2026-03-11 11:00"))
    assert told("climbed")[2:] == ["Ada Admin"]


def test_a_late_sweep_climbs_one_rung_only(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    sweep(at("2026-03-23 11:00"))
    assert raised(deal)["reply_overdue"].level == 1


def test_taking_it_holds_the_climb_once(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    signal = raised(deal)["reply_overdue"]
    take_signal(signal=signal, by=company.owner, now=at("2026-03-05 10:00"))
    sweep(at("2026-03-05 11:00"))
    assert raised(deal)["reply_overdue"].level == 0
    sweep(at("2026-03-06 10:00"))
    assert raised(deal)["reply_overdue"].level == 1
    # Taken by somebody else, or by the same person again, it climbs on.
    before = raised(deal)["reply_overdue"].climbs_at
    take_signal(signal=signal, by=company.manager, now=at("2026-03-06 11:00"))
    take_signal(signal=signal, by=company.owner, now=at("2026-03-06 12:00"))
    assert raised(deal)["reply_overdue"].climbs_at == before


def test_a_taking_taken_back_leaves_the_climb_as_it_was_and_may_hold_it_later(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    signal = raised(deal)["reply_overdue"]
    taking = take_signal(signal=signal, by=company.owner, now=at("2026-03-05 10:00"))
    assert raised(deal)["reply_overdue"].climbs_at > signal.climbs_at
    take_back_taking(signal=signal, taking=taking, by=company.owner, now=at("2026-03-05 10:05"))
    back = raised(deal)["reply_overdue"]
    assert (back.taken_by, back.taken_at, back.climbs_at) == (None, None, signal.climbs_at)
    take_signal(signal=signal, by=company.owner, now=at("2026-03-05 10:30"))
    sweep(at("2026-03-05 11:00"))
    assert raised(deal)["reply_overdue"].level == 0


def test_taken_over_and_taken_back_it_is_theirs_who_had_it(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    signal = raised(deal)["reply_overdue"]
    take_signal(signal=signal, by=company.owner, now=at("2026-03-05 10:00"))
    taking = take_signal(signal=signal, by=company.manager, now=at("2026-03-05 10:10"))
    take_back_taking(signal=signal, taking=taking, by=company.manager, now=at("2026-03-05 10:15"))
    back = raised(deal)["reply_overdue"]
    assert (back.taken_by, back.taken_at) == (company.owner, at("2026-03-05 10:00"))


def test_a_climb_that_came_meanwhile_stays(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    signal = raised(deal)["reply_overdue"]
    taking = take_signal(signal=signal, by=company.manager, now=at("2026-03-05 10:00"))
    sweep(at("2026-03-05 11:00"))
    climbed = raised(deal)["reply_overdue"]
    take_back_taking(signal=signal, taking=taking, by=company.manager, now=at("2026-03-05 10:05"))
    back = raised(deal)["reply_overdue"]
    assert (back.level, back.climbs_at, back.taken_by) == (1, climbed.climbs_at, None)


def test_a_teammate_cannot_take_what_waits_for_somebody_else(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    with pytest.raises(Refused, match="waits for Olaf Owner"):
        take_signal(signal=raised(deal)["reply_overdue"], by=company.teammate, now=at("2026-03-03 12:00"))


def test_parked_it_waits_and_comes_back(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    until = at("2026-03-10 09:00")
    park_signal(signal=raised(deal)["reply_overdue"], reason="They are at a fair", until=until, by=company.owner, now=at("2026-03-03 12:00"))
    deal.refresh_from_db()
    assert (raised(deal), deal.worst_severity) == ({}, 0)
    sweep(at("2026-03-09 12:00"))
    assert raised(deal) == {}
    sweep(until)
    assert raised(deal)["reply_overdue"].climbs_at == at("2026-03-12 09:00")
    assert told("unparked") == ["Olaf Owner"]


@pytest.mark.parametrize(
    ("by", "until", "reason", "words"),
    [
        ("owner", "2026-04-30 09:00", "Fair", "within the next 30 days"),
        ("owner", "2026-03-01 09:00", "Fair", "within the next 30 days"),
        ("owner", "2026-03-10 09:00", " ", "Say why"),
        ("teammate", "2026-03-10 09:00", "Fair", "waits for"),
    ],
)
def test_parking_is_refused_in_words(deal, company, by, until, reason, words):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    with pytest.raises(Refused, match=words):
        park_signal(signal=raised(deal)["reply_overdue"], reason=reason, until=at(until), by=getattr(company, by), now=at("2026-03-03 12:00"))


def test_the_second_parking_needs_a_manager_and_there_is_no_third(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    signal, now = raised(deal)["reply_overdue"], at("2026-03-03 12:00")

    def park(by):
        return park_signal(signal=signal, reason="Later", until=at("2026-03-10 09:00"), by=by, now=now)

    later = now + timedelta(hours=1)
    park(company.owner)
    unpark_signal(signal=signal, by=company.owner, now=later)
    with pytest.raises(Refused, match="Ask your manager"):
        park(company.owner)
    park(company.manager)
    unpark_signal(signal=signal, by=company.manager, now=later)
    with pytest.raises(Refused, match="parked twice"):
        park(company.manager)


def test_a_parking_undone_at_once_counts_as_none(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    now = at("2026-03-03 12:00")
    signal = park_signal(signal=raised(deal)["reply_overdue"], reason="Slip", until=at("2026-03-10 09:00"), by=company.owner, now=now)
    assert unpark_signal(signal=signal, by=company.owner, now=now + timedelta(minutes=1)).park_count == 0


def test_a_move_back_does_not_start_the_stage_clock_anew(deal, company):
    move_deal(deal=deal, stage=factories.stage("Discovery"), by=company.owner, now=MONDAY)
    sweep(at("2026-03-23 10:00"))
    move_deal(deal=deal, stage=factories.stage("Qualification"), by=company.owner, now=at("2026-03-23 11:00"))
    assert raised(deal)["stage_overdue"].since == MONDAY
    move_deal(deal=deal, stage=factories.stage("Proposal"), by=company.owner, now=at("2026-03-23 12:00"))
    assert RiskSignal.objects.get(deal=deal, rule="stage_overdue").cleared_by == "moved"


def test_what_a_new_limit_clears_was_not_done_by_anybody(deal, company):
    sweep(at("2026-03-17 10:00"))
    Threshold.objects.create(setting="no_contact", value=50)
    refresh([deal.pk], at("2026-03-17 11:00"))
    assert RiskSignal.objects.get(deal=deal, rule="no_contact").cleared_by == "not_due"


def test_no_answer_needed_clears_and_keeps_who_said_it(deal, company):
    message = hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    no_answer_needed(interaction=message, by=company.owner, now=at("2026-03-03 12:00"))
    message.refresh_from_db()
    assert (raised(deal), message.no_answer_needed_by) == ({}, company.owner)


def test_what_was_logged_by_mistake_counts_no_more(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    said = answer(deal, company, "2026-03-02 12:00")
    withdraw_interaction(interaction=said, by=company.owner, now=at("2026-03-02 12:05"))
    sweep(at("2026-03-03 11:00"))
    assert "reply_overdue" in raised(deal)


def test_edits_and_a_new_owner_are_no_contact(deal, company):
    edit_deal(deal=deal, by=company.owner, now=at("2026-03-12 10:00"), name="Another name", amount=5)
    give(deal, company.teammate, by=company.manager, now=at("2026-03-13 10:00"))
    sweep(at("2026-03-13 17:00"))
    assert "no_contact" not in raised(deal)
    sweep(at("2026-03-16 09:00"))
    assert raised(deal)["no_contact"].responsible == company.teammate


def test_a_move_forward_clears_the_stage_clock(deal, company):
    hear(deal, company, "2026-03-14 11:00", kind="call", outcome="connected")
    sweep(at("2026-03-17 10:00"))
    assert raised(deal)["stage_overdue"].severity == 1
    move_deal(deal=deal, stage=factories.stage("Negotiation"), by=company.owner, now=at("2026-03-17 11:00"))
    assert "stage_overdue" not in raised(deal)


def test_winning_settles_everything(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    move_deal(deal=deal, stage=factories.stage("Won"), by=company.owner, now=at("2026-03-04 11:00"))
    deal.refresh_from_db()
    assert (raised(deal), deal.alarm_at, deal.closed_on.isoformat()) == ({}, None, "2026-03-04")
    assert RiskSignal.objects.get(deal=deal).cleared_by == "outcome"


def test_a_low_signal_brings_its_task_and_both_end_together(company):
    deal = open_deal(name="New", owner=company.owner, by=company.owner, now=MONDAY)
    sweep(at("2026-03-03 10:00"))
    task = Task.objects.get(deal=deal)
    assert (task.kind, task.assignee, task.due_at) == ("name_next_step", company.owner, at("2026-03-04 10:00"))
    assert not Notice.objects.filter(mail="pending").exists()
    set_next_step(deal=deal, what="Call", due_at=at("2026-03-20 10:00"), by=company.owner, now=at("2026-03-03 11:00"))
    task.refresh_from_db()
    assert (raised(deal), task.ended_at) == ({}, at("2026-03-03 11:00"))


def test_while_the_owner_is_away_it_waits_for_the_cover(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    Absence.objects.create(user=company.owner, starts_at=at("2026-03-03 00:00"), ends_at=at("2026-03-05 00:00"), cover=company.teammate)
    sweep(at("2026-03-03 11:00"))
    refresh([deal.pk], at("2026-03-03 11:00"))
    assert raised(deal)["reply_overdue"].responsible == company.teammate
    sweep(at("2026-03-05 00:00"))
    assert raised(deal)["reply_overdue"].responsible == company.owner
    assert told("handed") == ["Olaf Owner"]


def test_without_cover_or_after_leaving_the_deal_itself_is_at_risk(deal, company):
    Departure.objects.create(user=company.owner, last_day="2026-03-03", leaves_at=at("2026-03-04 00:00"))
    refresh([deal.pk], at("2026-03-03 12:00"))
    deal.refresh_from_db()
    assert deal.alarm_at == at("2026-03-04 00:00")
    sweep(at("2026-03-04 09:00"))
    signal = raised(deal)["owner_unavailable"]
    assert (signal.severity, signal.responsible) == (3, company.manager)


def test_where_nobody_is_there_the_admins_are_told(company):
    company.east.manager = company.sales.manager = None
    company.east.save()
    company.sales.save()
    deal = open_deal(name="Orphan", owner=None, by=company.owner, now=MONDAY)
    sweep(at("2026-03-02 12:00"))
    assert raised(deal)["unowned"].responsible is None
    assert told() == ["Ada Admin"]


def test_a_refresh_twice_changes_nothing(deal, company):
    hear(deal, company, "2026-03-02 11:00")
    for _time in range(2):
        refresh([deal.pk], at("2026-03-03 11:00"))
    assert (RiskSignal.objects.count(), SignalEvent.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_imports_tell_nobody_about_the_past(deal, company):
    factories.InteractionFactory(deal=deal, at=at("2026-02-02 11:00"))
    refresh([deal.pk], at("2026-03-03 11:00"), tell=False)
    assert "reply_overdue" in raised(deal)
    assert Notice.objects.count() == 0


def test_value_at_stake_counts_the_customer_and_what_it_referred(company):
    account, priya = company.account, company.contact
    account.lifecycle, account.recurring_value = "customer", 180_000
    account.save()
    factories.DealFactory(stage=factories.stage("Won"), amount=60_000, introduced_by=priya, stage_entered_at=at("2025-09-12 10:00"))
    factories.DealFactory(stage=factories.stage("Won"), amount=7_000, introduced_by=priya, stage_entered_at=at("2023-09-12 10:00"))
    factories.DealFactory(amount=25_000, introduced_by=priya)
    deal = open_deal(name="Quote", owner=company.owner, by=None, now=MONDAY, account=account, source="inbound")
    deal.refresh_from_db()
    assert deal.value_at_stake == 265_000


def test_a_deal_without_an_amount_counts_with_its_list_price(company):
    product = factories.ProductFactory(list_price=4821)
    deal = open_deal(name="GTX", owner=company.owner, by=None, now=MONDAY, product=product)
    deal.refresh_from_db()
    assert deal.value_at_stake == 4821


def test_one_rule_that_fails_stops_neither_the_others_nor_its_own_climb(deal, company, monkeypatch):
    from deals.risk.rules import RULES

    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))

    def broken(facts, policy):
        raise ZeroDivisionError

    monkeypatch.setitem(RULES, "reply_overdue", broken)
    swept = sweep(at("2026-03-16 10:00"))
    signals = raised(deal)
    assert (swept.failed, signals["reply_overdue"].level) == (0, 1)
    assert "stage_overdue" in signals
    failure = RuleFailure.objects.get(deal=deal)
    assert (failure.rule, failure.count) == ("reply_overdue", 1)
    deal.refresh_from_db()
    assert deal.alarm_at == at("2026-03-16 11:00")


@pytest.fixture
def idle(company):
    """Somebody whose calendar has no working time."""
    WorkingCalendar.objects.create(name="none", person=company.teammate, week=[[]] * 7)
    return company.teammate


def test_a_deal_is_given_to_somebody_whose_calendar_has_no_working_time(deal, company, idle):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    give(deal, idle, by=company.manager, now=at("2026-03-03 12:00"))
    signal = raised(deal)["reply_overdue"]
    assert (signal.responsible, signal.climbs_at) == (idle, at("2026-03-04 04:00"))
    assert RuleFailure.objects.filter(deal=deal, rule="reply_overdue", error__contains="no working time").exists()
    deal.refresh_from_db()
    assert deal.alarm_at == at("2026-03-03 13:00")


def test_somebody_without_working_time_takes_what_waits_for_them(deal, company, idle):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    give(deal, idle, by=company.manager, now=at("2026-03-03 12:00"))
    assert take_signal(signal=raised(deal)["reply_overdue"], by=idle, now=at("2026-03-04 03:00"))
    assert raised(deal)["reply_overdue"].climbs_at == at("2026-03-04 11:00")


def test_what_waits_for_somebody_without_working_time_climbs_by_the_clock_on_the_wall(deal, company, idle):
    hear(deal, company, "2026-03-02 11:00")
    sweep(at("2026-03-03 11:00"))
    give(deal, idle, by=company.manager, now=at("2026-03-03 12:00"))
    assert sweep(at("2026-03-05 11:00")).failed == 0
    signal = raised(deal)["reply_overdue"]
    assert (signal.level, signal.climbs_at) == (1, at("2026-03-06 03:00"))
    assert told("climbed") == ["Mona Manager"]


def test_a_deal_that_cannot_be_judged_is_counted_and_looked_at_later_and_the_others_are_judged(deal, company, monkeypatch):
    from deals.risk import refresh as module

    def broken(facts, *given, **more):
        if facts.deal_id == company.deal.pk:
            raise ZeroDivisionError
        return judged(facts, *given, **more)

    judged = module.judge
    monkeypatch.setattr(module, "judge", broken)
    hear(deal, company, "2026-03-02 11:00")
    refresh([company.deal.pk, deal.pk], at("2026-03-03 11:00"))
    assert "reply_overdue" in raised(deal)
    assert RuleFailure.objects.get().deal == company.deal
    company.deal.refresh_from_db()
    assert company.deal.alarm_at == at("2026-03-03 12:00")


def test_a_task_of_somebody_without_working_time_is_due_by_the_clock_on_the_wall(company, idle):
    deal = open_deal(name="Third", owner=company.owner, by=None, now=MONDAY)
    sweep(at("2026-03-04 10:00"))
    assert Task.objects.filter(deal=deal, kind="name_next_step", assignee=company.owner).exists()
    give(deal, idle, by=company.manager, now=at("2026-03-04 12:00"))
    assert Task.objects.filter(deal=deal, kind="name_next_step", assignee=idle, ended_at=None).exists()
    assert RuleFailure.objects.filter(deal=deal, rule="tasks").exists()


def test_a_threshold_of_the_stage_is_used(deal, company):
    Threshold.objects.create(setting="reply_first", stage=deal.stage, value=1)
    hear(deal, company, "2026-03-02 11:00")
    deal.refresh_from_db()
    assert deal.reply_due_at == at("2026-03-02 12:00")


def test_the_number_of_queries_does_not_grow_with_the_deals(company, django_assert_max_num_queries):
    deals = [open_deal(name=f"D{n}", owner=company.owner, by=None, now=MONDAY) for n in range(30)]
    for deal in deals:
        factories.InteractionFactory(deal=deal, at=at("2026-03-02 11:00"))
    with django_assert_max_num_queries(26):
        refresh([deal.pk for deal in deals], at("2026-03-20 11:00"))
    assert RiskSignal.objects.filter(rule="reply_overdue", state="raised").count() == 30


def test_a_planned_meeting_holds_the_silence_until_it_is_over(deal, company):
    log_interaction(
        deal=deal,
        kind="meeting",
        direction="out",
        outcome="planned",
        at=at("2026-03-25 10:00"),
        ends_at=at("2026-03-25 11:00"),
        by=company.owner,
        now=MONDAY,
    )
    sweep(at("2026-03-24 10:00"))
    assert "no_contact" not in raised(deal)
    sweep(MONDAY + timedelta(days=23, hours=1))
    assert "no_contact" in raised(deal)


def test_when_a_manager_comes_back_what_went_past_them_returns(deal, company):
    Departure.objects.create(user=company.owner, last_day="2026-03-02", leaves_at=at("2026-03-03 00:00"))
    Absence.objects.create(user=company.manager, starts_at=at("2026-03-02 00:00"), ends_at=at("2026-03-05 00:00"))
    refresh([deal.pk], at("2026-03-03 09:00"))
    assert raised(deal)["owner_unavailable"].responsible == company.executive
    sweep(at("2026-03-05 00:00"))
    assert raised(deal)["owner_unavailable"].responsible == company.manager


def test_a_suspended_owners_deal_stays_at_risk_through_the_night(deal, company):
    company.owner.is_active, company.owner.suspended_at = False, at("2026-03-03 09:30")
    company.owner.save()
    for moment in ("2026-03-03 10:00", "2026-03-03 22:00", "2026-03-04 10:00"):
        refresh([deal.pk], at(moment))
        assert raised(deal)["owner_unavailable"].raised_at == at("2026-03-03 10:00")


def test_an_inquiry_that_became_a_deal_has_a_day_to_name_its_next_step(company):
    deal = open_deal(name="Asked", owner=company.owner, by=None, now=MONDAY, stage=factories.stage("Inquiry"))
    move_deal(deal=deal, stage=factories.stage("Qualification"), by=company.owner, now=at("2026-03-20 10:00"))
    assert "no_next_step" not in raised(deal)
    sweep(at("2026-03-23 10:00"))
    assert raised(deal)["no_next_step"].severity == 1


def test_a_deal_is_without_anybody_no_longer_than_it_exists(company):
    Departure.objects.create(user=company.owner, last_day="2026-02-01", leaves_at=at("2026-02-02 00:00"))
    deal = open_deal(name="Late", owner=company.owner, by=None, now=MONDAY)
    assert raised(deal)["owner_unavailable"].since == MONDAY


def test_failures_that_have_not_come_back_are_forgotten_at_night(company, deal):
    for one, days in ((company.deal, 31), (deal, 29)):
        then = timezone.now() - timedelta(days=days)
        RuleFailure.objects.create(deal=one, rule="reply_overdue", error="broken", first_at=then, last_at=then)
    comes_to_the_same(tasks.tidy, RuleFailure)
    assert RuleFailure.objects.get().deal == deal
