"""Offers that end by themselves: not answered in time, or with the deal, however that changed hands or was closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice
from deals.models import Deal, Handoff
from deals.services import bulk, handoffs
from deals.services.handoffs import expire_handoffs, expiring
from deals.services.stages import move_deal
from tests.factories import DealFactory, stage


@pytest.fixture
def later(now):
    return now + timedelta(hours=1)


def ended(made):
    made.refresh_from_db()
    return made.state, made.reason, made.ended_by, made.ended_at


def test_an_offer_nobody_answered_ends_in_time(offer, company):
    made = offer(by=company.manager)
    assert expire_handoffs(made.expires_at - timedelta(seconds=1)) == 0
    assert expire_handoffs(made.expires_at) == 1
    assert ended(made) == ("expired", "", None, made.expires_at)
    company.deal.refresh_from_db()
    assert company.deal.owner == company.owner
    told = Notice.objects.filter(kind="handoff_expired")
    assert {notice.user.name for notice in told} == {"Olaf Owner", "Mona Manager", "Sven Stranger"}
    assert told[0].title == "Sven Stranger did not answer in time: Clinics, two more"


def test_run_twice_it_tells_once(offer):
    made = offer()
    expire_handoffs(made.expires_at)
    before = Notice.objects.count()
    assert expire_handoffs(made.expires_at + timedelta(minutes=1)) == 0
    assert Notice.objects.count() == before


def test_an_offer_to_somebody_who_is_gone_ends_at_once(offer, company, later):
    made = offer()
    company.stranger.is_active = False
    company.stranger.save()
    assert expire_handoffs(later) == 1
    assert ended(made) == ("withdrawn", "receiver", None, later)
    assert [notice.user for notice in Notice.objects.filter(kind="handoff_withdrawn")] == [company.owner]


def test_many_end_in_batches(offer, company):
    made = [offer(deal=DealFactory(owner=company.owner)) for _ in range(5)]
    assert expire_handoffs(made[0].expires_at, batch=2) == 5


def test_one_that_fails_does_not_keep_the_others(offer, company, monkeypatch):
    made = [offer(deal=DealFactory(owner=company.owner, name=f"Deal {number}")) for number in range(3)]
    real = expiring.refresh

    def broken(ids, now):
        if made[1].deal_id in list(ids):
            raise ValueError("a fault of ours")
        real(ids, now)

    monkeypatch.setattr(expiring, "refresh", broken)
    assert expire_handoffs(made[0].expires_at) == 2
    assert list(Handoff.objects.open()) == [made[1]]
    monkeypatch.setattr(expiring, "refresh", real)
    assert expire_handoffs(made[0].expires_at) == 1


def given_back_to_nobody(company, now):
    Deal.objects.filter(pk=company.deal.pk).update(owner_since=now)
    assert bulk.give_back(before={company.deal.pk: None}, owner_id=company.owner.pk, since=now, by=company.manager, now=now).done


def given_among_many(company, now):
    seen = [bulk.Seen(company.deal.pk, company.owner.pk, company.deal.stage_id)]
    assert bulk.reassign_deals(seen=seen, owner=company.teammate, by=company.manager, now=now).done


def written_by_an_import(company, now):
    Deal.objects.filter(pk=company.deal.pk).update(owner=company.teammate, owner_since=now)


@pytest.mark.parametrize("change", [given_back_to_nobody, given_among_many, written_by_an_import])
def test_another_owner_ends_it(offer, company, later, change):
    made = offer()
    change(company, later)
    assert ended(made) == ("withdrawn", "owner", None, later)


def won(company, now):
    move_deal(deal=company.deal, stage=stage("Won"), by=company.owner, now=now)


def won_among_many(company, now):
    found = bulk.lock_to_close(seen=[bulk.Seen(company.deal.pk, company.owner.pk, company.deal.stage_id)], by=company.owner)
    bulk.close_deals(deals=found.done, stages={company.pipeline.pk: stage("Won")}, by=company.owner, now=now)


@pytest.mark.parametrize("change", [won, won_among_many])
def test_closing_the_deal_ends_it(offer, company, later, change):
    made = offer()
    change(company, later)
    assert ended(made) == ("withdrawn", "closed", None, later)


def test_a_move_to_another_open_stage_does_not(offer, company, later):
    made = offer()
    move_deal(deal=company.deal, stage=stage("Negotiation"), by=company.owner, now=later)
    assert ended(made)[0] == "offered"


def test_what_is_put_back_with_an_older_moment_ends_it_now(offer, company, now):
    made = offer()
    Deal.objects.filter(pk=company.deal.pk).update(owner=company.teammate, owner_since=now - timedelta(days=30))
    assert ended(made)[3] > timezone.now() - timedelta(minutes=5)


def test_whoever_was_asked_hears_within_a_minute_that_it_ended_with_the_deal(offer, company, later):
    offer()
    given_among_many(company, later)
    for minute in (1, 2):
        expire_handoffs(later + timedelta(minutes=minute))
    told = Notice.objects.filter(kind="handoff_withdrawn")
    assert sorted(notice.user.name for notice in told) == ["Olaf Owner", "Sven Stranger"]
    assert told[0].body == "The deal got another owner, and the offer ended with that."


def test_accepting_is_no_other_way(offer, company, later):
    made = handoffs.accept_handoff(handoff=offer(), by=company.stranger, now=later)
    expire_handoffs(later + timedelta(minutes=1))
    assert ended(made)[0] == "accepted"
    assert not Notice.objects.filter(kind="handoff_withdrawn").exists()
