"""The forecast in a browser: reached by keys, from everybody to one owner to the deals of a month, and kept as a view."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.scene import make_scene
from tests.factories import DealFactory


@pytest.fixture
def scene():
    scene = make_scene()
    far = timezone.localdate() + timedelta(days=400)
    DealFactory(name="Far away", owner=scene.company.teammate, amount=4321, expected_close_on=far)
    return scene


def test_a_manager_goes_from_everybody_to_one_owner_to_the_deals(open_page, log_in, axe, scene):
    page = log_in(open_page(), scene.company.manager)
    page.goto("/settings/")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/deals/forecast/")
    page.get_by_role("link", name="By owner").click()
    expect(page.get_by_role("link", name="By owner")).to_have_attribute("aria-current", "page")
    axe(page)
    page.get_by_role("link", name=scene.company.teammate.name).click()
    expect(page.get_by_role("link", name="By stage")).to_have_attribute("aria-current", "page")
    row = page.get_by_role("row", name=re.compile("^Proposal"))
    row.get_by_role("link", name="4,321").last.click()
    expect(page.get_by_role("heading", name="Pipeline")).to_be_visible()
    expect(page.get_by_role("link", name="Far away")).to_be_visible()
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)


def test_the_months_scroll_on_a_phone_and_the_lines_keep_their_names(open_page, log_in, scene):
    page = log_in(open_page(size="phone"), scene.company.manager)
    page.goto("/deals/forecast/")
    region = page.get_by_role("region", name=re.compile("by the month"))
    region.evaluate("region => { region.scrollLeft = region.scrollWidth; }")
    expect(region.get_by_role("columnheader", name="Later")).to_be_in_viewport()
    expect(region.get_by_role("rowheader", name="Proposal")).to_be_in_viewport(ratio=0.9)
