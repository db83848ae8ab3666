"""What a day is made of: whose it is, in which order, each duty once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, Departure
from deals.models import Deal, Task
from deals.risk.refresh import refresh
from deals.services.signals import park_signal
from deals.shell import Shell
from deals.today.beside import coming
from deals.today.board import day_of
from deals.today.kinds import OF_RULE
from deals.today.sources import AT_MOST, TOGETHER
from deals.today.sources import ask as duties_of
from tests.factories import ContactFactory, DealFactory, InteractionFactory, NextStepFactory, SignalFactory, UserFactory

pytestmark = pytest.mark.django_db
# A Wednesday, in working time.
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def ask(owner, *, hours_ago, name="Asks", times=1, **fields):
    """A deal of somebody's on which the customer wrote, judged by the rules."""
    deal = DealFactory(name=name, owner=owner, created_at=NOW - timedelta(days=2), stage_entered_at=NOW - timedelta(days=2), **fields)
    contact = ContactFactory(account=deal.account, name=f"{name} Person")
    for number in range(times):
        at = NOW - timedelta(hours=hours_ago) + timedelta(minutes=number)
        InteractionFactory(deal=deal, contact=contact, at=at, recorded_at=at, body="When can we talk?")
    refresh([deal.pk], NOW, tell=False)
    return Deal.objects.get(pk=deal.pk)


def names(rows):
    return [row.deal.name for row in rows]


def kinds(rows):
    return [row.kind for row in rows]


def test_a_message_waits_before_it_is_overdue(company):
    deal = ask(company.owner, hours_ago=2)
    day = day_of(company.owner, NOW)
    assert (names(day.waiting), day.waiting[0].severity) == ([deal.name], 0)
    assert "due 17" not in str(day.waiting[0].when)
    assert day.headline == "One person is waiting for you"


def test_overdue_leads_then_the_worst_then_what_is_at_stake_then_the_hour(company):
    ask(company.owner, name="In time", hours_ago=1)
    ask(company.owner, name="Small", hours_ago=48, amount=100)
    ask(company.owner, name="Large", hours_ago=47, amount=90_000)
    ask(company.owner, name="Three times", hours_ago=46, times=3)
    assert names(day_of(company.owner, NOW).waiting) == ["Three times", "Large", "Small", "In time"]


@pytest.mark.parametrize("who", ["teammate", "manager", "executive", "admin", "stranger"])
def test_what_waits_for_somebody_waits_for_nobody_else(company, who):
    ask(company.owner, hours_ago=2)
    ask(company.owner, hours_ago=48)
    assert day_of(getattr(company, who), NOW).waiting == []


def test_a_cover_answers_for_who_is_away(company):
    now = timezone.now()
    Absence.objects.create(user=company.owner, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=5), cover=company.teammate)
    ask(company.owner, hours_ago=2)
    (row,) = day_of(company.teammate, NOW).waiting
    assert [words for _css, _icon, words in row.marks] == ["for Olaf Owner"]


def remind(person, company, **changes):
    given = {"title": "Call Priya", "assignee": person, "deal": company.deal, "due_at": NOW + timedelta(hours=1), "created_at": NOW} | changes
    return Task.objects.create(**given)


def owed_to(person):
    return [(row.lead, [words for _css, _icon, words in row.marks]) for row in day_of(person, NOW).owed]


def test_tasks_and_steps_of_who_is_away_show_with_their_cover(company):
    now = timezone.now()
    Absence.objects.create(user=company.owner, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=5), cover=company.teammate)
    remind(company.owner, company)
    NextStepFactory(deal=company.deal, what="Send the quote", due_at=NOW + timedelta(hours=1))
    assert sorted(owed_to(company.teammate)) == [("Call Priya", ["for Olaf Owner"]), ("Send the quote", ["for Olaf Owner"])]
    assert {lead for lead, _marks in owed_to(company.owner)} == {"Call Priya", "Send the quote"}
    assert owed_to(company.manager) == []


def test_tasks_of_a_leaver_show_with_whoever_answers_for_them(company):
    Departure.objects.create(user=company.owner, last_day=NOW.date() - timedelta(days=3), leaves_at=NOW - timedelta(days=2))
    remind(company.owner, company)
    assert owed_to(company.manager) == [("Call Priya", ["for Olaf Owner"])]
    assert owed_to(company.executive) == []


