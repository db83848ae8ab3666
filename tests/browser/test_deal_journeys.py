"""What a rep does on a deal and in the pipeline."""

import re

import pytest
from playwright.sync_api import expect

from deals.models import Deal, Interaction
from tests.browser.conftest import settled, until
from tests.browser.scene import LONG, make_scene
from winback.models import Loss


@pytest.fixture
def scene():
    return make_scene()


@pytest.fixture
def deal_page(open_page, log_in, scene):
    page = log_in(open_page(), scene.company.owner)
    page.goto(f"/deals/{scene.waiting.pk}/")
    return page


def test_a_call_that_was_answered_settles_the_answer_owed(deal_page, scene):
    assert scene.waiting.signals.filter(rule="reply_overdue", state="raised").exists()
    form = deal_page.locator("form#log")
    form.get_by_text("Call", exact=True).click()
    form.get_by_label("In words").fill("Sent the quote and apologised.")
    form.locator("select").select_option(label="Priya Raman")
    form.get_by_role("button", name="Log it").click()
    expect(deal_page.locator("#toasts")).not_to_be_empty()
    expect(deal_page.locator(".happened")).to_contain_text("Sent the quote and apologised.")
    assert not scene.waiting.signals.filter(rule="reply_overdue", state="raised").exists()


@pytest.mark.parametrize(("kind", "stored"), [("Mail", "email"), ("Note", "note")])
def test_mails_and_notes_are_logged_in_the_same_place(deal_page, scene, kind, stored):
    form = deal_page.locator("form#log")
    form.get_by_text(re.compile(f"^(E-)?{kind}$", re.IGNORECASE)).click()
    form.get_by_label("In words").fill("A word of mine")
    form.get_by_role("button", name="Log it").click()
    expect(deal_page.locator(".happened")).to_contain_text("A word of mine")
    assert Interaction.objects.filter(deal=scene.waiting, kind=stored, body="A word of mine").exists()


def test_an_empty_note_is_refused_and_says_so(deal_page, axe):
    form = deal_page.locator("form#log")
    form.get_by_text("Note", exact=True).click()
    form.get_by_role("button", name="Log it").click()
    expect(deal_page.locator("#body-error")).to_contain_text("Write the note")
    axe(deal_page)


def test_a_stage_is_moved_and_taken_back(deal_page, scene):
    before = scene.waiting.stage
    deal_page.get_by_role("button", name="Move to Negotiation").click()
    expect(deal_page.locator("[aria-current=step]")).to_contain_text("Negotiation")
    deal_page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(deal_page.locator("[aria-current=step]")).to_contain_text(before.name)
    scene.waiting.refresh_from_db()
    assert scene.waiting.stage == before


def test_losing_asks_for_the_kind_and_the_reason(deal_page, scene, axe):
    deal_page.get_by_role("link", name="Lost", exact=True).click()
    deal_page.get_by_role("button", name="Record the loss").click()
    expect(deal_page.locator("main")).to_contain_text("Say how it was lost.")
    axe(deal_page)
    deal_page.get_by_label("They decided nothing").check()
    deal_page.get_by_role("checkbox").first.check()
    deal_page.get_by_label("The customer’s words").fill("Not this year.")
    deal_page.get_by_role("button", name="Record the loss").click()
    deal_page.wait_for_url(f"**/deals/{scene.waiting.pk}/")
    assert Loss.objects.get(deal=scene.waiting).customer_words == "Not this year."
    assert Deal.objects.get(pk=scene.waiting.pk).status == "lost"


def test_the_pipeline_is_filtered_by_links_one_can_keep(open_page, log_in, scene, axe):
    page = log_in(open_page(), scene.company.manager)
    page.goto("/deals/")
    expect(page.locator("main")).to_contain_text(LONG)
    page.get_by_role("link", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name, account or person").fill("clinic")
    axe(page)
    dialog.get_by_role("button", name="Show them").click()
    page.wait_for_url("**/deals/?*q=clinic*")
    expect(page.locator("main")).to_contain_text("Clinics, two more")
    expect(page.locator("main")).not_to_contain_text(LONG)


def test_a_new_deal_is_opened_for_a_new_account(open_page, log_in, scene, axe):
    page = log_in(open_page(size="phone"), scene.company.owner)
    page.goto("/deals/new/")
    page.get_by_label("Name").first.fill("Third clinic")
    page.get_by_role("combobox", name="Account", exact=True).fill("Southwood Clinics")
    page.get_by_role("button", name=re.compile("Open|Add|Make|Keep")).last.click()
    expect(page.locator("main")).to_contain_text("No account of this name")
    axe(page)
    page.get_by_label("It is a new account: make it").check()
    page.locator("main form button.go").click()
    page.wait_for_url(re.compile(r"/deals/\d+/$"))
    made = Deal.objects.get(name="Third clinic")
    assert (made.account.name, made.owner) == ("Southwood Clinics", scene.company.owner)


def test_search_finds_what_one_may_see_and_nothing_else(open_page, log_in, scene):
    page = log_in(open_page(), scene.company.stranger)
    page.goto("/search/?q=clinics")
    expect(page.locator("main")).not_to_contain_text("Clinics, two more")
    log_in(page, scene.company.owner)
    page.goto("/search/?q=clinics")
    expect(page.locator("main")).to_contain_text("Clinics, two more")


def test_a_result_that_is_being_pressed_is_opened_whatever_is_found_meanwhile(deal_page):
    held = []
    deal_page.route("**/search/*q=priya", lambda route: held.append(route))  # noqa: PLW0108 - a built-in method does not take the mark playwright puts on a handler
    box = deal_page.get_by_role("combobox", name="Search", exact=False).first
    box.press_sequentially("pri")
    expect(deal_page.locator('#found-sheet [data-words="pri"]')).to_be_visible()
    box.press_sequentially("ya")
    until(deal_page, lambda: held, "The rest of the word was not asked for")
    deal_page.locator("#found-sheet").get_by_role("option", name="Priya Raman").first.hover()
    deal_page.mouse.down()
    held[0].continue_()
    settled(deal_page)
    deal_page.mouse.up()
    expect(deal_page.get_by_role("heading", level=1)).to_contain_text("Priya Raman")
