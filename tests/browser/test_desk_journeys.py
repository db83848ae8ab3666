"""What a manager does on the risk desk, and what stays done."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from deals.models import RiskSignal
from tests.browser.scene import make_scene


@pytest.fixture
def scene():
    return make_scene()


@pytest.fixture
def desk(open_page, log_in, scene):
    page = log_in(open_page(), scene.company.manager)
    page.goto("/risk/")
    return page


def row(page, deal):
    return page.locator(f"#at-risk-{deal.pk}")


def test_taking_a_signal_answers_at_once_and_is_remembered(desk, scene):
    row(desk, scene.waiting).get_by_role("button", name="Take").first.click()
    expect(desk.locator("#toasts")).to_contain_text("Yours:")
    expect(row(desk, scene.waiting)).to_contain_text(re.compile("yours|you", re.IGNORECASE))
    assert RiskSignal.objects.filter(deal=scene.waiting, taken_by=scene.company.manager).exists()
    desk.reload()
    expect(desk.locator("main")).to_contain_text("Clinics, two more")


def test_parking_needs_a_reason_and_can_be_undone(desk, scene, axe):
    before = RiskSignal.objects.filter(deal=scene.waiting, state="raised").count()
    row(desk, scene.waiting).get_by_label(re.compile("More to do with")).click()
    panel = desk.locator(f"#at-risk-{scene.waiting.pk}-form")
    expect(panel.get_by_role("link", name="Park").first).to_be_visible()
    axe(desk)
    panel.get_by_role("link", name="Park").first.click()
    panel.get_by_role("button", name="Park").click()
    expect(panel.locator(".invalid-feedback").first).to_be_visible()
    panel.get_by_label("Why can it wait?").fill("They decide after the holidays")
    panel.locator("input[type=date]").fill((timezone.localdate() + timedelta(days=6)).isoformat())
    axe(desk)
    panel.get_by_role("button", name="Park").click()
    expect(desk.locator("#toasts")).to_contain_text("Parked until")
    assert RiskSignal.objects.filter(deal=scene.waiting, state="parked").count() == 1
    desk.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(desk.locator("#toasts")).to_contain_text("Back on the desk")
    assert RiskSignal.objects.filter(deal=scene.waiting, state="raised").count() == before


def test_what_opened_acts_from_the_moment_it_stands_there(desk, scene):
    press = "setTimeout(() => document.querySelector('.panel .owed-list a').click())"
    desk.evaluate(f"document.addEventListener('htmx:afterSwap', () => {press}, {{once: true}})")
    row(desk, scene.waiting).get_by_label(re.compile("More to do with")).click()
    expect(desk.locator(f"#at-risk-{scene.waiting.pk}-form").get_by_label("Why can it wait?")).to_be_visible()


def test_a_deal_is_given_to_somebody_else(desk, scene):
    row(desk, scene.waiting).get_by_label(re.compile("More to do with")).click()
    panel = desk.locator(f"#at-risk-{scene.waiting.pk}-form")
    panel.get_by_role("link", name="Give it to somebody else").click()
    option = panel.locator("select option", has_text="Mona Manager").first.get_attribute("value")
    panel.locator("select").select_option(option)
    panel.get_by_role("button", name="Give it over").click()
    expect(desk.locator("#toasts")).to_contain_text("Mona Manager")
    scene.waiting.refresh_from_db()
    assert scene.waiting.owner == scene.company.manager


def test_without_script_a_signal_can_still_be_taken(open_page, log_in, scene):
    page = log_in(open_page(javascript=False), scene.company.manager)
    page.goto("/risk/")
    row(page, scene.waiting).get_by_role("button", name="Take").first.click()
    expect(page.locator("body")).to_contain_text("Yours:")
    assert RiskSignal.objects.filter(deal=scene.waiting, taken_by=scene.company.manager).exists()


@pytest.mark.parametrize("tab", ["By person", "By rule", "Parked"])
def test_every_view_of_the_desk_is_a_link_one_can_keep(desk, tab):
    desk.get_by_role("link", name=re.compile(tab)).first.click()
    desk.wait_for_url("**/risk/?by=*")
    desk.reload()
    expect(desk.get_by_role("link", name=re.compile(tab), exact=False).first).to_have_attribute("aria-current", "page")


def test_the_keys_are_shown(desk):
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("/")
    expect(desk.get_by_role("combobox", name="Search deals, people, accounts, commands")).to_be_focused()


def test_a_limit_is_set_and_told_apart_from_what_is_inherited(open_page, log_in, scene, axe):
    page = log_in(open_page(), scene.company.admin)
    page.goto("/settings/thresholds/")
    field = page.locator("table.limits input").first
    field.fill("3")
    page.get_by_role("button", name="Save the limits").click()
    expect(page.locator("#toasts .toast-line")).to_have_count(1)
    expect(page.locator("table.limits input").first).to_have_value("3")
    expect(page.locator("main")).to_contain_text("back to")
    page.locator("table.limits input").first.fill("100000")
    page.get_by_role("button", name="Save the limits").click()
    expect(page.get_by_role("alert").first).to_contain_text("Nothing is saved yet")
    axe(page)
