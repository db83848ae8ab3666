"""Accounts and contacts in a browser: a contact with a warning, a person on a deal, two accounts made one."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Account, Contact, MergedAccount
from deals.models import DealContact
from tests.browser.conftest import settled, until
from tests.browser.scene import make_scene
from tests.factories import AccountFactory, DealFactory


@pytest.fixture
def scene():
    return make_scene()


def test_a_contact_is_added_from_anywhere_after_a_warning(open_page, log_in, axe, scene):
    page = log_in(open_page(), scene.company.owner)
    page.goto("/settings/")
    page.get_by_label("New deal, contact or account").click()
    page.locator("header").get_by_role("link", name="New contact").click()
    dialog = page.get_by_role("dialog", name="New contact")
    dialog.get_by_label("Account").fill("Norwood Clinics")
    dialog.get_by_label("Name", exact=False).first.press_sequentially("Priya Ramann")
    expect(dialog.get_by_role("link", name="Use this one: Priya Raman")).to_be_visible()
    axe(page)
    dialog.get_by_label("Name", exact=False).first.fill("Quentin Quill")
    expect(dialog.get_by_text("Use this one")).to_have_count(0)
    dialog.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status").get_by_role("link", name="Quentin Quill")).to_be_visible()
    expect(page).to_have_url(re.compile("/settings/$"))
    assert Contact.objects.get(name="Quentin Quill").account == scene.company.account


def test_somebody_known_is_put_on_a_deal(open_page, log_in, scene):
    person = Contact.objects.create(name="Petra Known", account=scene.company.account)
    page = log_in(open_page(), scene.company.owner)
    page.goto(f"/deals/{scene.waiting.pk}/")
    page.locator(".deal-right").get_by_role("link", name="Add").click()
    dialog = page.locator("#quick-add[open]")
    dialog.get_by_label("Role on this deal").fill("Sponsor")
    dialog.get_by_role("button", name="Use this one: Petra Known").click()
    expect(page.locator(".deal-right")).to_contain_text("Petra Known")
    assert DealContact.objects.get(deal=scene.waiting, contact=person).role == "Sponsor"


def test_who_is_offered_stands_still_while_a_role_is_typed(open_page, log_in, scene):
    page = log_in(open_page(), scene.company.owner)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/deals/{scene.waiting.pk}/")
    page.clock.install()
    page.locator(".deal-right").get_by_role("link", name="Add").click()
    page.locator("#quick-add[open]").get_by_label("Role on this deal").fill("Sponsor")
    page.clock.run_for(2000)
    page.locator("#quick-add[open]").get_by_label("Name").fill("Petra")
    page.clock.run_for(2000)
    until(page, lambda: any("likely" in address for address in asked), "Nobody was looked for")
    assert [address for address in asked if "likely" in address and "name=&" in address] == []


def test_whoever_goes_on_to_the_next_field_at_once_is_not_called_back(open_page, log_in, scene):
    page = log_in(open_page(), scene.company.owner)
    page.goto(f"/deals/{scene.waiting.pk}/")
    page.evaluate("document.addEventListener('htmx:afterSwap', () => setTimeout(() => document.querySelector('#quick-add #id_role')?.focus()))")
    page.locator(".deal-right").get_by_role("link", name="Add").click()
    expect(page.locator("#quick-add[open]").get_by_label("Role on this deal")).to_be_focused()
    settled(page)
    expect(page.locator("#quick-add[open]").get_by_label("Role on this deal")).to_be_focused()


def test_enter_adds_whom_one_typed_and_nobody_who_is_offered(open_page, log_in, scene):
    Contact.objects.create(name="Petra Known", account=scene.company.account)
    page = log_in(open_page(), scene.company.owner)
    page.goto(f"/deals/{scene.waiting.pk}/")
    page.locator(".deal-right").get_by_role("link", name="Add").click()
    expect(page.locator("#quick-add[open]").get_by_text("Petra Known")).to_be_visible()
    page.keyboard.type("Zoe New")
    page.keyboard.press("Enter")
    expect(page.locator(".deal-right")).to_contain_text("Zoe New")
    assert not DealContact.objects.filter(deal=scene.waiting, contact__name="Petra Known").exists()


def test_what_is_typed_at_once_is_the_name_also_on_today(open_page, log_in, scene):
    page = log_in(open_page(), scene.company.owner)
    failures = []
    page.on("pageerror", lambda failure: failures.append(failure))  # noqa: PLW0108 - a built-in method does not take the mark playwright puts on a handler
    page.goto("/today/")
    page.get_by_label("New deal, contact or account").click()
    page.locator("header").get_by_role("link", name="New account").click()
    expect(page.get_by_role("dialog", name="New account").get_by_label("Name")).to_be_focused()
    page.keyboard.type("Ashford Campus")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_role("link", name="Ashford Campus")).to_be_visible()
    assert not failures


def test_two_accounts_become_one_after_a_look_at_both(open_page, log_in, axe, scene):
    double = AccountFactory(name="Norwood Clinics Ltd", owner=scene.company.teammate, sector="Health")
    DealFactory(name="A third clinic", account=double, owner=scene.company.teammate)
    page = log_in(open_page(), scene.company.manager)
    page.goto("/accounts/")
    page.get_by_role("link", name="Norwood Clinics", exact=True).click()
    page.get_by_role("link", name="Compare with Norwood Clinics Ltd").click()
    expect(page.get_by_role("button", name="Merge them")).to_be_visible()
    axe(page)
    page.get_by_role("row", name="Name").get_by_label("Norwood Clinics Ltd").check()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_role("heading", name="Norwood Clinics Ltd")).to_be_visible()
    expect(page.locator("main")).to_contain_text("A third clinic")
    page.wait_for_load_state()  # whatever fetches the changes does so now
    page.get_by_text("Who changed what").click()
    expect(page.locator("#changes")).to_contain_text("merged Norwood Clinics Ltd into it")
    assert (Account.objects.filter(pk=double.pk).count(), MergedAccount.objects.count()) == (0, 1)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")])
def test_every_page_of_customers_is_accessible(open_page, log_in, axe, scene, size, scheme):
    AccountFactory(name="Norwood Clinics Ltd")
    page = log_in(open_page(size=size, scheme=scheme), scene.company.admin)
    account, contact = scene.company.account.pk, scene.company.contact.pk
    other = Account.objects.get(name="Norwood Clinics Ltd").pk
    for path in (
        "/accounts/",
        "/accounts/?q=zzz",
        f"/accounts/{account}/",
        f"/accounts/{account}/edit/",
        f"/accounts/{account}/merge/?other={other}",
        f"/accounts/{account}/merge/",
        f"/contacts/{contact}/",
        f"/contacts/{contact}/edit/",
        "/contacts/new/",
        f"/deals/{scene.waiting.pk}/people/",
    ):
        page.goto(path)
        axe(page)


def test_without_script_a_contact_is_added_and_warned_of(open_page, log_in, scene):
    page = log_in(open_page(javascript=False), scene.company.owner)
    page.goto("/contacts/new/")
    page.locator("#id_name").fill("Priya Raman")
    page.locator("#id_account").fill("Norwood Clinics")
    page.locator("main form.quick-form button.go").click()
    expect(page.get_by_text("This person may be in already")).to_be_visible()
    page.locator("main form.quick-form button.go").click()
    expect(page.get_by_role("heading", name="Priya Raman")).to_be_visible()
    assert Contact.objects.filter(name="Priya Raman").count() == 2