def test_what_comes_next_holds_what_one_covers_and_says_whose(company):
    now = timezone.now()
    Absence.objects.create(user=company.owner, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=5), cover=company.teammate)
    remind(company.teammate, company, title="My own", due_at=now + timedelta(days=3))
    remind(company.owner, company, due_at=now + timedelta(days=2))
    remind(company.owner, company, due_at=now + timedelta(days=2), kind="decide_decline")
    remind(company.owner, company, due_at=now + timedelta(days=2), deal=DealFactory(name="Out of sight", owner=company.stranger))
    assert [(one.what, one.whose) for one in coming(company.teammate, now)] == [("Call Priya", "Olaf Owner"), ("My own", None)]


def test_a_decision_of_who_is_away_is_not_their_covers(company):
    now = timezone.now()
    Absence.objects.create(user=company.owner, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=5), cover=company.teammate)
    remind(company.owner, company, kind="decide_decline")
    assert owed_to(company.teammate) == []


def test_an_approved_call_leads_to_its_note_and_is_not_ticked_off(company):
    remind(company.owner, company, kind="call_and_decline", title="Call them and decline it")
    (row,) = day_of(company.owner, NOW).owed
    assert (row.lead, row.act.words, row.act.href) == ("Call them and decline it", "Read the note", reverse("deal-decline", args=[company.deal.pk]))
    assert not any(act.post for act in (row.act, *row.beside_it, *row.others))


def test_a_cover_ticks_off_what_somebody_who_is_away_was_to_do(client, company):
    now = timezone.now()
    task = remind(company.owner, company)
    client.force_login(company.teammate)
    assert client.post(reverse("task-done", args=[task.pk])).status_code == 404
    Absence.objects.create(user=company.owner, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=5), cover=company.teammate)
    assert client.post(reverse("task-done", args=[task.pk])).status_code == 302
    task.refresh_from_db()
    assert (task.done_by, task.ended_at is None) == (company.teammate, False)


def test_what_has_nobody_waits_for_the_nearest_manager(company):
    ask(None, name="Unowned", hours_ago=2, team=company.east)
    gone = UserFactory(name="Gerd Gone", team=company.east)
    ask(gone, name="Of a leaver", hours_ago=2)
    Departure.objects.create(user=gone, last_day=NOW.date() - timedelta(days=3), leaves_at=NOW - timedelta(days=2))
    ask(None, name="Of a team without manager", hours_ago=2, team=company.west)
    assert sorted(names(day_of(company.manager, NOW).waiting)) == ["Of a leaver", "Unowned"]
    assert names(day_of(company.executive, NOW).waiting) == ["Of a team without manager"]


def test_what_is_parked_waits_for_nobody(company):
    deal = ask(company.owner, hours_ago=48)
    signal = deal.signals.get(rule="reply_overdue")
    park_signal(signal=signal, reason="They are at a fair", until=NOW + timedelta(days=3), by=company.owner, now=NOW)
    assert day_of(company.owner, NOW).waiting == []


def test_one_person_on_two_deals_is_one_person(company):
    first, second = ask(company.owner, hours_ago=2), ask(company.owner, hours_ago=3)
    second.interactions.update(contact=first.interactions.get().contact)
    day = day_of(company.owner, NOW)
    assert (len(day.waiting), day.people, day.more_waiting) == (2, 1, 0)


def test_tasks_and_next_steps_until_the_evening_are_owed(company):
    deal = DealFactory(owner=company.owner)
    NextStepFactory(deal=deal, what="Send the draft", due_at=NOW + timedelta(hours=5))
    for title, due in [("Today", NOW + timedelta(hours=2)), ("Overdue", NOW - timedelta(days=3)), ("Tomorrow", NOW + timedelta(days=1))]:
        Task.objects.create(title=title, assignee=company.owner, due_at=due, created_at=NOW)
    Task.objects.create(title="Of another", assignee=company.teammate, due_at=NOW, created_at=NOW)
    assert [row.lead for row in day_of(company.owner, NOW).owed] == ["Overdue", "Today", "Send the draft"]


