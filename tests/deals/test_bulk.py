"""Acts on many deals: who may, what is left alone, what is said, and the way back."""

from datetime import timedelta
from html import unescape
from re import search
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Departure, User
from accounts.refusals import Refused
from deals.models import Deal, NextStep, RiskSignal, StageChange
from deals.services.bulk import Seen, give_back, reassign_deals, set_next_steps
from tests.factories import DealFactory, NextStepFactory, UserFactory, make_company, stage
from winback.models import Loss
from winback.services.many_losses import lose_deals

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3)


def seen(*deals):
    return [Seen(deal.pk, deal.owner_id, deal.stage_id) for deal in deals]


def ticked(*deals):
    return [f"{deal.pk}.{deal.owner_id or 0}.{deal.stage_id}" for deal in deals]


@pytest.fixture
def three(company):
    return [DealFactory(name=f"Depot {number}", owner=company.owner) for number in range(3)]


@pytest.fixture
def act(client, company):
    """Post to the bulk page as the manager; gives the answer with what was said."""

    def post(user=None, route="deals-bulk", **form):
        client.force_login(user or company.manager)
        answer = client.post(reverse(route), form, follow=True)
        words = " ".join(str(message) for message in answer.context["messages"]) if answer.context and "messages" in answer.context else ""
        return answer, unescape(words)

    return post


def test_twenty_deals_go_to_a_colleague_with_their_team_and_are_looked_at_again(company, now):
    deals = [DealFactory(owner=company.owner) for _ in range(20)]
    found = reassign_deals(seen=seen(*deals), owner=company.stranger, by=company.admin, now=now)
    assert (len(found.done), found.skipped) == (20, [])
    assert set(Deal.objects.filter(pk__in=[deal.pk for deal in deals]).values_list("owner", "team", "owner_since")) == {
        (company.stranger.pk, company.west.pk, now)
    }
    assert RiskSignal.objects.filter(deal__in=deals, responsible=company.stranger).exists()


def test_it_costs_the_same_for_two_as_for_forty(company, now, django_assert_num_queries):
    few, many = [DealFactory(owner=company.owner) for _ in range(2)], [DealFactory(owner=company.owner) for _ in range(40)]
    reassign_deals(seen=seen(company.deal), owner=company.stranger, by=company.admin, now=now)
    from django.test.utils import CaptureQueriesContext

    counts = []
    for deals in (few, many):
        with CaptureQueriesContext(connection) as queries:
            reassign_deals(seen=seen(*deals), owner=company.stranger, by=company.admin, now=now)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2, counts


def test_what_changed_hands_or_closed_meanwhile_is_left_alone_and_named(company, three, now):
    chosen = seen(*three)
    Deal.objects.filter(pk=three[0].pk).update(owner=company.teammate)
    Deal.objects.filter(pk=three[1].pk).update(stage=stage("Won"), status="won", closed_on=now.date(), alarm_at=None)
    found = reassign_deals(seen=chosen, owner=company.manager, by=company.manager, now=now)
    assert [deal.name for deal in found.done] == ["Depot 2"]
    assert dict(found.skipped) == {"Depot 0": "it went to somebody else meanwhile", "Depot 1": "closed meanwhile"}


def test_deals_out_of_sight_are_never_touched(company, now):
    far = DealFactory(owner=company.stranger)
    found = reassign_deals(seen=seen(far, company.deal), owner=company.manager, by=company.manager, now=now)
    assert [deal.pk for deal in found.done] == [company.deal.pk]
    far.refresh_from_db()
    assert far.owner == company.stranger


@pytest.mark.parametrize("suspended", [True, False])
def test_nobody_who_left_or_is_suspended_takes_over(company, now, suspended):
    if suspended:
        User.objects.filter(pk=company.teammate.pk).update(is_active=False)
    else:
        Departure.objects.create(user=company.teammate, last_day=now.date(), leaves_at=now - timedelta(hours=1))
    with pytest.raises(Refused, match="Tara Teammate cannot take deals any more"):
        reassign_deals(seen=seen(company.deal), owner=company.teammate, by=company.manager, now=now)


