"""The board: its columns and what they come to, its pages, moves and their refusals, and what it costs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deals import board
from deals.models import Deal, Pipeline, Stage, StageChange
from deals.services.stages import move_deal
from deals.totals import counted_totals
from tests.factories import AccountFactory, DealFactory, SignalFactory, stage

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Board": "1"}


@pytest.fixture
def as_manager(client, company):
    client.force_login(company.manager)
    return client


def columns(client, **query):
    answer = client.get(reverse("board"), query)
    assert answer.status_code == 200
    return {column.stage.name: [card.name for card in column.cards] for column in answer.context["columns"]}


def move(client, deal, to, *, seen_in=None, **headers):
    form = {"stage": stage(to).pk, "from": stage(seen_in).pk if seen_in else deal.stage_id}
    return client.post(reverse("board-move", args=[deal.pk]), form, headers=headers or SCRIPT)


def words(answer):
    return " ".join(answer.content.decode().split())


def test_the_open_stages_stand_side_by_side_in_their_order(as_manager, company):
    DealFactory(name="Just asked", owner=company.owner, stage=stage("Inquiry"))
    DealFactory(name="Won long ago", owner=company.owner, stage=stage("Won"))
    shown = columns(as_manager)
    assert list(shown) == ["Inquiry", "Qualification", "Discovery", "Proposal", "Negotiation"]
    assert shown["Proposal"] == ["Clinics, two more"]
    assert shown["Inquiry"] == ["Just asked"]


def test_what_is_most_at_stake_stands_first(as_manager, company):
    for name, stake in (("Small", 10), ("Large", 900), ("Middle", 50)):
        DealFactory(name=name, owner=company.owner, value_at_stake=stake)
    assert columns(as_manager)["Proposal"] == ["Large", "Middle", "Small", "Clinics, two more"]


def test_each_sees_the_deals_in_sight_and_no_other(client, company):
    DealFactory(name="Far away", owner=company.stranger)
    for who, expected in (("owner", "Clinics, two more"), ("teammate", "Clinics, two more"), ("stranger", "Far away")):
        client.force_login(getattr(company, who))
        assert columns(client)["Proposal"] == [expected]


def test_heads_and_headline_equal_a_count(as_manager, company):
    for number in range(30):
        name = ("Inquiry", "Qualification", "Discovery", "Proposal", "Negotiation")[number % 5]
        DealFactory(owner=company.owner, stage=stage(name), amount=number * 1000, worst_severity=number % 3, value_at_stake=number)
    for query in (
        {},
        {"owner": company.owner.pk},
        {"team": company.east.pk},
        {"stage": stage("Discovery").pk},
        {"severity": 2},
        {"value_from": 9000},
    ):
        context = as_manager.get(reverse("board"), query).context
        counted = counted_totals(context["filter"].qs)
        assert {column.stage.pk: column.total for column in context["columns"] if column.total.deals} == counted, query
        assert context["total"].counted.deals + context["total"].inquiries == sum(total.deals for total in counted.values())


def test_a_large_count_comes_after_the_page(as_manager, company, monkeypatch):
    monkeypatch.setattr("deals.narrowed.LARGE", 0)
    Deal.objects.filter(pk=company.deal.pk).update(amount=5000)
    html = words(as_manager.get(reverse("board"), {"value_from": 10}))
    assert 'hx-get="/deals/board/totals/?value_from=10"' in html
    assert "Clinics, two more" in html
    assert "1 deal, USD 5,000" in words(as_manager.get(reverse("board-totals"), {"value_from": 10}))
    assert "1 deal, USD 5,000" in words(as_manager.get(reverse("board"), {"value_from": 10, "count": 1}))


def test_a_column_weighs_its_value_by_the_chance_of_its_stage(as_manager, company):
    Deal.objects.filter(pk=company.deal.pk).update(amount=Decimal(80000))
    Stage.objects.filter(pk=stage().pk).update(probability=40)
    html = words(as_manager.get(reverse("board")))
    assert "weighted 32,000" in html
    assert "1 deal, USD 80,000" in html


def test_a_column_pages_to_its_end_without_loss(as_manager, company, monkeypatch):
    monkeypatch.setattr(board, "SIZE", 3)
    for number in range(10):
        DealFactory(owner=company.owner, value_at_stake=number // 2)
    first = next(column for column in as_manager.get(reverse("board")).context["columns"] if column.stage == stage())
    seen, token = [card.pk for card in first.cards], first.later
    while token:
        shown = as_manager.get(reverse("board-column", args=[stage().pk]), {"page": token}, headers={"HX-Request": "true"}).context["column"]
        seen, token = seen + [card.pk for card in shown.cards], shown.later
    assert len(seen) == len(set(seen)) == 11
    assert seen == list(Deal.objects.order_by("-value_at_stake", "-pk").values_list("pk", flat=True))


def test_more_of_a_column_is_a_page_of_its_own_without_script(as_manager, company):
    html = words(as_manager.get(reverse("board-column", args=[stage().pk]), {"owner": company.owner.pk}))
    assert "Clinics, two more" in html
    assert f'href="/deals/board/?owner={company.owner.pk}"' in html


def test_a_stage_of_another_pipeline_has_no_column_here(as_manager):
    other = Pipeline.objects.create(name="Renewals")
    foreign = Stage.objects.create(pipeline=other, name="Due", position=1)
    assert as_manager.get(reverse("board-column", args=[foreign.pk])).status_code == 404
    assert as_manager.get(reverse("board-column", args=[stage("Won").pk])).status_code == 404


def test_another_pipeline_is_a_choice(as_manager, company):
    other = Pipeline.objects.create(name="Renewals")
    due = Stage.objects.create(pipeline=other, name="Due", position=1)
    DealFactory(name="Renewed", owner=company.owner, stage=due)
    assert columns(as_manager, pipeline=other.pk) == {"Due": ["Renewed"]}
    assert columns(as_manager, stage=due.pk) == {"Due": ["Renewed"]}
    assert "Renewals" in words(as_manager.get(reverse("board")))


def test_a_retired_stage_stands_there_while_deals_do(as_manager, company):
    Stage.objects.filter(pk__in=[stage().pk, stage("Discovery").pk]).update(retired_at=timezone.now())
    assert "Discovery" not in columns(as_manager)
    assert columns(as_manager)["Proposal"] == ["Clinics, two more"]
    assert "not used any more" in words(as_manager.get(reverse("board")))


@pytest.mark.parametrize("state", ["won", "lost", "all"])
def test_closed_deals_are_looked_at_on_the_list(as_manager, state):
    answer = as_manager.get(reverse("board"), {"state": state, "q": "clinic"})
    assert answer.url == f"/deals/?state={state}&q=clinic"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "scann"}, ["Scanners"]),
        ({"severity": "3"}, ["Scanners"]),
        ({"signal": "unowned"}, ["Scanners"]),
        ({"source": "inbound"}, ["Scanners"]),
        ({"owner": "nobody"}, ["Scanners"]),
        ({"q": "nothing of the kind"}, []),
    ],
)
def test_the_filters_of_the_list_hold_here(as_manager, company, query, expected):
    deal = DealFactory(name="Scanners", team=company.east, source="inbound", worst_severity=3)
    SignalFactory(deal=deal, rule="unowned", severity=3)
    assert columns(as_manager, **query)["Proposal"] == expected


def test_the_filters_go_along_to_the_list_and_into_every_link(as_manager, company):
    html = words(as_manager.get(reverse("board"), {"owner": company.owner.pk}))
    assert f'href="/deals/?owner={company.owner.pk}">List' in html
    assert f'href="/deals/board/move/{company.deal.pk}/?owner={company.owner.pk}"' in html


def test_a_card_says_what_matters(as_manager, company):
    company.account.lifecycle = "customer"
    company.account.save()
    Deal.objects.filter(pk=company.deal.pk).update(source="inbound", amount=350000, value_at_stake=410000)
    for rule, severity in (("no_contact", 2), ("competitor_engaged", 4), ("no_next_step", 1)):
        SignalFactory(deal=company.deal, rule=rule, severity=severity)
    StageChange.objects.create(deal=company.deal, from_stage=stage(), to_stage=stage("Lost"), at=timezone.now() - timedelta(days=9))
    answer = as_manager.get(reverse("board"))
    (card,) = next(column.cards for column in answer.context["columns"] if column.cards)
    assert card.raised == ["4 competitor_engaged", "2 no_contact", "1 no_next_step"]
    html = words(answer)
    for part in ("Norwood Clinics", "bluebird", "customer", "won back", "350,000", "410,000 at stake", "+1", "the limit is", "Olaf Owner"):
        assert part in html, part


def test_what_people_typed_is_no_html(as_manager, company):
    nasty = """<b onclick="x()">'%(name)s %d"""
    Deal.objects.filter(pk=company.deal.pk).update(name=nasty)
    company.account.name, company.owner.name = nasty, nasty
    company.account.save()
    company.owner.save()
    html = as_manager.get(reverse("board"), {"q": nasty}).content.decode() + as_manager.get(reverse("board")).content.decode()
    assert "<b onclick" not in html
    assert "&lt;b onclick=&quot;x()&quot;&gt;&#x27;%(name)s %d" in html


