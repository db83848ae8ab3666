"""Inviting somebody, a lost password, and what stands under the bell."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from accounts.models import Notice, User
from tests.browser.scene import make_scene
from tests.factories import make_company


def link_in(message):
    return re.search(r"http://testserver(/\S+)", message.body)[1]


def test_a_manager_invites_a_rep_who_chooses_a_password_and_is_in(open_page, log_in, axe):
    company = make_company()
    page = log_in(open_page(), company.manager)
    page.goto("/people/invite/")
    page.get_by_label("Name").fill("Nina New")
    page.get_by_label("E-mail").fill("nina@salvor.example")
    page.get_by_label("Team").select_option(label="East")
    axe(page)
    page.locator("main form button.go").click()
    expect(page.locator("main")).to_contain_text("Nina New")
    newcomer = open_page(size="phone")
    newcomer.goto(link_in(mail.outbox[-1]))
    expect(newcomer.get_by_label("New password, once more")).to_be_visible()
    axe(newcomer)
    newcomer.get_by_label("New password", exact=False).first.fill("seven plain teacups")
    newcomer.get_by_label("New password, once more").fill("seven plain teacups")
    newcomer.get_by_role("button", name="Keep it and go in").click()
    newcomer.wait_for_url("**/today/")
    assert User.objects.get(email="nina@salvor.example").last_login is not None


def test_a_lost_password_is_replaced_once(open_page, axe):
    company = make_company()
    User.objects.filter(pk=company.owner.pk).update(password="")
    company.owner.refresh_from_db()
    company.owner.set_password("something older")
    company.owner.save()
    page = open_page()
    page.goto("/account/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(company.owner.email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    axe(page)
    link = link_in(mail.outbox[-1])
    page.goto(link)
    page.get_by_label("New password", exact=False).first.fill("seven plain teacups")
    page.get_by_label("New password, once more").fill("seven plain teacups")
    page.get_by_role("button", name="Keep it and go in").click()
    page.wait_for_url("**/today/")
    later = open_page()
    later.goto(link)
    expect(later.get_by_role("heading", name="This link no longer works")).to_be_visible()
    axe(later)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_notices_lead_to_what_they_are_about_and_can_be_put_away(open_page, log_in, axe, scheme):
    scene = make_scene()
    page = log_in(open_page(scheme=scheme), scene.company.manager)
    page.goto("/notices/")
    axe(page)
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator("main")).to_contain_text("You have seen everything")
    assert not Notice.objects.filter(user=scene.company.manager, read_at__isnull=True).exists()
