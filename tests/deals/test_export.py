"""The list as a file: what is in it, for whom, and that no spreadsheet runs what somebody typed."""

import csv
import io
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from deals.models import Deal, ExchangeRate
from tests.factories import AccountFactory, DealFactory, NextStepFactory, SignalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(client, company):
    """The rows of the CSV as dictionaries, as the manager gets it."""

    def read(user=None, **query):
        client.force_login(user or company.manager)
        answer = client.get(reverse("deals-export"), {"format": "csv", **query})
        text = b"".join(answer.streaming_content).decode("utf-8")
        assert text.startswith("\ufeff")
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    return read


def sheet_of(client, user, **query):
    client.force_login(user)
    answer = client.get(reverse("deals-export"), {"format": "xlsx", **query})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return answer, [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_the_columns_and_the_order_are_those_of_the_list(rows, company):
    DealFactory(name="Alpha", owner=company.owner, amount=Decimal("1200.50"), expected_close_on=date(2027, 3, 1))
    found = rows(sort="name", cols="name,owner,value,close")
    assert list(found[0]) == ["Deal", "Account", "Owner", "Value in USD", "Amount", "Currency", "Close"]
    assert [row["Deal"] for row in found] == ["Alpha", "Clinics, two more"]
    assert (found[0]["Value in USD"], found[0]["Amount"], found[0]["Currency"], found[0]["Close"]) == ("1200.50", "1200.50", "USD", "2027-03-01")


def test_another_currency_comes_with_its_value_in_the_base_currency(rows, company):
    ExchangeRate.objects.create(currency="EUR", day=date(2020, 1, 1), rate=Decimal("1.25"), entered_at=timezone.now())
    DealFactory(name="In euro", owner=company.owner, amount=Decimal(1000), currency="EUR")
    (row,) = rows(q="euro", cols="name,amount")
    assert (row["Amount"], row["Currency"], row["Value in USD"]) == ("1000.00", "EUR", "1250.00")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(rows, client, company, name):
    DealFactory(name=name, owner=company.owner, account=AccountFactory(name=f"{name} Ltd"))
    assert f"'{name}" in {row["Deal"] for row in rows()} or f"'{name}" in {row["Deal"].replace("\n", "\r") for row in rows()}
    _answer, found = sheet_of(client, company.manager)
    assert all(not str(cell).startswith(("=", "+", "-", "@")) for row in found for cell in row if isinstance(cell, str))


@pytest.mark.parametrize("name", ["\x01=1+1", "\u200b=1+1", "\uff1d1+1"])
def test_nor_one_whose_sign_is_hidden_or_wide(rows, client, company, name):
    DealFactory(name=name, owner=company.owner)
    known = f"'{name}".replace("\x01", "")
    assert known in {row["Deal"] for row in rows()}
    assert known in {row[0] for row in sheet_of(client, company.manager)[1]}


def test_only_what_one_may_see_is_in_it(rows, company):
    DealFactory(name="Far away", owner=company.stranger)
    assert [row["Deal"] for row in rows(company.stranger)] == ["Far away"]
    assert [row["Deal"] for row in rows(company.owner)] == ["Clinics, two more"]


def test_the_filters_of_the_address_hold(rows, company):
    DealFactory(name="Worst", owner=company.owner, worst_severity=3)
    assert [row["Deal"] for row in rows(severity=3)] == ["Worst"]


def test_in_a_workbook_numbers_stay_numbers_and_days_days(client, company):
    deal = DealFactory(name="Alpha", owner=company.owner, amount=Decimal("1200.50"), expected_close_on=date(2027, 3, 1), worst_severity=2)
    SignalFactory(deal=deal, rule="unowned")
    NextStepFactory(deal=deal, what="Call them", due_at=timezone.now())
    answer, found = sheet_of(client, company.manager, q="alpha", cols="name,value,close,severity,next_step")
    head, row = found
    assert dict(zip(head, row, strict=True))["Value in USD"] == 1200.5
    assert dict(zip(head, row, strict=True))["Close"].date() == date(2027, 3, 1)
    assert dict(zip(head, row, strict=True))["Next step"] == "Call them"
    assert timezone.localdate().isoformat() in answer["Content-Disposition"]


def test_a_workbook_s_columns_are_wide_enough_for_a_day_and_a_name(client, company):
    client.force_login(company.manager)
    answer = client.get(reverse("deals-export"), {"format": "xlsx", "cols": "name,close"})
    page = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    widths = {head.value: page.column_dimensions[head.column_letter].width for head in page[1]}
    assert widths["Deal"] > 40
    assert widths["Close"] > 10


def test_every_column_can_be_exported(rows, company):
    from deals.columns import COLUMNS

    found = rows(cols=",".join(COLUMNS))
    assert len(found[0]) == len(COLUMNS) + 2  # the currency, and the step's day
    assert found[0]["Customer?"] == "Prospect"


def test_more_than_a_sheet_holds_is_said(client, company, monkeypatch):
    monkeypatch.setattr("deals.views.export.EXCEL_ROWS", 0)
    client.force_login(company.manager)
    answer = client.get(reverse("deals-export"), {"format": "xlsx", "sort": "name"}, follow=True)
    assert "Narrow the list, or take the CSV" in answer.content.decode()
    assert answer.redirect_chain[0][0].startswith("/deals/?")


def test_thousands_of_rows_stay_flat_in_memory(client, company):
    base = {"account": company.account, "stage": company.deal.stage, "owner": company.owner}
    Deal.objects.bulk_create(DealFactory.build(name=f"Deal {number}", **base) for number in range(6000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE deals_deal")  # as the database does by itself a minute after they were committed
    client.force_login(company.manager)
    peaks = []
    for query in ({"q": "Deal 12"}, {}):
        answer = client.get(reverse("deals-export"), {"format": "csv", **query})
        tracemalloc.start()
        size = sum(len(part) for part in answer.streaming_content)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert size > 300_000
    assert peaks[1] < 25_000_000, peaks