def test_more_than_five_hundred_are_refused(company, now):
    with pytest.raises(Refused, match="500"):
        reassign_deals(seen=[Seen(pk, None, 1) for pk in range(1, 502)], owner=company.manager, by=company.admin, now=now)


def test_giving_back_leaves_alone_what_changed_hands_since(company, three, now):
    nobodys = DealFactory(name="Nobody's", owner=None, team=company.east)
    done = reassign_deals(seen=seen(*three, nobodys), owner=company.teammate, by=company.manager, now=now)
    Deal.objects.filter(pk=three[0].pk).update(owner=company.manager)
    found = give_back(before=done.before, owner_id=company.teammate.pk, since=now, by=company.manager, now=now + timedelta(minutes=1))
    assert {deal.name for deal in found.done} == {"Depot 1", "Depot 2", "Nobody's"}
    assert found.skipped == [("Depot 0", "it changed hands since")]
    assert list(Deal.objects.filter(pk__in=[deal.pk for deal in [*three, nobodys]]).order_by("pk").values_list("owner", flat=True)) == [
        company.manager.pk,
        company.owner.pk,
        company.owner.pk,
        None,
    ]


def test_a_next_step_for_each_replaces_the_one_before(company, three, now):
    NextStepFactory(deal=three[0], due_at=now)
    found = set_next_steps(
        seen=seen(*three, DealFactory(owner=company.owner, stage=stage("Won"))), what="Call", due_at=now + LATER, by=company.owner, now=now
    )
    assert len(found.done) == 3
    assert [why for _name, why in found.skipped] == ["closed"]
    assert NextStep.objects.filter(deal__in=three, ended_at__isnull=True, due_at=now + LATER).count() == 3
    with pytest.raises(Refused):
        set_next_steps(seen=seen(*three), what="Call", due_at=now, by=company.owner, now=now)


def test_many_are_lost_at_once_each_with_its_loss(company, three, now):
    moved = seen(three[2])
    Deal.objects.filter(pk=three[2].pk).update(stage=stage("Negotiation"))
    NextStepFactory(deal=three[0], due_at=now + LATER)
    found = lose_deals(seen=[*seen(*three[:2]), *moved], kind="no_decision", reasons=["price", "timing"], by=company.owner, now=now)
    assert len(found.done) == 2
    assert found.skipped == [("Depot 2", "it moved to another stage meanwhile")]
    assert set(Loss.objects.filter(deal__in=three).values_list("deal__status", "kind", "deal__alarm_at")) == {("lost", "no_decision", None)}
    assert StageChange.objects.filter(deal__in=three, to_stage__kind="lost").count() == 2
    assert not NextStep.objects.filter(deal=three[0], ended_at__isnull=True).exists()


def test_without_script_the_question_is_a_page_and_the_answer_a_toast_with_an_undo(act, company, three):
    answer, _words = act(act="reassign", deal=ticked(*three), next="/deals/?sort=name")
    html = answer.content.decode()
    assert "Give 3 deals to somebody else" in html
    deals = search(r'name="deals" value="([^"]*)"', html)[1]
    answer, words = act(act="reassign", sure=1, deals=deals, owner=company.teammate.pk, next="/deals/?sort=name")
    assert answer.redirect_chain[-1][0] == "/deals/?sort=name"
    assert "3 deals are Tara Teammate’s now." in words
    token = search(r'name="undo" value="([^"]+)"', words)[1]
    _answer, words = act(undo=token, next="/deals/")
    assert "3 deals are back where they were." in words
    assert set(Deal.objects.filter(pk__in=[deal.pk for deal in three]).values_list("owner", flat=True)) == {company.owner.pk}


