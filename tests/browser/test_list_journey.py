"""The list in a browser: narrowed, kept as a view, taken along as a file, and twenty deals given to a colleague and back."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from deals.models import Deal, SavedView
from tests.factories import DealFactory, SignalFactory, make_company


@pytest.fixture
def company():
    company = make_company()
    for number in range(20):
        deal = DealFactory(name=f"Depot {number:02}", owner=company.owner, amount=1000 + number, source="inbound" if number % 3 else "unknown")
        if number % 4 == 0:
            SignalFactory(deal=deal, rule="unowned", severity=2)
    return company


def owned_by(person):
    return Deal.objects.filter(owner=person, name__startswith="Depot").count()


def test_a_view_is_saved_exported_and_twenty_deals_change_hands_and_come_back(open_page, log_in, company, axe):
    page = log_in(open_page(), company.manager)
    page.goto("/deals/?q=depot")
    page.get_by_role("link", name="Columns").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Value", exact=False).first.check()
    axe(page)
    dialog.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Value")).to_be_visible()
    page.locator(".views-menu > summary").click()
    page.get_by_role("link", name="Save this as a view").click()
    page.get_by_label("Name", exact=True).fill("Monday review")
    axe(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".views-menu > summary")).to_contain_text("View: Monday review")
    assert SavedView.objects.get().query.startswith("cols=")

    page.locator("summary", has_text="Export").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="As CSV").click()
    assert re.fullmatch(r"salvor-deals-\d{4}-\d\d-\d\d\.csv", taken.value.suggested_filename)

    page.keyboard.press("Escape")
    page.get_by_label("Select all on this page").check()
    expect(page.locator(".bulk")).to_contain_text("20 deals selected")
    axe(page)
    page.get_by_role("button", name="Reassign").click()
    box = page.locator("#bulk-dialog")
    box.get_by_label("Who takes them over?").select_option(label="Tara Teammate · East")
    box.get_by_role("button", name="Give them over").click()
    expect(page.locator("#toasts")).to_contain_text("20 deals are Tara Teammate’s now.")
    assert owned_by(company.teammate) == 20
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("20 deals are back where they were.")
    assert owned_by(company.owner) == 20


@pytest.mark.parametrize(("size", "scheme"), [("desk", "dark"), ("phone", "light"), ("phone", "dark")])
def test_the_list_is_readable_for_everybody(open_page, log_in, company, axe, size, scheme):
    page = log_in(open_page(size=size, scheme=scheme), company.manager)
    page.goto("/deals/?cols=name,severity,value,age,owner,next_step,source&source=inbound")
    page.locator("[data-select]").first.check()
    expect(page.locator(".bulk")).to_contain_text("One deal selected")
    axe(page)
    page.get_by_role("button", name="Next step").click()
    expect(page.locator("#bulk-dialog")).to_be_visible()
    axe(page)
    page.goto("/views/")
    axe(page)


def test_whose_row_it_is_stays_in_sight_beside_many_columns(open_page, log_in, company):
    page = log_in(open_page(), company.manager)
    page.goto("/deals/?cols=name,severity,at_stake,age,owner,close,account,team,stage,value,amount,source,product&sort=name")
    page.locator(".list-card").evaluate("card => card.scrollTo(card.scrollWidth, 0)")
    expect(page.get_by_role("columnheader", name="Product")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Depot 00", exact=True)).to_be_in_viewport(ratio=1)
    page.get_by_label("Select Depot 00").check()
    behind = "node => { const spot = node.getBoundingClientRect(); return node.contains(document.elementFromPoint(spot.right - 4, spot.top + 4)); }"
    assert page.locator("td.c-name").first.evaluate(behind)


def test_the_largest_amount_stands_whole_inside_its_column(open_page, log_in, company):
    largest = Decimal("999999999999.99")
    Deal.objects.filter(name="Depot 00").update(amount=largest, value_at_stake=largest)
    for size in ("desk", "phone"):
        page = log_in(open_page(size=size), company.manager)
        page.goto("/deals/?q=depot+00")
        cell = page.locator("td.c-at_stake").bounding_box()
        figure = page.locator("td.c-at_stake .long").bounding_box()
        assert figure["height"] < 30
        assert cell["x"] <= figure["x"]
        assert figure["x"] + figure["width"] <= cell["x"] + cell["width"]


def test_without_script_deals_change_hands_too(open_page, log_in, company):
    page = log_in(open_page(javascript=False), company.manager)
    page.goto("/deals/?q=depot&sort=name")
    for name in ("Depot 00", "Depot 01"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Reassign").click()
    page.get_by_label("Who takes them over?").select_option(label="Tara Teammate · East")
    page.get_by_role("button", name="Give them over").click()
    expect(page.locator("body")).to_contain_text("2 deals are Tara Teammate’s now.")
    assert owned_by(company.teammate) == 2
