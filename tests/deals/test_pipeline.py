"""The pipeline as a list: whose deals, which ones, in which order, and what it costs."""

from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.filters import month, quarter
from deals.models import Deal
from deals.orders import ORDERS
from tests.factories import AccountFactory, DealFactory, ProductFactory, SignalFactory, TeamFactory, UserFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, company):
    """The names on the list as a manager asks for it."""
    client.force_login(company.manager)

    def names(**query):
        answer = client.get(reverse("pipeline"), query)
        assert answer.status_code == 200
        return [row.name for row in answer.context["page"].rows]

    return names


def test_one_sees_the_deals_in_sight_and_no_other(client, company):
    DealFactory(name="Far away", owner=company.stranger)
    for who, expected in ((company.owner, "Clinics, two more"), (company.stranger, "Far away")):
        client.force_login(who)
        assert [row.name for row in client.get(reverse("pipeline")).context["page"].rows] == [expected]


@pytest.mark.parametrize("sort", ["at_stake", "age"])
def test_among_all_there_ever_were_what_is_said_of_open_deals_alone_puts_them_first(look, company, sort):
    long_ago = timezone.now() - timedelta(days=900)
    DealFactory(name="Won one", owner=company.owner, stage=stage("Won"), amount=900000, value_at_stake=900000, stage_entered_at=long_ago)
    assert look(state="all", sort=sort) == ["Clinics, two more", "Won one"]
    assert look(state="all", sort=f"-{sort}") == ["Won one", "Clinics, two more"]


def test_an_amount_without_a_rate_is_not_called_missing(client, company):
    DealFactory(name="Thimphu", owner=company.owner, amount=500000, currency="BTN")
    client.force_login(company.manager)
    page = client.get(reverse("pipeline")).content.decode()
    assert "no rate for BTN 500,000" in page
    assert "in a currency without a rate" in page


def test_a_currency_may_be_typed_in_small_letters(look, company):
    DealFactory(name="Thimphu", owner=company.owner, amount=500000, currency="BTN")
    assert look(currency="btn") == ["Thimphu"]


def test_without_deals_a_filter_form_left_empty_is_no_filter(client):
    client.force_login(UserFactory())
    for route in ("pipeline", "board"):
        assert "No deals yet" in client.get(reverse(route), {"owner": "", "value_from": ""}).content.decode()


def test_closed_deals_wait_to_be_asked_for(look, company):
    DealFactory(name="Won one", owner=company.owner, stage=stage("Won"))
    assert look() == ["Clinics, two more"]
    assert look(state="won") == ["Won one"]
    assert set(look(state="all")) == {"Clinics, two more", "Won one"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "norwood"}, {"Clinics, two more"}),
        ({"q": "SCANN"}, {"Scanners"}),
        ({"q": "priya"}, {"Clinics, two more"}),
        ({"owner": "nobody"}, {"Scanners"}),
        ({"signal": "unowned"}, {"Scanners"}),
        ({"signal": "no_contact"}, set()),
        ({"severity": "3"}, {"Scanners"}),
        ({"severity": "4"}, set()),
        ({"value_from": "4000", "value_to": "5000"}, {"Scanners"}),
        ({"closing": "passed"}, {"Scanners"}),
        ({"closing": "none"}, {"Clinics, two more"}),
        ({"source": "inbound"}, {"Scanners"}),
        ({"no_account": "on"}, {"Scanners"}),
        ({"opened_from": "2025-06-01", "opened_to": "2025-06-30"}, {"Scanners"}),
        ({"state": "inquiry"}, {"Scanners"}),
    ],
)
def test_each_filter_keeps_what_fits(look, company, query, expected):
    deal = DealFactory(
        name="Scanners",
        account=None,
        team=company.east,
        stage=stage("Inquiry"),
        product=ProductFactory(list_price=4821),
        source="inbound",
        worst_severity=3,
        expected_close_on=date(2025, 7, 1),
        opened_on=date(2025, 6, 3),
    )
    SignalFactory(deal=deal, rule="unowned", severity=3)
    assert set(look(**query)) == expected


def test_a_team_is_meant_with_all_below(look, company):
    below = TeamFactory(name="North-east", parent=company.east)
    DealFactory(name="Deep down", team=below)
    assert set(look(team=company.east.pk)) == {"Clinics, two more", "Deep down"}
    assert look(team=below.pk) == ["Deep down"]


def test_a_filter_nobody_understands_is_left_out_and_said(client, company):
    client.force_login(company.owner)
    answer = client.get(reverse("pipeline"), {"stage": "x", "value_from": "much"})
    assert len(answer.context["page"].rows) == 1
    assert "could not be understood" in answer.content.decode()


def test_a_team_out_of_sight_cannot_be_asked_for(client, company):
    client.force_login(company.owner)
    assert "could not be understood" in client.get(reverse("pipeline"), {"team": company.west.pk}).content.decode()


@pytest.mark.parametrize("sort", [*ORDERS, *(f"-{name}" for name in ORDERS), "silence"])
def test_every_order_pages_to_the_end_without_loss(client, company, sort, monkeypatch):
    monkeypatch.setattr("deals.listing.SIZE", 3)
    for number in range(7):
        DealFactory(
            name=f"Deal {number % 3}",
            owner=company.owner,
            value_at_stake=number % 2,
            worst_severity=number % 3,
            expected_close_on=date(2027, 1, 1) if number % 2 else None,
            stage_entered_at=timezone.now() - timedelta(days=number % 4, microseconds=number),
        )
    client.force_login(company.owner)
    seen, token = [], ""
    for _page in range(5):
        shown = client.get(reverse("pipeline"), {"sort": sort, "page": token}).context["page"]
        seen += [deal.pk for deal in shown.rows]
        token = shown.later
        if not token:
            break
    assert len(seen) == len(set(seen)) == 8


