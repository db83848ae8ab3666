"""Columns one chooses: their order, their memory, and that a list of all of them costs what it may."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from deals.columns import COLUMNS
from deals.models import ExchangeRate
from deals.orders import ORDERS
from tests.factories import AccountFactory, DealFactory, NextStepFactory, ProductFactory, SignalFactory, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(client, company):
    """The names of the columns as the manager gets them."""
    client.force_login(company.manager)

    def names(**query):
        return re.findall(r'<th scope="col" class="c-(\w+)', client.get(reverse("pipeline"), query).content.decode())[1:]

    return names


def test_the_address_says_which_columns_in_which_order(shown):
    assert shown(cols="owner,name,value") == ["owner", "name", "value"]
    assert shown(cols="owner,nonsense") == ["name", "owner"], "a row without its name says nothing"
    assert shown(cols="owner,owner,name") == ["owner", "name"]


def test_closed_deals_show_what_they_came_to(shown, company):
    DealFactory(owner=company.owner, stage=stage("Won"))
    assert shown(state="won") == ["name", "severity", "value", "stage", "owner", "closed", "contact"]


def test_what_was_chosen_is_remembered_and_can_be_forgotten(client, shown):
    answer = client.get(
        reverse("deals-columns"),
        {"chosen": 1, "show": ["name", "team", "value"], "place-value": "1", "place-name": "2", "place-team": "3", "owner": "nobody"},
    )
    assert answer.url == "/deals/?owner=nobody&cols=value,name,team"
    assert shown() == ["value", "name", "team"]
    assert shown(cols="name,close") == ["name", "close"], "an address that says it, a saved view say, comes first"
    client.get(reverse("deals-columns"), {"chosen": 1, "usual": 1, "show": ["name"]})
    assert shown()[:3] == ["name", "severity", "at_stake"]


def test_the_form_works_as_a_page_and_offers_every_column(client, shown):
    html = client.get(reverse("deals-columns"), {"sort": "close"}).content.decode()
    assert "<html" in html
    assert all(f'value="{name}"' in html for name in COLUMNS)
    assert 'name="sort" value="close"' in html
    assert b"<html" not in client.get(reverse("deals-columns"), headers={"HX-Request": "true"}).content


def test_every_column_can_be_sorted_by():
    assert set(ORDERS) == set(COLUMNS)


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("account", "Small"),
        ("-account", "Large"),
        ("value", "Large"),
        ("-value", "Unvalued"),
        ("next_step", "Small"),
        ("opened", "Small"),
        ("product", "Small"),
    ],
)
def test_orders_put_first_what_they_say(client, company, sort, first):
    company.deal.delete()
    small = DealFactory(
        name="Small", owner=company.owner, account=AccountFactory(name="aardvark"), amount=5, product=ProductFactory(), opened_on=date(2026, 5, 1)
    )
    DealFactory(name="Large", owner=company.owner, account=AccountFactory(name="Zebra"), amount=500, opened_on=date(2026, 4, 1))
    DealFactory(name="Unvalued", owner=company.owner, account=AccountFactory(name="Mule"), opened_on=None)
    NextStepFactory(deal=small, due_at=timezone.now())
    client.force_login(company.manager)
    assert client.get(reverse("pipeline"), {"sort": sort}).context["page"].rows[0].name == first


def test_a_second_click_on_a_head_turns_the_order_round(client, company):
    client.force_login(company.manager)
    html = client.get(reverse("pipeline"), {"sort": "close"}).content.decode()
    assert 'aria-sort="ascending"' in html
    assert "?sort=-close" in html


def test_an_amount_in_another_currency_shows_both(client, company):
    ExchangeRate.objects.create(currency="EUR", day=date(2020, 1, 1), rate=Decimal("1.25"), entered_at=timezone.now())
    DealFactory(name="In euro", owner=company.owner, amount=Decimal(1000), currency="EUR")
    DealFactory(name="In yen", owner=company.owner, amount=Decimal(1000), currency="JPY")
    client.force_login(company.manager)
    html = client.get(reverse("pipeline"), {"cols": "name,value,amount"}).content.decode()
    assert "1,250" in html
    assert "EUR 1,000" in html
    assert "no rate" in html


def test_all_columns_take_at_most_fifteen_queries(client, company, django_assert_max_num_queries):
    for number in range(12):
        deal = DealFactory(owner=company.owner, product=ProductFactory(), account=AccountFactory(), amount=number, last_contact_at=timezone.now())
        SignalFactory(deal=deal, rule="unowned")
        NextStepFactory(deal=deal, due_at=timezone.now() + timedelta(days=1))
    DealFactory(owner=company.owner, stage=stage("Inquiry"), account=None, source="inbound")
    for who in (company.manager, company.admin, company.owner):
        client.force_login(who)
        client.get(reverse("pipeline"))
        with django_assert_max_num_queries(15):
            answer = client.get(reverse("pipeline"), {"cols": ",".join(COLUMNS), "sort": "next_step", "severity": "", "closing": "none"})
        rows = answer.content.decode().split("<tbody>")[1].split("</tbody>")[0]
        assert rows.count("<td") == len(answer.context["page"].rows) * (1 + len(COLUMNS))
        assert "&lt;" not in rows, "no mark of a row is shown as code"


def test_names_are_escaped(client, company):
    DealFactory(name="<b>bold</b>", owner=company.owner, account=AccountFactory(name="<i>Ltd</i>"))
    client.force_login(company.manager)
    html = client.get(reverse("pipeline"), {"cols": "name,account"}).content.decode()
    assert "<b>bold" not in html
    assert "<i>Ltd" not in html
