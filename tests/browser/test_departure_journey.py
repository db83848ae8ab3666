"""Somebody leaves and is taken through the assistant; a colleague is covered for, and what waits for them is answered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Absence, Departure
from deals.models import Deal
from deals.risk.sweep import sweep
from tests.browser.scene import make_scene

IN_A_MONTH = timedelta(days=30)


@pytest.fixture
def scene():
    return make_scene()


@pytest.mark.parametrize(("size", "scheme", "javascript"), [("desk", "light", True), ("phone", "dark", True), ("desk", "dark", False)])
def test_a_manager_takes_a_leaver_through_the_assistant(open_page, log_in, axe, scene, size, scheme, javascript):
    leaver, heir = scene.company.owner, scene.company.manager
    held = Deal.objects.watched().filter(owner=leaver).count()
    page = log_in(open_page(size=size, scheme=scheme), scene.company.admin)
    if not javascript:
        cookies = page.context.cookies()
        page = open_page(size=size, scheme=scheme, javascript=False)
        page.context.add_cookies(cookies)
    page.goto(reverse("person", args=[leaver.pk]))
    page.get_by_role("link", name="Olaf Owner leaves").click()
    page.get_by_label("Last day").fill(f"{timezone.localdate() + IN_A_MONTH:%Y-%m-%d}")
    page.get_by_label("Who gets their mail").select_option(label="Mona Manager · East")
    checked(axe, page, javascript)
    page.get_by_role("button", name="See what they hold").click()
    page.get_by_label("All of it").select_option(value=str(heir.pk))
    page.get_by_label("inquiry").select_option(label="Sven Stranger · West")
    checked(axe, page, javascript)
    page.get_by_role("button", name="See what it will do").click()
    expect(page.get_by_role("heading", name="To Mona Manager")).to_be_visible()
    expect(page.get_by_role("heading", name="To Sven Stranger")).to_be_visible()
    checked(axe, page, javascript)
    confirm = page.get_by_label("I know. Do it all the same.")
    page.wait_for_load_state()  # it stands there by now, or it does not come
    if confirm.count():
        page.get_by_role("button", name="Record it and pass it on").click()
        expect(page.get_by_text("Tick this, or choose somebody else.")).to_be_visible()
        checked(axe, page, javascript)
        confirm.check()
    page.get_by_role("button", name="Record it and pass it on").click()
    expect(page.get_by_role("heading", name="Went to Mona Manager")).to_be_visible()
    checked(axe, page, javascript)
    assert Departure.objects.get(user=leaver).mail_to == heir
    assert not Deal.objects.watched().filter(owner=leaver).exists()
    assert Deal.objects.watched().filter(owner=scene.company.stranger).count() == 1
    row = page.locator(".line", has_text="open deals")
    expect(row).to_contain_text(f"{held - 1} open deals")
    row.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Clinics, two more")
    assert Deal.objects.get(name="Won in spring").owner == leaver


def checked(axe, page, javascript):
    """axe is a script itself."""
    if javascript:
        axe(page)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "dark"), ("phone", "light")])
def test_a_rep_goes_away_and_the_cover_answers_what_waits(open_page, log_in, axe, scene, size, scheme):
    owner, cover = scene.company.owner, scene.company.manager
    Absence.objects.all().delete()
    page = log_in(open_page(size=size, scheme=scheme), owner)
    page.goto("/profile/")
    page.get_by_role("link", name="Say when you are away").last.click()
    today = timezone.localdate()
    page.get_by_label("First day away").fill(f"{today:%Y-%m-%d}")
    page.get_by_label("Last day away").fill(f"{today + timedelta(days=3):%Y-%m-%d}")
    page.get_by_label("Who answers meanwhile").select_option(label="Mona Manager · East")
    page.get_by_role("button", name="Save").click()
    confirm = page.get_by_label("I know. Save it all the same.")
    covered = page.get_by_text("Mona Manager covers for Olaf Owner.")
    expect(confirm.or_(covered).first).to_be_visible()
    if confirm.count():
        axe(page)
        confirm.check()
        page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Mona Manager covers for Olaf Owner.")
    axe(page)
    # Within a minute, by itself.
    sweep(timezone.now())
    page.goto("/today/")
    expect(page.locator(".covers")).to_contain_text("Mona Manager covers for you until")
    theirs = log_in(open_page(size=size, scheme=scheme), cover)
    theirs.goto("/today/")
    expect(theirs.locator(".covers")).to_contain_text("You cover for Olaf Owner until")
    row = theirs.locator("[data-row]", has_text="Priya Raman").first
    expect(row).to_contain_text("for Olaf Owner")
    axe(theirs)
    row.locator("details.menu > summary").click()
    row.get_by_role("button", name="I have answered").click()
    theirs.get_by_label("What did you answer?").fill("The quote is attached.")
    theirs.get_by_role("button", name="Log it").click()
    expect(theirs.locator("#toasts")).to_contain_text("Priya Raman has heard from you")
    assert not scene.waiting.signals.filter(rule="reply_overdue", state="raised").exists()
