"""The writers of deals: what they write, and what they refuse in words."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from accounts.refusals import Refused
from accounts.signals import presence_changed
from deals.models import CloseDateChange, Deal, LookAgain, NextStep, StageChange, Task, Threshold
from deals.risk import again
from deals.services.deals import edit_deal, lock, open_deal
from deals.services.interactions import log_interaction, no_answer_needed
from deals.services.next_steps import finish_next_step, set_next_step
from deals.services.stages import move_deal
from deals.services.thresholds import set_threshold
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(company, now):
    return open_deal(name=" Quote ", owner=company.owner, by=company.owner, now=now, account=company.account, contacts=[company.contact])


@pytest.mark.django_db(transaction=True)
def test_a_deal_is_locked_within_a_transaction_only(company):
    with pytest.raises(transaction.TransactionManagementError):
        lock(company.deal)
    with transaction.atomic():
        assert lock(company.deal) == company.deal


def test_a_deal_opens_in_the_first_open_stage_with_its_history(opened, company, now):
    change = StageChange.objects.get(deal=opened)
    assert (opened.name, opened.stage.name, opened.team, opened.opened_on) == ("Quote", "Qualification", company.east, now.date())
    assert (change.from_stage, change.to_stage, change.at) == (None, opened.stage, now)
    assert list(opened.contacts.all()) == [company.contact]


@pytest.mark.parametrize(("changes", "words"), [({"name": "  "}, "needs a name"), ({"stage": "Won"}, "open stage")])
def test_a_deal_that_cannot_be_opened_is_refused(company, now, changes, words):
    fields = {"name": "Quote", **changes}
    if "stage" in fields:
        fields["stage"] = factories.stage(fields["stage"])
    with pytest.raises(Refused, match=words):
        open_deal(owner=company.owner, by=company.owner, now=now, **fields)


def test_a_new_close_date_is_kept_as_a_change(opened, company, now):
    edit_deal(deal=opened, by=company.owner, now=now, expected_close_on=date(2026, 4, 1))
    edit_deal(deal=opened, by=company.owner, now=now, expected_close_on=date(2026, 4, 1))
    change = CloseDateChange.objects.get(deal=opened)
    assert (change.old, change.new, change.by) == (None, date(2026, 4, 1), company.owner)


def test_derived_fields_cannot_be_edited(opened, company, now):
    with pytest.raises(TypeError, match="worst_severity"):
        edit_deal(deal=opened, by=company.owner, now=now, worst_severity=4)


def test_losing_has_its_own_door(opened, company, now):
    with pytest.raises(Refused, match="how it was lost"):
        move_deal(deal=opened, stage=factories.stage("Lost"), by=company.owner, now=now)


def test_a_won_deal_ends_its_steps_and_tasks_and_can_be_opened_again(opened, company, now):
    set_next_step(deal=opened, what="Call", due_at=now + timedelta(days=3), by=company.owner, now=now)
    Task.objects.create(title="Write", assignee=company.owner, deal=opened, due_at=now, created_at=now)
    move_deal(deal=opened, stage=factories.stage("Won"), by=company.owner, now=now)
    assert not NextStep.objects.filter(ended_at=None).exists()
    assert not Task.objects.filter(ended_at=None).exists()
    deal = move_deal(deal=opened, stage=factories.stage("Proposal"), by=company.owner, now=now).deal
    assert (deal.status, deal.closed_on) == ("open", None)


def test_a_move_says_what_it_left_and_a_second_one_that_nothing_moved(opened, company, now):
    entered = opened.stage_entered_at
    move = move_deal(deal=opened, stage=factories.stage("Proposal"), by=company.owner, now=now)
    assert (move.change.to_stage.name, move.stood_since) == ("Proposal", entered)
    assert move_deal(deal=opened, stage=factories.stage("Proposal"), by=company.owner, now=now) is None


def test_a_stage_of_another_pipeline_is_refused(opened, company, now):
    from deals.models import Pipeline, Stage

    other = Stage.objects.create(pipeline=Pipeline.objects.create(name="Renewals"), name="Offer")
    with pytest.raises(Refused, match="another pipeline"):
        move_deal(deal=opened, stage=other, by=company.owner, now=now)


def test_a_next_step_replaces_the_one_before(opened, company, now):
    for what in ("Call", "Write"):
        set_next_step(deal=opened, what=what, due_at=now + timedelta(days=3), by=company.owner, now=now)
    step = NextStep.objects.get(deal=opened, ended_at=None)
    assert step.what == "Write"
    assert finish_next_step(deal=opened, seen=step.pk, by=company.owner, now=now).done
    assert finish_next_step(deal=opened, seen=step.pk, by=company.owner, now=now) is None


@pytest.mark.parametrize(("what", "days", "words"), [(" ", 1, "Say what"), ("Call", -1, "in the future")])
def test_a_next_step_that_says_nothing_or_lies_behind_is_refused(opened, company, now, what, days, words):
    with pytest.raises(Refused, match=words):
        set_next_step(deal=opened, what=what, due_at=now + timedelta(days=days), by=company.owner, now=now)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "call"}, "how it went"),
        ({"kind": "email", "outcome": "held"}, "how it went"),
        ({"kind": "note", "at": timedelta(hours=1)}, "in the future"),
        ({"kind": "call", "outcome": "connected", "ends_at": -timedelta(hours=1)}, "ends before it begins"),
    ],
)
def test_what_cannot_have_happened_is_refused(opened, company, now, fields, words):
    moments = {key: now + value for key, value in fields.items() if isinstance(value, timedelta)}
    with pytest.raises(Refused, match=words):
        log_interaction(deal=opened, direction="out", by=company.owner, now=now, **{**fields, **moments})


def test_somebody_new_who_speaks_joins_the_deal(opened, company, now):
    other = factories.ContactFactory(account=company.account)
    log_interaction(deal=opened, kind="email", direction="in", contact=other, by=company.owner, now=now, body="nul\x00byte")
    assert other in opened.contacts.all()


def test_our_own_message_cannot_wait_for_our_answer(opened, company, now):
    said = log_interaction(deal=opened, kind="email", direction="out", by=company.owner, now=now)
    with pytest.raises(Refused, match="from the customer"):
        no_answer_needed(interaction=said, by=company.owner, now=now)


def test_a_new_threshold_makes_its_deals_due_again(opened, company, now):
    looked_at = set_threshold(setting="stage_limit", value=3, stage=opened.stage, team=company.east, by=company.manager, now=now)
    again.make_due(now)
    opened.refresh_from_db()
    assert (looked_at, opened.alarm_at, LookAgain.objects.count()) == (1, now, 0)
    assert set_threshold(setting="stage_limit", value=3, stage=opened.stage, team=company.east, by=company.manager, now=now) == 0
    set_threshold(setting="stage_limit", value=None, stage=opened.stage, team=company.east, by=company.manager, now=now)
    assert not Threshold.objects.exists()


@pytest.mark.parametrize(
    ("by", "team", "value", "words"),
    [
        ("manager", "west", 3, "teams you manage"),
        ("manager", None, 3, "teams you manage"),
        ("owner", "east", 3, "teams you manage"),
        ("admin", None, 0, "from 0.5 to 400"),
        ("admin", None, 401, "from 0.5 to 400"),
    ],
)
def test_thresholds_have_their_bounds(company, now, by, team, value, words):
    with pytest.raises(Refused, match=words):
        set_threshold(setting="stage_limit", value=value, team=getattr(company, team) if team else None, by=getattr(company, by), now=now)


def test_somebody_coming_or_going_makes_their_deals_due(opened, company, now):
    presence_changed.send(sender=None, user_ids=[company.owner.pk], now=now)
    assert set(Deal.objects.filter(alarm_at=now)) == {opened, company.deal}
    presence_changed.send(sender=None, user_ids=[company.stranger.pk], now=datetime(2027, 1, 1, tzinfo=UTC))
    assert Deal.objects.filter(alarm_at=now).count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_move_then_goes_on_with_the_deal_as_it_is(company, now):
    """Two people at the same deal: the second waits for the first, and meets the deal in its new stage."""
    done = []

    def name_a_step():
        done.append(set_next_step(deal=company.deal, what="Call", due_at=now + timedelta(days=3), by=company.owner, now=now))
        connection.close()

    waiting = threading.Thread(target=name_a_step)
    with transaction.atomic():
        move_deal(deal=company.deal, stage=factories.stage("Negotiation"), by=company.owner, now=now)
        waiting.start()
        waiting.join(timeout=1)
        assert not done
    waiting.join(timeout=30)
    assert done[0].deal.stage.name == "Negotiation"
