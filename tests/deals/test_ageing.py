"""How long a deal has been in its stage, against the limit it is held to."""

from datetime import timedelta

import pytest

from deals.ageing import ageing_of
from deals.models import Deal, StageRhythm, Threshold
from deals.row_facts import facts_of
from tests.factories import DealFactory, stage

pytestmark = pytest.mark.django_db


def asked(*ids, now):
    return ageing_of(facts_of(ids, signals=False, step=False), now)


@pytest.fixture
def times(company, now):
    def ask(**changes):
        Deal.objects.filter(pk=company.deal.pk).update(**changes)
        return asked(company.deal.pk, now=now)[company.deal.pk]

    return ask


def test_the_default_limit_counts_working_days(times, now):
    found = times(stage_entered_at=now - timedelta(days=14))
    assert found.times == pytest.approx(1.0)
    assert found.days == 14
    assert found.label == "14 days in Proposal, the limit is 10 working days"


def test_a_limit_somebody_chose_wins(times, now, company):
    Threshold.objects.create(setting="stage_limit", stage=company.deal.stage, value=5)
    assert times(stage_entered_at=now - timedelta(days=14)).times == pytest.approx(2.0)


def test_a_learned_limit_counts_calendar_days(times, now, company):
    StageRhythm.objects.create(stage=company.deal.stage, samples=30, p75_days=7, learned_at=now)
    found = times(stage_entered_at=now - timedelta(days=14))
    assert found.times == pytest.approx(2.0)
    assert "three in four won deals were out of it after 7 days" in found.label


def test_too_few_samples_teach_nothing(times, now, company):
    StageRhythm.objects.create(stage=company.deal.stage, samples=29, p75_days=7, learned_at=now)
    assert times(stage_entered_at=now - timedelta(days=14)).times == pytest.approx(1.0)


def test_inquiries_and_closed_deals_have_no_limit(company, now):
    assert asked(DealFactory(stage=stage("Inquiry")).pk, DealFactory(stage=stage("Won")).pk, now=now) == {}