def test_a_word_says_how_many_were_skipped_and_why(act, company, three):
    chosen = " ".join(ticked(*three))
    Deal.objects.filter(pk=three[0].pk).update(stage=stage("Won"), status="won", closed_on=timezone.localdate(), alarm_at=None)
    _answer, words = act(act="reassign", sure=1, deals=chosen, owner=company.teammate.pk)
    assert "2 deals are Tara Teammate’s now. 1 was skipped: Depot 0 (closed meanwhile)." in words


def test_an_undo_of_another_hand_is_refused(act, company, three):
    _answer, words = act(undo="forged")
    assert "for an hour only" in words
    _answer, words = act(act="reassign", sure=1, deals=" ".join(ticked(*three)), owner=company.teammate.pk)
    _answer, words = act(user=company.stranger, undo=search(r'name="undo" value="([^"]+)"', words)[1])
    assert "for an hour only" in words
    assert set(Deal.objects.filter(pk__in=[deal.pk for deal in three]).values_list("owner", flat=True)) == {company.teammate.pk}


def test_a_name_with_a_percent_sign_takes_deals(act, company, three):
    company.teammate.name = "Tara 100% Teammate"
    company.teammate.save()
    _answer, words = act(act="reassign", sure=1, deals=ticked(three[0])[0], owner=company.teammate.pk)
    assert "One deal is Tara 100% Teammate’s now." in words


def test_all_that_fit_are_chosen_by_the_address(act, company, three):
    answer, _words = act(act="next-step", all=1, query="q=depot&sort=name")
    assert sorted(answer.context["names"]) == ["Depot 0", "Depot 1", "Depot 2"]


@pytest.mark.parametrize("deals", ["", "x", "1.2", "1.2.3.4", "-1.0.1", "9" * 20 + ".1.1"])
def test_choosing_nothing_is_said(act, deals):
    _answer, words = act(act="reassign", deals=deals)
    assert "Tick at least one deal" in words


def test_a_form_that_is_not_filled_in_comes_back_with_the_deals(client, company, three):
    client.force_login(company.manager)
    answer = client.post(reverse("deals-bulk"), {"act": "next-step", "sure": 1, "deals": " ".join(ticked(*three))}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert b"<html" not in answer.content
    assert answer.context["deals"] == " ".join(ticked(*three))


def test_losing_many_asks_how_and_why_once(act, company, three):
    answer, _words = act(route="deals-lost-many", deal=ticked(*three))
    assert "Losing 3 deals" in answer.content.decode()
    form = {"sure": 1, "deals": " ".join(ticked(*three)), "kind": "competitor", "reasons": ["price"]}
    assert act(route="deals-lost-many", **form)[0].status_code == 422, "the vendor is missing"
    _answer, words = act(route="deals-lost-many", **form, competitor="Clearline")
    assert "3 deals are lost, and why is kept." in words
    assert Loss.objects.filter(competitor="Clearline").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_reassign_the_same_deals_at_once_end_with_each_deal_in_one_hand():
    company, now = make_company(), timezone.now()
    deals = [DealFactory(owner=company.owner) for _ in range(30)]
    people = [company.teammate, UserFactory(team=company.east)]
    outcomes, failed, start = {}, [], Barrier(2)

    def give(person, chosen):
        try:
            start.wait(10)
            outcomes[person.pk] = reassign_deals(seen=chosen, owner=person, by=company.admin, now=now)
        except Exception as error:  # noqa: BLE001 - whatever came out is what the test looks at
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=give, args=(person, seen(*deals)[:: 1 if person is people[0] else -1])) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    winner = next(pk for pk, outcome in outcomes.items() if outcome.done)
    assert sorted(len(outcome.done) for outcome in outcomes.values()) == [0, 30]
    assert {why for outcome in outcomes.values() for _name, why in outcome.skipped} == {"it went to somebody else meanwhile"}
    assert set(Deal.objects.filter(pk__in=[deal.pk for deal in deals]).values_list("owner", flat=True)) == {winner}
