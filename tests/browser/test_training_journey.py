"""A manager plays the story of the bluebird, step by step."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reports.models import Playing
from reports.services import playing
from reports.training.shipped import stories
from tests.factories import make_company
from tests.processes import database_url


@pytest.fixture
def manager():
    return make_company().manager


def work(monkeypatch):
    """What a worker does with what was asked for."""
    monkeypatch.setenv("DATABASE_URL", database_url())
    for asked in Playing.objects.filter(state="waiting"):
        playing.run(pk=asked.pk, path=stories()[asked.story].path, clock=timezone.now)


def test_a_manager_plays_the_bluebird(open_page, log_in, manager, axe, monkeypatch):
    page = log_in(open_page(), manager)
    page.goto("/training/")
    axe(page)
    page.get_by_role("link", name="The bluebird shot down").click()
    page.get_by_role("button", name="Play it").click()
    expect(page.locator("main")).to_contain_text("It waits for its turn")
    axe(page)
    work(monkeypatch)
    expect(page.locator("#story")).to_contain_text("Iris Vann introduces a deal")  # the page looks by itself
    axe(page)
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page).to_have_url(re.compile(r"step=2"))
    expect(page.locator("#story-next")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".story-now")).to_contain_text("Kurt Adler accepts the handoff")
    page.wait_for_load_state()  # whatever listens to keys does so now
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"step=2"))
    page.get_by_role("navigation", name="Every step").get_by_role("link", name=re.compile("Lena Ortiz wants to decline")).click()
    expect(page.locator(".story-now")).to_contain_text("approval")
    expect(page.locator(".story-state")).to_contain_text("Critical")
    expect(page.locator(".story-state")).to_contain_text("Answer, or pass it on")
    last = len(page.locator(".story-steps li").all())
    for size, scheme in (("phone", "light"), ("phone", "dark"), ("desk", "dark")):
        other = log_in(open_page(size=size, scheme=scheme), manager)
        other.goto(f"/training/bluebird/?step={last}")
        expect(other.locator(".story-state")).to_contain_text("Petra Novak")
        axe(other)
    plain = log_in(open_page(javascript=False), manager)
    plain.goto(f"/training/bluebird/?step={last - 1}")
    plain.get_by_role("link", name="Next", exact=True).click()
    expect(plain.locator(".story-now")).to_contain_text("I own this now")
    expect(plain.locator(".story-foot")).to_contain_text("All 14 things it expects of Salvor held.")