def test_the_headline_counts_and_sums_without_inquiries(client, company):
    company.deal.amount = Decimal(200000)
    company.deal.worst_severity = 2
    company.deal.value_at_stake = Decimal(374500)
    company.deal.save()
    DealFactory(owner=company.owner, product=ProductFactory(list_price=5000))
    DealFactory(owner=company.owner, stage=stage("Inquiry"), amount=9, worst_severity=2)
    client.force_login(company.owner)
    html = " ".join(client.get(reverse("pipeline")).content.decode().split())
    assert '<b>2 deals, USD 205,000</b><span class="hide-s">, 5,000 of it from list prices</span>. Weighted 102,500. <a' in html
    assert "374,500 at stake" not in html


def test_the_headline_leads_to_what_it_counts(client, company):
    Deal.objects.filter(pk=company.deal.pk).update(worst_severity=2)
    DealFactory(owner=company.owner)
    inquiry = DealFactory(owner=company.owner, stage=stage("Inquiry"), worst_severity=2)
    client.force_login(company.owner)
    pipeline, mine = company.deal.pipeline_id, {"owner": company.owner.pk}
    for route, named, beside in (
        ("pipeline", {}, ""),
        ("pipeline", {"pipeline": pipeline}, f"&pipeline={pipeline}"),
        ("deals-totals", {}, ""),
        ("deals-totals", {"pipeline": pipeline}, f"&pipeline={pipeline}"),
        ("board", {}, f"&pipeline={pipeline}"),
        ("board-totals", {}, f"&pipeline={pipeline}"),
    ):
        html = unescape(client.get(reverse(route), {**mine, **named, "page": "x"}).content.decode())
        signals, inquiries = (
            f"/deals/?owner={company.owner.pk}&state=open&severity=1{beside}",
            f"/deals/?owner={company.owner.pk}&state=inquiry{beside}",
        )
        assert f'<a class="aside" href="{signals}">One carries a signal.</a>' in html
        assert f'<a class="aside" href="{inquiries}">One inquiry is not counted yet.</a>' in html
        assert [deal.pk for deal in client.get(signals).context["page"].rows] == [company.deal.pk]
        assert [deal.pk for deal in client.get(inquiries).context["page"].rows] == [inquiry.pk]


@pytest.mark.parametrize("asked", ["severity=1", "signal=no_contact", "person=nobody"])
def test_who_asks_for_signals_is_not_told_how_many_carry_one(client, company, asked):
    Deal.objects.filter(pk=company.deal.pk).update(worst_severity=2)
    client.force_login(company.owner)
    for route in ("pipeline", "board", "deals-totals", "board-totals"):
        html = client.get(f"{reverse(route)}?{asked}").content.decode()
        assert "carries a signal" not in html
        assert "None carries" not in html


def test_what_is_not_known_is_shown_as_such(client, company):
    DealFactory(owner=company.owner, account=None, product=ProductFactory(list_price=5000), dates_shifted_by=3245)
    client.force_login(company.owner)
    html = client.get(reverse("pipeline")).content.decode()
    assert "no account yet" in html
    assert "estimate" in html
    assert "forward by 3,245 days" in html


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_fifty_rows_take_at_most_fifteen_queries(client, company, who, django_assert_max_num_queries):
    for number in range(60):
        deal = DealFactory(owner=company.owner, product=ProductFactory(), account=AccountFactory())
        SignalFactory(deal=deal, rule="unowned" if number % 2 else "no_contact")
    client.force_login(getattr(company, who))
    client.get(reverse("pipeline"))  # the reader's time zone is asked for once a minute
    with django_assert_max_num_queries(15):
        client.get(reverse("pipeline"), {"sort": "severity", "closing": "none", "owner": company.owner.pk})


def test_an_empty_pipeline_says_what_to_do(client, company):
    company.deal.delete()
    client.force_login(company.owner)
    html = client.get(reverse("pipeline")).content.decode()
    assert "No deals yet" in html
    assert reverse("deal-new") in html


def test_the_filters_are_one_form_with_and_without_script(client, company):
    client.force_login(company.manager)
    url = reverse("pipeline-filter")
    whole, part = client.get(url, {"sort": "age"}), client.get(url, headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b'name="sort" value="age"' in whole.content
    assert b"<html" not in part.content
    assert company.stranger.name not in part.content.decode()


@pytest.mark.parametrize(
    ("day", "ahead", "expected"),
    [
        (date(2026, 11, 22), 0, (date(2026, 10, 1), date(2026, 12, 31))),
        (date(2026, 11, 22), 1, (date(2027, 1, 1), date(2027, 3, 31))),
        (date(2024, 2, 29), 0, (date(2024, 1, 1), date(2024, 3, 31))),
    ],
)
def test_quarters(day, ahead, expected):
    assert quarter(day, ahead) == expected


def test_months():
    assert month(date(2024, 2, 29)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert month(date(2026, 12, 5)) == (date(2026, 12, 1), date(2026, 12, 31))
