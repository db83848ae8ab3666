"""Who may offer a deal to whom, and what an offer changes: nothing but that somebody is asked."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Absence, Departure, Notice, WorkingCalendar
from accounts.refusals import Refused
from deals.models import Handoff, RiskSignal, Task
from deals.services.handoffs.offering import EXPIRES_AFTER
from deals.services.stages import move_deal
from tests.factories import DealFactory, UserFactory, stage


def test_an_offer_leaves_the_deal_with_its_owner(offer, company, now):
    made = offer(brief="  Call Priya first.  ")
    company.deal.refresh_from_db()
    assert (company.deal.owner, made.giver, made.receiver, made.offered_by) == (company.owner, company.owner, company.stranger, company.owner)
    assert (made.state, made.brief, made.offered_at) == ("offered", "Call Priya first.", now)


def test_it_stands_for_three_working_days_of_the_receiver(offer):
    assert offer().expires_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)  # Wednesday 10:00, over a weekend


def test_the_receiver_is_told_with_the_brief_and_by_mail(offer, company):
    made = offer()
    notice = Notice.objects.get(kind="handoff_offered")
    assert (notice.user, notice.kind, notice.path, notice.mail) == (company.stranger, "handoff_offered", f"/handoffs/{made.pk}/", "pending")
    assert notice.title == "Olaf Owner offers you Clinics, two more"
    assert "They wait for a price." in notice.body
    assert "Until you accept it stays with Olaf Owner. Please answer by Monday, 9 March, 10:00." in notice.body


def test_whoever_reads_it_reads_it_in_their_own_language(offer, company):
    company.stranger.language = "de"
    company.stranger.save()
    offer()
    assert "Monday" not in Notice.objects.get(kind="handoff_offered").body


def test_the_owner_hears_that_somebody_else_offered_it(offer, company):
    offer(by=company.manager)
    told = Notice.objects.get(user=company.owner, kind="handoff_offered")
    assert told.title == "Mona Manager offers Clinics, two more to Sven Stranger"
    assert "It stays with you until Sven Stranger accepts." in told.body


@pytest.mark.parametrize("who", ["owner", "manager", "executive", "admin"])
def test_the_owner_their_line_and_admins_may(offer, company, who):
    assert offer(by=getattr(company, who)).offered_by == getattr(company, who)


@pytest.mark.parametrize("who", ["teammate", "stranger"])
def test_others_may_not(offer, company, who):
    with pytest.raises(Refused, match="Only who answers for this deal"):
        offer(by=getattr(company, who), to=company.manager)
    assert not Handoff.objects.exists()


def test_a_manager_of_another_line_may_not(offer, company):
    other = UserFactory(role="manager", team=company.west)
    company.west.manager = other
    company.west.save()
    with pytest.raises(Refused, match="Only who answers"):
        offer(by=other)


def test_whoever_covers_for_the_owner_may(offer, company, now):
    Absence.objects.create(user=company.owner, cover=company.teammate, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1))
    assert offer(by=company.teammate).giver == company.owner


def test_somebody_the_customer_turned_to_may_pass_it_on(offer, company, now):
    Task.objects.create(
        kind="answer_or_pass_on", title="Answer", assignee=company.stranger, deal=company.deal, due_at=now + timedelta(hours=4), created_at=now
    )
    assert offer(by=company.stranger, to=company.teammate).offered_by == company.stranger


def test_a_deal_of_nobody_is_offered_by_who_answers_for_it(offer, company):
    deal = DealFactory(team=company.east)
    assert offer(deal=deal, by=company.manager).giver is None
    with pytest.raises(Refused):
        offer(deal=deal, by=company.teammate)


@pytest.mark.parametrize("brief", ["", " \n "])
def test_an_offer_has_a_brief(offer, brief):
    with pytest.raises(Refused, match="what they need to know"):
        offer(brief=brief)


def test_it_is_not_offered_to_its_owner(offer, company):
    with pytest.raises(Refused, match="Olaf Owner’s deal already"):
        offer(to=company.owner, by=company.manager)


def test_nor_to_somebody_who_has_left_or_is_suspended(offer, company, now):
    Departure.objects.create(user=company.teammate, last_day=now.date(), leaves_at=now)
    company.stranger.is_active = False
    company.stranger.save()
    for person in (company.teammate, company.stranger):
        with pytest.raises(Refused, match="cannot take deals any more"):
            offer(to=person)


def test_nor_to_somebody_away_and_their_cover_is_named(offer, company, now):
    Absence.objects.create(user=company.stranger, cover=company.teammate, starts_at=now, ends_at=datetime(2026, 3, 9, 0, 0, tzinfo=UTC))
    with pytest.raises(Refused, match=r"comes back on 9 March 2026; Tara Teammate covers for them\. Offer it to Tara Teammate"):
        offer()


def test_a_cover_who_is_away_too_or_the_giver_is_not_named(offer, company, now):
    Absence.objects.create(user=company.stranger, cover=company.owner, starts_at=now, ends_at=now + timedelta(days=5))
    with pytest.raises(Refused, match=r"comes back on 9 March 2026\. Choose somebody else, or wait"):
        offer()


def test_only_one_offer_of_a_deal_is_open(offer, company):
    offer()
    with pytest.raises(Refused, match=r"offered to Sven Stranger already\. Take that back first"):
        offer(to=company.teammate)


def test_a_closed_deal_is_not_offered(offer, company, now):
    move_deal(deal=company.deal, stage=stage("Won"), by=company.owner, now=now)
    with pytest.raises(Refused, match="closed"):
        offer()


def test_an_inquiry_can_be_handed_over(offer, company):
    deal = DealFactory(owner=company.owner, stage=stage("Inquiry"))
    assert offer(deal=deal).state == "offered"


def test_an_offer_moves_no_signal_to_the_receiver(offer, company):
    offer()
    assert not RiskSignal.objects.filter(responsible=company.stranger).exists()


def test_to_somebody_whose_calendar_has_no_working_time_it_ends_by_the_clock_on_the_wall(offer, company, now):
    WorkingCalendar.objects.create(name="none", person=company.teammate, week=[[]] * 7)
    assert offer(to=company.teammate).expires_at == now + EXPIRES_AFTER
