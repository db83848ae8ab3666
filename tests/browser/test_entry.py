"""Coming in and going out."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.factories import make_company


@pytest.fixture
def manager():
    manager = make_company().manager
    manager.set_password(PASSWORD)
    manager.save()
    return manager


def test_a_manager_logs_in_lands_on_the_risk_desk_and_logs_out(open_page, manager):
    page = open_page()
    page.goto("/")
    page.get_by_label("E-mail").fill(manager.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/risk/")
    page.goto("/account/logout/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/account/login/**")


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_log_in_page_is_open_to_everybody(open_page, axe, size, scheme):
    page = open_page(size=size, scheme=scheme)
    page.goto("/account/login/")
    axe(page)


def test_a_wrong_password_says_what_to_do_and_keeps_the_address(open_page, axe, manager):
    page = open_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(manager.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("do not belong together")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(manager.email)
    axe(page)
