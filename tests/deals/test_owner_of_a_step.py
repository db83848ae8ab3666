"""The owner that stands with a next step is always its deal's: it decides on whose Today the step is due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deals.models import Deal, NextStep
from tests.factories import DealFactory, NextStepFactory, make_company

DUE = datetime(2026, 3, 2, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_a_new_step_takes_the_owner_of_its_deal() -> None:
    company = make_company()
    step = NextStepFactory(deal=DealFactory(owner=company.owner), due_at=DUE)
    step.refresh_from_db()
    assert step.owner_id == company.owner.pk


def test_a_deal_that_changes_hands_takes_its_steps_along() -> None:
    company = make_company()
    deal = DealFactory(owner=company.owner)
    step = NextStepFactory(deal=deal, due_at=DUE)
    Deal.objects.filter(pk=deal.pk).update(owner=company.teammate)
    step.refresh_from_db()
    assert step.owner_id == company.teammate.pk
    Deal.objects.filter(pk=deal.pk).update(owner=None)
    step.refresh_from_db()
    assert step.owner_id is None


def test_nobody_writes_another_owner_into_a_step_and_its_history_does_not_speak_of_it() -> None:
    company = make_company()
    deal = DealFactory(owner=company.owner)
    step = NextStepFactory(deal=deal, due_at=DUE)
    NextStep.objects.filter(pk=step.pk).update(owner=company.stranger)
    Deal.objects.filter(pk=deal.pk).update(owner=company.teammate)
    step.refresh_from_db()
    assert step.owner_id == company.teammate.pk
    assert step.events.count() == 1
