"""What is learned from our own history, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.models import AccountRhythm, Deal, PipelineRhythm, StageChange, StageRhythm
from deals.rhythms import learn
from tests import factories
from tests.again import comes_to_the_same
from tests.at_once import at_once

pytestmark = pytest.mark.django_db

JANUARY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def won_after(days, account=None):
    """A deal that spent ``days`` in Proposal and was won."""
    end = JANUARY + timedelta(days=days)
    deal = factories.DealFactory(stage=factories.stage("Won"), stage_entered_at=end, closed_on=end.date(), account=account)
    proposal, won = factories.stage("Proposal"), factories.stage("Won")
    StageChange.objects.create(deal=deal, to_stage=proposal, at=JANUARY)
    StageChange.objects.create(deal=deal, from_stage=proposal, to_stage=won, at=end)
    return deal


def test_the_time_won_deals_stay_in_a_stage(db, now):
    for days in range(1, 32):
        won_after(days)
    learn(now)
    rhythm = StageRhythm.objects.get()
    assert (rhythm.stage.name, rhythm.samples, rhythm.p75_days) == ("Proposal", 31, 23.5)
    assert PipelineRhythm.objects.get().longest_won_days == 31


def test_deals_whose_limit_changed_are_due_again_and_only_once(company, now):
    for days in range(1, 32):
        won_after(days)
    assert learn(now) == 1
    assert Deal.objects.get(alarm_at=now) == company.deal
    assert learn(now + timedelta(days=1)) == 0


def test_how_long_an_account_takes_to_answer(company, now):
    for number in range(20):
        asked = JANUARY + timedelta(days=number)
        factories.InteractionFactory(deal=company.deal, direction="out", at=asked)
        factories.InteractionFactory(deal=company.deal, direction="in", at=asked + timedelta(hours=number + 1))
    learn(now)
    rhythm = AccountRhythm.objects.get(account=company.account)
    assert (rhythm.samples, round(rhythm.reply_p90_hours, 1)) == (20, 18.1)


def test_one_more_sample_that_changes_no_limit_makes_nothing_due(company, now):
    for _deal in range(40):
        won_after(20)
    learn(now)
    won_after(20)
    assert learn(now + timedelta(days=1)) == 0
    assert StageRhythm.objects.get().samples == 41


def test_an_account_that_lost_its_samples_is_forgotten(company, now):
    AccountRhythm.objects.create(account=company.account, samples=20, reply_p90_hours=3, learned_at=now)
    learn(now)
    assert not AccountRhythm.objects.exists()


def test_a_rhythm_with_nothing_behind_it_is_forgotten(company, now):
    deal = won_after(3)
    learn(now)
    StageChange.objects.filter(deal=deal).delete()
    deal.delete()
    learn(now)
    assert not StageRhythm.objects.exists()
    assert not PipelineRhythm.objects.exists()


def test_a_rhythm_whose_samples_count_no_more_is_forgotten(company, now):
    """The deals are won as before, but a retired stage cut their stay short, and one was closed before it was opened."""
    deal = won_after(3)
    learn(now)
    assert (StageRhythm.objects.count(), PipelineRhythm.objects.count()) == (1, 1)
    StageChange.objects.filter(deal=deal).update(rearranged=True)
    Deal.objects.filter(pk=deal.pk).update(opened_on=deal.closed_on + timedelta(days=1))
    learn(now)
    assert not StageRhythm.objects.exists()
    assert not PipelineRhythm.objects.exists()


def test_learned_twice_or_after_being_killed_it_is_the_same(company, now):
    for days in range(1, 32):
        won_after(days)
    comes_to_the_same(lambda: learn(now), StageRhythm, PipelineRhythm, AccountRhythm, Deal)


@pytest.mark.django_db(transaction=True)
def test_two_who_learn_at_once_make_each_deal_due_once(now):
    factories.make_company()
    for days in range(1, 32):
        won_after(days)
    due = []
    assert at_once(*[lambda: due.append(learn(now))] * 2) == []
    assert sorted(due) == [0, 1]
    assert StageRhythm.objects.get().samples == 31