def test_a_move_is_made_said_and_answered_with_what_changed(as_manager, company):
    answer = move(as_manager, company.deal, "Negotiation")
    company.deal.refresh_from_db()
    assert company.deal.stage == stage("Negotiation")
    html = words(answer)
    assert answer.status_code == 200
    assert "Clinics, two more moved from Proposal to Negotiation." in html
    assert f'id="card-{company.deal.pk}"' in html
    for name in ("Proposal", "Negotiation"):
        assert f'id="head-{stage(name).pk}" hx-swap-oob="true"' in html
    assert f'id="head-{stage("Discovery").pk}"' not in html
    assert 'id="board-headline" hx-swap-oob="true"' in html
    assert "<html" not in html


def test_a_move_is_taken_back_to_the_clock_it_had(as_manager, company):
    since = company.deal.stage_entered_at
    html = move(as_manager, company.deal, "Negotiation").content.decode()
    token = html.split('name="undo" value="')[1].split('"')[0]
    answer = as_manager.post(reverse("board-move", args=[company.deal.pk]), {"undo": token}, headers=SCRIPT)
    company.deal.refresh_from_db()
    assert (company.deal.stage, company.deal.stage_entered_at) == (stage(), since)
    assert "stands in Proposal again" in words(answer)
    again = as_manager.post(reverse("board-move", args=[company.deal.pk]), {"undo": token}, headers=SCRIPT)
    assert again.status_code == 422
    assert "has moved on since" in words(again)


