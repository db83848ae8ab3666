"""Finding and logging from anywhere, by keyboard and by thumb."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from deals.models import Interaction, NextStep
from tests.browser.conftest import settled, until
from tests.browser.scene import make_scene


@pytest.fixture
def scene():
    return make_scene()


@pytest.fixture
def page(open_page, log_in, scene):
    page = log_in(open_page(), scene.company.owner)
    page.goto("/deals/")
    return page


def live(page, words):
    return page.locator(f'#found-sheet [data-words="{words}"]')


def test_three_letters_with_a_typo_find_a_contact_and_enter_opens_it(page, scene, axe):
    page.keyboard.press("/")
    page.keyboard.type("prj")
    option = page.locator("#found-sheet [role=option][aria-selected=true]")
    expect(option).to_contain_text("Priya Raman")
    expect(page.locator('[data-said-for="found-sheet"]')).to_contain_text("result")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Priya Raman")


def test_enter_waits_for_the_results_and_arrows_walk_them(page, scene):
    page.keyboard.press("Control+k")
    page.keyboard.type("clinics two")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/deals/{scene.waiting.pk}/")
    page.keyboard.press("/")
    page.keyboard.type("priya")
    expect(live(page, "priya")).to_be_visible()
    first = page.locator("#found-sheet [aria-selected=true]").get_attribute("id")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-search]")).not_to_have_attribute("aria-activedescendant", first)
    expect(page.locator("[data-search]")).to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("Escape")
    expect(page.locator("#found-sheet")).to_be_hidden()


def test_enter_on_other_words_has_time_of_its_own_to_be_answered(page, scene):
    held = []

    def hold(route):
        held.append(route)

    page.route("**/search/?live=1*", hold)
    page.goto("/deals/")  # a page that was there before may still ask past the one who holds
    page.clock.install()
    page.keyboard.press("/")
    page.keyboard.type("priya")
    page.keyboard.press("Enter")
    page.clock.run_for(3900)
    page.keyboard.press("Control+a")
    page.keyboard.type("clinics two")
    page.keyboard.press("Enter")
    page.clock.run_for(200)
    until(page, lambda: held, "Nothing was looked for.")
    page.unroute("**/search/?live=1*")  # those that are held go on
    page.wait_for_url(f"**/deals/{scene.waiting.pk}/")


def test_a_press_that_was_let_go_of_elsewhere_keeps_no_results_away(page, scene):
    page.keyboard.press("/")
    page.keyboard.type("pri")
    expect(live(page, "pri")).to_be_visible()
    # As with the menu of the right button: the browser tells of no end.
    page.locator("#found-sheet [role=option]").first.dispatch_event("pointerdown", {"button": 2, "pointerType": "mouse"})
    page.keyboard.type("ya")
    expect(live(page, "priya")).to_be_visible()


def test_commands_go_and_act(page, scene):
    page.keyboard.press("/")
    page.keyboard.type("dark")
    expect(page.locator("#found-sheet [aria-selected=true]")).to_contain_text("Dark look")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile("/deals/$"))


def test_all_keys_are_shown_lead_there_and_can_be_switched_off(page, axe):
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Log something")
    axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/risk/**")
    page.keyboard.press("?")
    dialog.get_by_label("Keys of one letter act at once").uncheck()
    dialog.get_by_role("button", name="Keep this").click()
    expect(page.locator("body[data-no-single-keys]")).to_have_count(1)
    page.wait_for_load_state()  # whatever listens to keys does so now
    page.keyboard.press("c")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("[data-search]")).to_be_focused()


def test_letters_typed_while_a_dialog_is_on_its_way_are_no_keys(page):
    held = []

    def hold(route):
        held.append(route)

    page.route("**/log/**", hold)
    # A page that was there before may still ask past the one who holds.
    page.goto("/deals/")
    page.keyboard.press("c")
    until(page, lambda: held, "No dialog was asked for.")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("#log-dialog")).to_be_visible()
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)


def test_three_calls_are_logged_without_the_mouse_and_one_is_taken_back(page, scene, axe):
    dialog = page.locator("#log-dialog")
    page.keyboard.press("c")
    for number in range(3):
        expect(dialog.get_by_role("combobox", name="On which deal?")).to_be_focused()
        page.keyboard.type("norw")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("heading")).to_contain_text("Clinics, two more")
        expect(dialog.get_by_label("In words")).to_be_focused()
        page.keyboard.type(f"Call number {number}.")
        if number == 0:
            axe(page)
            dialog.get_by_label("What we do next").fill("Send the contract")
            dialog.get_by_label("By").fill((timezone.now() + timedelta(days=30)).date().isoformat())
            dialog.get_by_label("In words").focus()
        page.keyboard.press("Control+Shift+Enter" if number < 2 else "Control+Enter")
        expect(page.locator("#toasts")).to_contain_text("logged on Clinics, two more")
    expect(dialog).to_be_hidden()
    logged = Interaction.objects.filter(body__startswith="Call number", withdrawn_at__isnull=True)
    assert logged.count() == 3
    assert {one.kind for one in logged} == {"call"}
    assert NextStep.objects.filter(deal=scene.waiting, what="Send the contract", ended_at__isnull=True).exists()
    settled(page)
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Withdrawn")
    assert logged.all().count() == 2


def test_a_row_one_stands_on_is_the_deal_one_logs_on(page):
    page.keyboard.press("j")
    name = page.locator("tr.sel .say").inner_text()
    page.keyboard.press("c")
    expect(page.locator("#log-dialog").get_by_role("heading")).to_contain_text(name)


def test_an_empty_note_is_refused_in_the_dialog(page):
    page.keyboard.press("j")
    page.keyboard.press("c")
    dialog = page.locator("#log-dialog")
    dialog.get_by_text("Note", exact=True).click()
    dialog.get_by_role("button", name=re.compile("^Log it Ctrl|^Log it$")).click()
    expect(dialog).to_contain_text("Write the note")


def test_a_thumb_finds_and_logs(open_page, log_in, scene, axe):
    page = log_in(open_page(size="phone"), scene.company.owner)
    page.goto("/deals/")
    page.locator("[data-search]").tap()
    page.keyboard.type("norw")
    expect(live(page, "norw")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    page.locator("[data-log-thumb]").tap()
    dialog = page.locator("#log-dialog")
    dialog.get_by_role("option", name="Clinics, two more").first.tap()
    expect(dialog.get_by_label("In words")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    axe(page)


def test_without_script_one_searches_and_logs_all_the_same(open_page, log_in, scene):
    page = log_in(open_page(javascript=False), scene.company.owner)
    page.goto("/search/?q=prj")
    expect(page.locator("main")).to_contain_text("Priya Raman")
    page.goto("/log/?q=norwood")
    page.get_by_role("option", name="Clinics, two more").click()
    page.get_by_label("In words").fill("Without script.")
    page.get_by_role("button", name="Log it", exact=False).first.click()
    page.wait_for_url(f"**/deals/{scene.waiting.pk}/")
    expect(page.locator("main")).to_contain_text("Without script.")
