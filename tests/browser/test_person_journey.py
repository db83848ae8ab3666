"""One's own pages: the bell, the profile, a code at log-in, and a passkey that opens the door by itself."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from accounts.models import Notice
from tests.browser.scene import make_scene
from tests.factories import make_company

WORDS = "three calm green boats"


def code_of(key):
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(key, counters[len(counters) // 2]))


@pytest.fixture
def owner():
    company = make_company()
    company.owner.set_password(WORDS)
    company.owner.save()
    return company.owner


def come_in(page, person):
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/account/login/"))


def confirm(page):
    """It is asked once more who it is before the locks are changed."""
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Go on").click()


def with_device(page):
    """A device that keeps passkeys and says yes to whoever holds it."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def test_a_passkey_is_made_once_and_opens_the_door_by_itself(open_page, axe, owner):
    page = with_device(open_page())
    come_in(page, owner)
    page.goto("/account/2fa/")
    axe(page)
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    axe(page)
    confirm(page)
    expect(page.get_by_label("Name of the passkey")).to_be_visible()
    axe(page)
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    axe(page)
    page.goto("/account/2fa/")
    expect(page.locator("main")).to_contain_text("Work laptop")
    axe(page)
    page.context.clear_cookies()
    page.goto("/account/login/")
    axe(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(re.compile(r"^(?!.*/account/)"))
    expect(page.locator(".shell")).to_be_visible()
    assert Authenticator.objects.get(user=owner, type="webauthn").last_used_at is not None


def test_a_code_of_the_app_is_asked_for_after_the_password(open_page, axe, owner):
    page = open_page(size="phone", scheme="dark")
    come_in(page, owner)
    page.goto("/account/2fa/app/")
    confirm(page)
    expect(page.get_by_text("No camera?")).to_be_visible()
    axe(page)
    page.get_by_text("No camera?").click()
    key = page.locator(".secret code").inner_text().replace(" ", "")
    page.get_by_label("The six figures").fill(code_of(key))
    page.get_by_role("button", name="Switch it on").click()
    codes = page.locator(".codes code")
    expect(codes).to_have_count(10)
    axe(page)
    recovery = codes.first.inner_text()
    page.context.clear_cookies()
    come_in(page, owner)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    axe(page)
    page.get_by_label("Code from your app").fill("000 000")
    page.get_by_role("button", name="Go in").click()
    expect(page.locator("main")).to_contain_text("That did not fit")
    page.get_by_label("Code from your app").fill(recovery)
    page.get_by_role("button", name="Go in").click()
    expect(page.locator(".shell")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_bell_opens_a_panel_that_leads_to_the_deal_and_the_notice_is_read(open_page, log_in, axe, size):
    scene = make_scene()
    page = log_in(open_page(size=size), scene.company.owner)
    page.goto("/profile/")
    page.locator("a.bell").click()
    expect(page.locator("#bell-panel")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#bell-panel")).to_be_hidden()
    page.locator("a.bell").click()
    page.locator(".bell-line", has_text="Priya Raman wrote").click()
    expect(page.get_by_role("heading", name="Clinics, two more").first).to_be_visible()
    assert not Notice.objects.filter(user=scene.company.owner, topic=f"deal:{scene.waiting.pk}", read_at__isnull=True).exists()


def test_own_hours_are_asked_for_only_by_those_who_have_them(open_page, log_in, axe):
    company = make_company()
    page = log_in(open_page(), company.owner)
    page.goto("/profile/hours/")
    expect(page.get_by_label("Monday")).to_be_hidden()
    page.get_by_text("at hours of my own").click()
    page.get_by_label("Monday").fill("nine to five")
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#own-hours .invalid-feedback")).to_contain_text("Write hours like")
    page.get_by_label("Monday").fill("07:00-15:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Your hours are kept")


def test_with_scripts_off_the_bell_leads_to_its_page_and_the_profile_is_kept(open_page, log_in):
    scene = make_scene()
    page = log_in(open_page(javascript=False), scene.company.owner)
    page.goto("/profile/")
    page.get_by_label("Name").fill("Olaf the Elder")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Olaf the Elder")).to_be_visible()
    page.locator("a.bell").click()
    expect(page.get_by_role("heading", name="Notices")).to_be_visible()
    page.get_by_role("link", name="Go there").first.click()
    expect(page.get_by_role("heading", name="Clinics, two more").first).to_be_visible()
