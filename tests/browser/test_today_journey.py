"""A rep's morning: who waits is answered, what was done by mistake is put back, and the keyboard is enough."""

import pytest
from playwright.sync_api import expect

from deals.models import Interaction
from tests.browser.scene import make_scene


@pytest.fixture
def scene():
    return make_scene()


@pytest.fixture
def today(open_page, log_in, scene):
    def make(**how):
        page = log_in(open_page(**how), scene.company.owner)
        page.goto("/today/")
        return page

    return make


def waits(scene):
    return scene.waiting.signals.filter(rule="reply_overdue", state="raised").exists()


def answered(row):
    """Elsewhere, and noted here; answering from here has a journey of its own."""
    row.locator("details.menu > summary").click()
    row.get_by_role("button", name="I have answered").click()


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_who_waits_is_answered_and_it_can_be_undone(today, scene, axe, size, scheme):
    page = today(size=size, scheme=scheme)
    axe(page)
    first = page.locator("[data-row]").first
    expect(first).to_contain_text("Priya Raman")
    answered(first)
    page.get_by_label("What did you answer?").fill("The quote is attached.")
    axe(page)
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#toasts")).to_contain_text("Priya Raman has heard from you")
    expect(page.locator(f"#duty-answer-{scene.waiting.pk}")).to_have_count(0)
    assert not waits(scene)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator(f"#duty-answer-{scene.waiting.pk}")).to_be_visible()
    assert waits(scene)
    axe(page)


def test_the_focus_goes_on_and_nothing_typed_is_lost(today, scene):
    page = today()
    rows = page.locator("[data-row]")
    answered(rows.first)
    page.get_by_label("What did you answer?").fill("half a sen")
    page.get_by_text("Remind me of something").click()
    page.locator("#remind-title").fill("Send Mona the figures")
    page.get_by_role("button", name="Remind me").click()
    expect(page.locator("[data-key^=task-]")).to_contain_text("Send Mona the figures")
    before = page.locator("#nav-today").inner_text()
    page.locator("[data-key^=task-] [data-act]").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Done: Send Mona the figures.")
    expect(page.locator("[data-key^=task-]")).to_have_count(0)
    expect(page.locator("#nav-today")).to_have_text(str(int(before) - 1))
    expect(page.locator("[data-row] [data-act]:focus")).to_have_count(1)
    expect(page.get_by_label("What did you answer?")).to_have_value("half a sen")


def test_a_wrong_form_stays_in_its_row_with_what_was_typed(today, scene, axe):
    page = today()
    row = page.locator("[data-key^=name-step-]").first
    row.locator("[data-act]").click()
    row.get_by_label("What we do next").fill("")
    row.get_by_role("button", name="Set it").click()
    expect(row.locator(".invalid-feedback")).to_be_visible()
    expect(row.get_by_label("What we do next")).to_be_focused()
    axe(page)


def test_without_script_the_day_is_done_all_the_same(today, scene):
    page = today(javascript=False)
    answered(page.locator("[data-row]").first)
    page.get_by_label("What did you answer?").fill("We spoke about the quote.")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#toasts")).to_contain_text("Priya Raman has heard from you")
    assert Interaction.objects.filter(deal=scene.waiting, body="We spoke about the quote.").exists()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator(f"#duty-answer-{scene.waiting.pk}")).to_be_visible()
    assert waits(scene)
