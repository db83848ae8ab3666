"""A move made by mistake and taken back: what it had settled or ended is as it was."""

from datetime import timedelta

import pytest

from accounts.models import Notice
from deals.models import Deal, NextStep, RiskSignal, Task
from deals.risk.refresh import refresh
from deals.services.next_steps import set_next_step
from deals.services.stages import move_deal, take_back_move
from deals.services.tasks import add_task
from tests.factories import stage

pytestmark = pytest.mark.django_db


def taken_back(deal, name, company, now):
    move = move_deal(deal=deal, stage=stage(name), by=company.owner, now=now)
    return take_back_move(change=move.change, entered_at=move.stood_since, by=company.owner, now=now + timedelta(minutes=1))


def test_a_deal_won_by_mistake_has_its_step_and_its_reminders_back(company, now):
    set_next_step(deal=company.deal, what="Call", due_at=now + timedelta(days=3), by=company.owner, now=now)
    add_task(title="Ring Priya", assignee=company.owner, deal=company.deal, due_at=now + timedelta(days=3), by=company.owner, now=now)
    taken_back(company.deal, "Won", company, now + timedelta(hours=1))
    assert NextStep.objects.get(ended_at__isnull=True).what == "Call"
    assert Task.objects.get(ended_at__isnull=True).title == "Ring Priya"


@pytest.mark.parametrize("to", ["Won", "Negotiation"])
def test_what_the_move_settled_is_not_raised_or_told_a_second_time(company, now, to):
    Deal.objects.filter(pk=company.deal.pk).update(stage_entered_at=now - timedelta(days=300))
    refresh([company.deal.pk], now)
    raised = set(RiskSignal.objects.filter(state="raised").values_list("pk", "rule", "raised_at"))
    told = Notice.objects.count()
    assert "stage_overdue" in {rule for _pk, rule, _at in raised}
    taken_back(company.deal, to, company, now + timedelta(hours=1))
    assert set(RiskSignal.objects.filter(state="raised").values_list("pk", "rule", "raised_at")) == raised
    assert Notice.objects.count() == told
