"""The real export comes in whole, and four hostile containers of the same facts give the same facts."""

import csv
from collections import Counter

import pytest
from django.db.models import Sum

from accounts.models import Account, Notice, Team, User
from deals.intake.files.plan import Options
from deals.models import Deal, Import, Pipeline, Product, RiskSignal
from deals.services import imports
from winback.models import Loss

# Every batch commits, as in life: within one transaction PostgreSQL's row locks make thousands of rows ten times as slow.
pytestmark = pytest.mark.django_db(transaction=True)
FILES = {"people": "sales_teams.csv", "products": "products.csv", "accounts": "accounts.csv"}


@pytest.fixture
def maven(shared, now):
    """The people, products and accounts; gives the function that brings in a file of deals."""

    def brought(kind, path, **options):
        return imports.import_file(kind=kind, path=path, options=Options(**options), now=now)

    folder = shared / "opportunities" / "maven-crm"
    for kind, name in FILES.items():
        assert brought(kind, folder / name).state == "done"
    return brought


def facts():
    """By the id of the source: owner, account, product, how it stands, its days and its amount."""
    deals = Deal.objects.values_list("external_id", "owner__name", "account__name", "product__name", "status", "opened_on", "closed_on", "amount")
    return {external_id: tuple(rest) for external_id, *rest in deals}


def test_everything_is_in_and_a_second_run_changes_nothing(maven, shared, now):
    path = shared / "opportunities/maven-crm/sales_pipeline.csv"
    done = maven("deals", path)
    assert (done.state, done.counts) == ("done", {"created": 8800})
    assert User.objects.filter(role="rep").count() == 35
    assert set(User.objects.filter(role="manager").values_list("name", flat=True)) == {
        "Dustin Brinkmann",
        "Melvin Marxen",
        "Cara Losch",
        "Rocco Neubert",
        "Celia Rouche",
        "Summer Sewald",
    }
    assert set(Team.objects.filter(parent=None).values_list("name", flat=True)) == {"Central", "East", "West"}
    assert (Product.objects.count(), Account.objects.count()) == (7, 85)
    assert Counter(Deal.objects.values_list("stage__name", flat=True)) == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    assert Deal.objects.filter(status="won").aggregate(Sum("amount"))["amount__sum"] == 10_005_534
    assert Deal.objects.filter(account=None).count() == done.plan["notes"]["facts"]["without an account"] == 1425
    assert done.plan["notes"]["found"] == [{"column": "product", "value": "GTXPro", "found": "GTX Pro", "rows": 1480}]
    assert Loss.objects.filter(kind="not_recorded").count() == 2473
    assert not Notice.objects.exists()
    before = facts()
    for kind, name in FILES.items():
        assert set(maven(kind, path.with_name(name)).counts) == {"unchanged"}
    assert maven("deals", path).counts == {"unchanged": 8800}
    assert facts() == before
    for one in Import.objects.order_by("-pk"):
        assert imports.undo(imported=one, now=now).kept_count == 0
    left = [model.objects.count() for model in (Deal, User, Team, Account, Product, Loss, RiskSignal)]
    assert (left, Pipeline.objects.count()) == ([0] * 7, 1)


def test_shifted_to_today_the_oldest_deals_stand_out(maven, shared, now):
    done = maven("deals", shared / "opportunities/maven-crm/sales_pipeline.csv", shift_dates=True)
    assert Deal.objects.order_by("-closed_on").exclude(closed_on=None).first().closed_on == now.date()
    assert set(Deal.objects.values_list("dates_shifted_by", flat=True)) == {done.dates_shifted_by}
    overdue = RiskSignal.objects.filter(rule="stage_overdue")
    assert overdue.filter(facts__older_than_any_won=True).count() == 1291
    assert overdue.values("times_over").distinct().count() > 100


@pytest.fixture
def plain(shared):
    """The facts of the plain file by its ids, and those ids in the order of the containers."""
    with (shared / "opportunities/maven-crm/sales_pipeline.csv").open() as file:
        rows = {row["opportunity_id"]: row for row in csv.DictReader(file)}
    with (shared / "import/derived-maven/verkaufschancen_cp1252_semicolon.csv").open(encoding="cp1252") as file:
        ids = [row["Verkaufschance"] for row in csv.DictReader(file, delimiter=";")]
    kinds = {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}

    def fact(row):
        product = "GTX Pro" if row["product"] == "GTXPro" else row["product"]
        amount = row["close_value"] and f"{row['close_value']}.00"
        return (row["sales_agent"], row["account"], product, kinds[row["deal_stage"]], row["engage_date"], row["close_date"], amount)

    return {external_id: fact(rows[external_id]) for external_id in ids}


def said(fact):
    return tuple("" if part is None else str(part) for part in fact)


@pytest.mark.parametrize("name", ["verkaufschancen_cp1252_semicolon.csv", "report_title_rows_serial_dates_total_row.xlsx"])
def test_containers_with_ids_give_the_facts_of_the_plain_file(maven, shared, plain, name):
    path = shared / "import/derived-maven" / name
    assert maven("deals", path).counts == {"created": 1200}
    assert {external_id: said(fact) for external_id, fact in facts().items()} == plain
    assert maven("deals", path).counts == {"unchanged": 1200}


@pytest.mark.parametrize("name", ["hubspot_like_bom_crlf.csv", "sf_report_utf16le_tab.csv"])
def test_containers_without_them_too(maven, shared, plain, name):
    path = shared / "import/derived-maven" / name
    assert maven("deals", path).counts == {"created": 1200}
    assert Counter(said(fact) for fact in facts().values()) == Counter(plain.values())
    assert maven("deals", path).counts == {"unchanged": 1200}