def test_a_stale_board_is_told_and_overwrites_nothing(as_manager, company):
    move_deal(deal=company.deal, stage=stage("Discovery"), by=company.owner, now=timezone.now())
    answer = move(as_manager, company.deal, "Negotiation", seen_in="Proposal")
    company.deal.refresh_from_db()
    assert answer.status_code == 409
    assert company.deal.stage == stage("Discovery")
    html = words(answer)
    assert "Olaf Owner moved Clinics, two more to Discovery meanwhile." in html
    assert f'data-stage="{stage("Discovery").pk}"' in html


def test_two_with_the_same_wish_are_no_conflict(as_manager, company):
    move_deal(deal=company.deal, stage=stage("Negotiation"), by=company.owner, now=timezone.now())
    assert move(as_manager, company.deal, "Negotiation", seen_in="Proposal").status_code == 200
    assert StageChange.objects.filter(deal=company.deal).count() == 1


def test_a_refused_move_leaves_the_card_and_says_why(as_manager, company):
    Stage.objects.filter(pk=stage("Negotiation").pk).update(retired_at=timezone.now())
    answer = move(as_manager, company.deal, "Negotiation")
    assert answer.status_code == 422
    assert f'data-stage="{company.deal.stage_id}"' in words(answer)
    assert 'class="toast-line error"' in words(answer)


def test_a_won_deal_leaves_the_board_with_a_way_back(as_manager, company):
    html = words(move(as_manager, company.deal, "Won"))
    assert "Clinics, two more is won. Well done." in html
    assert 'name="undo"' in html
    assert f'id="card-{company.deal.pk}"' not in html


def test_losing_asks_how_it_was_lost(as_manager, company):
    answer = move(as_manager, company.deal, "Lost")
    assert answer.url == f"/deals/{company.deal.pk}/lost/?stage={stage('Lost').pk}"


def test_a_card_that_no_longer_fits_the_filter_goes_with_a_word(as_manager, company):
    address = f"{reverse('board-move', args=[company.deal.pk])}?stage={stage().pk}"
    html = words(as_manager.post(address, {"stage": stage("Negotiation").pk}, headers=SCRIPT))
    assert "no longer fits what this board is narrowed to" in html
    assert f'id="card-{company.deal.pk}"' not in html


def test_a_stranger_moves_nothing(client, company):
    client.force_login(company.stranger)
    assert move(client, company.deal, "Negotiation").status_code == 404
    company.deal.refresh_from_db()
    assert company.deal.stage == stage()


def test_without_script_a_page_asks_where_to_and_leads_back(as_manager, company):
    address = f"{reverse('board-move', args=[company.deal.pk])}?owner={company.owner.pk}"
    html = words(as_manager.get(address))
    assert all(f">{name}</button>" in html for name in ("Discovery", "Negotiation", "Won", "Lost"))
    assert ">Proposal</button>" not in html
    answer = as_manager.post(address, {"stage": stage("Negotiation").pk, "from": stage().pk}, follow=True)
    assert answer.redirect_chain == [(f"/deals/board/?owner={company.owner.pk}", 302)]
    assert "moved from Proposal to Negotiation" in words(answer)


def test_an_empty_board_teaches(client, company):
    client.force_login(company.stranger)
    assert "Drag a card to move the deal" in words(client.get(reverse("board")))
    client.force_login(company.manager)
    assert "No deal fits" in words(client.get(reverse("board"), {"q": "zzzz"}))


def fill(company, names, each):
    for name in names:
        for _number in range(each):
            deal = DealFactory(owner=company.owner, account=AccountFactory(), stage=stage(name), amount=10)
            SignalFactory(deal=deal)


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
@pytest.mark.parametrize("query", [{}, {"q": "deal"}, {"severity": "1"}])
def test_the_board_takes_at_most_fifteen_queries(client, company, who, query, django_assert_max_num_queries):
    fill(company, ("Qualification", "Discovery", "Proposal", "Negotiation"), 22)
    client.force_login(getattr(company, who))
    client.get(reverse("board"))  # the reader's time zone is asked for once a minute
    with django_assert_max_num_queries(15):
        assert client.get(reverse("board"), query).status_code == 200


def test_no_column_has_a_query_of_its_own(as_manager, company, django_assert_num_queries):
    fill(company, ("Proposal",), 2)
    as_manager.get(reverse("board"))
    with CaptureQueriesContext(connection) as few:
        as_manager.get(reverse("board"))
    fill(company, ("Qualification", "Discovery", "Negotiation"), 3)
    with django_assert_num_queries(len(few)):
        as_manager.get(reverse("board"))
