"""Somebody the customer turned to passes the deal on: their task is over once somebody accepted, and not before."""

from datetime import timedelta

import pytest

from deals.models import Deal, Task
from deals.risk.refresh import refresh
from deals.services.handoffs import accept_handoff, decline_handoff, offer_handoff
from deals.services.interactions import log_interaction
from tests.factories import LONG_AGO, ContactFactory


@pytest.fixture
def write(company, now):
    def mail(minutes, *, to, direction="in", contact=None):
        log_interaction(
            deal=Deal.objects.get(pk=company.deal.pk),
            kind="email",
            direction=direction,
            contact=contact or company.contact,
            by=to,
            now=now + timedelta(minutes=minutes),
        )
        refresh([company.deal.pk], now + timedelta(minutes=minutes + 1))

    return mail


@pytest.fixture
def chased(company, now, write):
    """Priya wrote to the owner, and then to the stranger."""
    Deal.objects.filter(pk=company.deal.pk).update(owner_since=LONG_AGO)
    write(0, to=company.owner)
    write(60, to=company.stranger)
    return Task.objects.get(kind="answer_or_pass_on")


def open_tasks():
    return [task.assignee.name for task in Task.objects.filter(kind="answer_or_pass_on", ended_at__isnull=True)]


def pass_on(company, now, minutes=90):
    return offer_handoff(deal=company.deal, to=company.teammate, brief="Answer Priya.", by=company.stranger, now=now + timedelta(minutes=minutes))


def test_offering_it_is_not_enough(company, now, chased):
    pass_on(company, now)
    assert open_tasks() == ["Sven Stranger"]


def test_it_is_over_once_somebody_accepted(company, now, chased):
    accept_handoff(handoff=pass_on(company, now), by=company.teammate, now=now + timedelta(minutes=100))
    assert open_tasks() == []
    chased.refresh_from_db()
    assert chased.done_by == company.stranger


def test_declined_it_is_still_theirs(company, now, chased):
    decline_handoff(handoff=pass_on(company, now), reason="No time", by=company.teammate, now=now + timedelta(minutes=100))
    assert open_tasks() == ["Sven Stranger"]


def test_turned_to_once_more_it_is_asked_anew(company, now, chased, write):
    accept_handoff(handoff=pass_on(company, now), by=company.teammate, now=now + timedelta(minutes=100))
    write(200, to=company.stranger, contact=ContactFactory(account=company.account))
    assert open_tasks() == ["Sven Stranger"]