def test_a_task_that_came_with_a_signal_is_the_signals_own_duty(company):
    deal = DealFactory(name="No step", owner=company.owner, created_at=NOW - timedelta(days=8), stage_entered_at=NOW - timedelta(days=3))
    InteractionFactory(deal=deal, direction="out", at=NOW - timedelta(hours=3))
    refresh([deal.pk], NOW)
    assert Task.objects.filter(deal=deal, kind="name_next_step", ended_at__isnull=True).count() == 1
    assert kinds(day_of(company.owner, NOW).owed) == ["name-step"]


def test_a_step_that_passed_long_ago_is_named_in_its_signal(company):
    deal = DealFactory(owner=company.owner, created_at=NOW - timedelta(days=8), stage_entered_at=NOW - timedelta(days=3))
    InteractionFactory(deal=deal, direction="out", at=NOW - timedelta(hours=3))
    NextStepFactory(deal=deal, what="Call Ira", due_at=NOW - timedelta(days=5))
    refresh([deal.pk], NOW)
    (row,) = day_of(company.owner, NOW).owed
    assert (row.kind, row.evidence) == ("name-step", "“Call Ira” was due Friday.")


def test_one_act_for_two_signals_is_one_row(company):
    SignalFactory(deal=company.deal, rule="no_contact", severity=2, facts={"since": NOW.isoformat(), "ever": True})
    SignalFactory(deal=company.deal, rule="customer_silent", severity=3, facts={"since": NOW.isoformat(), "account": "Norwood"})
    day = day_of(company.owner, NOW)
    assert [(row.kind, row.severity) for row in day.owed] == [("touch", 3)]
    assert day.total == Shell(company.owner, "/").today == 1


def test_high_signals_then_promises_then_the_rest(company):
    SignalFactory(deal=company.deal, rule="close_date_passed", severity=2, facts={"expected_close_on": "2026-03-01"})
    SignalFactory(
        deal=company.deal, rule="stage_overdue", severity=3, facts={"older_than_any_won": True, "opened_on": "2025-03-01", "longest_won_days": 90}
    )
    Task.objects.create(title="A promise", assignee=company.owner, due_at=NOW, created_at=NOW)
    assert kinds(day_of(company.owner, NOW).owed) == ["stage", "task", "close-date"]


def test_a_list_is_capped_and_the_rest_is_counted(company):
    Task.objects.bulk_create(Task(title=f"Task {n}", assignee=company.owner, due_at=NOW, created_at=NOW) for n in range(AT_MOST + 12))
    day = day_of(company.owner, NOW)
    assert (len(day.owed), day.more_owed, day.total) == (AT_MOST, 12, AT_MOST + 12)
    assert day.estimate == "six hours"


@pytest.mark.parametrize(("phone", "times", "act"), [("+44 20 7946 0018", 3, "Call Asks"), ("", 3, "Answer"), ("+44 20 7946 0018", 1, "Answer")])
def test_the_obvious_act(company, phone, times, act):
    deal = ask(company.owner, hours_ago=48, times=times)
    deal.account.contacts.update(phone=phone)
    assert day_of(company.owner, NOW).waiting[0].act.words == act


def test_thanks_may_need_no_answer(company):
    deal = ask(company.owner, hours_ago=2)
    deal.interactions.update(body="Thanks, that works for us.")
    (row,) = day_of(company.owner, NOW).waiting
    assert (row.act.words, row.evidence) == ("No answer needed", "May need no answer.")


def test_the_navigation_counts_what_the_page_lists(company):
    now = timezone.now()
    deal = DealFactory(owner=company.owner, created_at=now, stage_entered_at=now)
    InteractionFactory(deal=deal, at=now - timedelta(minutes=9))
    refresh([deal.pk], now)
    Task.objects.create(title="Now", assignee=company.owner, due_at=now, created_at=now)
    SignalFactory(deal=company.deal, rule="close_date_passed", facts={"expected_close_on": "2026-03-01"})
    assert Shell(company.owner, "/").today == day_of(company.owner, now).total == 3


def test_signals_with_one_duty_count_once_a_deal_in_the_navigation_as_on_the_page(company):
    for deal in (company.deal, DealFactory(owner=company.owner)):
        for rule in OF_RULE:
            SignalFactory(deal=deal, rule=rule)
    _rows, counts = duties_of(company.owner, NOW)
    assert Shell(company.owner, "/").today == sum(counts.values()) == 2 * len(TOGETHER)
