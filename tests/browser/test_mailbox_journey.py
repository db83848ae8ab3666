"""A mailbox whose password is wrong says so in words, when it is added and when it stops working; and is put right there.
One without a password is connected on its provider's own page, and again when that was withdrawn."""

from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts import secrets
from accounts.models import User
from deals.intake.mailboxes import providers
from deals.models import Mailbox, MailMessage
from deals.services import mailboxes
from tests.browser.conftest import SIZES
from tests.deals.mail_intake.conftest import letter
from tests.deals.mailboxes.provider import CLIENT, Door, TokenServer
from tests.deals.mailboxes.server import PASSWORD, USER, Server
from tests.factories import make_company

REFUSED = "The log-in was refused: enter the password anew."


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def owner(settings):
    settings.INTERNAL_HOSTS = frozenset({"127.0.0.1"})
    return make_company().owner


@pytest.fixture
def stopped_working(server, owner):
    now = timezone.now()
    fields = {"address": "owner@salvor.example", "host": "127.0.0.1", "port": server.port, "security": "plain", "login": USER}
    mailbox = Mailbox.objects.create(
        owner=owner, created_at=now, next_poll_at=now, secret=secrets.keep("mailbox", "the password of last year"), **fields
    )
    mailboxes.poll(mailbox_id=mailbox.pk, clock=timezone.now)
    return mailbox


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_a_wrong_password_is_said_in_words_where_the_mailbox_stands(open_page, log_in, axe, owner, stopped_working, size, scheme):
    page = log_in(open_page(size=size, scheme=scheme), owner)
    page.goto("/profile/mailboxes/")
    expect(page.get_by_text(REFUSED)).to_be_visible()
    expect(page.get_by_text("Never read so far.")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_the_other_pages_of_mailboxes(open_page, log_in, axe, stopped_working, size, scheme):
    owner = stopped_working.owner
    Mailbox.objects.create(team=owner.team, address="sales@salvor.example", host="h", login="s", created_at=timezone.now(), is_active=False)
    page = log_in(open_page(size=size, scheme=scheme), User.objects.get(email="admin@salvor.example"))
    page.goto("/settings/mailboxes/")
    expect(page.get_by_text("Paused: nothing is read.")).to_be_visible()
    expect(page.get_by_text(REFUSED)).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Remove sales@salvor.example").click()
    expect(page.get_by_role("heading", name="Remove sales@salvor.example?")).to_be_visible()
    axe(page)
    page.goto("/settings/mailboxes/new/")
    axe(page)


@pytest.mark.parametrize("size", list(SIZES))
def test_it_is_put_right_and_read(open_page, log_in, axe, server, owner, stopped_working, size):
    server.put(letter())
    page = log_in(open_page(size=size), owner)
    page.goto("/profile/mailboxes/")
    page.get_by_role("link", name="Put it right owner@salvor.example").click()
    expect(page.get_by_label("Password or token")).to_have_value("")
    page.get_by_label("Password or token").fill(PASSWORD)
    page.get_by_role("button", name="Try it and save").click()
    expect(page.get_by_text("The log-in works.")).to_be_visible()
    mailboxes.poll(mailbox_id=stopped_working.pk, clock=timezone.now)
    page.reload()
    expect(page.get_by_text("The last trouble")).to_be_visible()
    assert MailMessage.objects.exists()
    axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_a_wrong_password_is_said_at_its_field_before_anything_is_kept(open_page, log_in, axe, server, owner, size, scheme):
    page = log_in(open_page(size=size, scheme=scheme), owner)
    page.goto("/profile/mailboxes/")
    page.get_by_role("link", name="Add your mailbox").click()
    page.get_by_label("Server for incoming mail").fill("127.0.0.1")
    page.get_by_label("Encryption").select_option("plain")
    page.get_by_label("Port").fill(str(server.port))
    page.get_by_label("Log-in name").fill(USER)
    page.get_by_label("Password or token").fill("not this one")
    page.get_by_role("button", name="Try it and add").click()
    expect(page.get_by_text(REFUSED)).to_be_visible()
    expect(page.get_by_label("Server for incoming mail")).to_have_value("127.0.0.1")
    axe(page)
    assert not Mailbox.objects.exists()


@pytest.fixture
def provider(server, settings, live_server, monkeypatch):
    """Google, on loopback, where everybody says yes."""
    tokens = TokenServer()
    door = Door(tokens, server.port)
    settings.SITE_URL = live_server.url
    settings.OAUTH_CLIENTS = {"google": CLIENT | {"authorize": tokens.url, "token": tokens.url}}
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "yes")
    monkeypatch.setitem(providers.KNOWN, "google", replace(providers.KNOWN["google"], host="127.0.0.1", port=door.port, security="plain"))
    yield tokens
    door.close()
    tokens.shutdown()
    tokens.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_a_mailbox_is_connected_without_a_password_and_again_when_that_was_withdrawn(open_page, log_in, axe, owner, provider, size, scheme):
    page = log_in(open_page(size=size, scheme=scheme), owner)
    page.goto("/profile/mailboxes/")
    page.get_by_role("link", name="Add your mailbox").click()
    axe(page)
    page.get_by_role("link", name="Connect with Google").click()
    expect(page.get_by_label("Address")).to_have_value("owner@salvor.example")
    axe(page)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Connect owner@salvor.example")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Go on to Google").click()
    expect(page.get_by_text("owner@salvor.example is connected.")).to_be_visible()
    provider.refresh.clear()
    provider.good.clear()
    mailboxes.poll(mailbox_id=Mailbox.objects.get().pk, clock=timezone.now)
    page.goto("/profile/mailboxes/")
    expect(page.get_by_text("Google no longer lets Salvor in")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Connect again owner@salvor.example").click()
    axe(page)
    page.get_by_role("button", name="Connect again with Google").click()
    page.get_by_role("link", name="Go on to Google").click()
    expect(page.get_by_text("owner@salvor.example is connected.")).to_be_visible()
    assert mailboxes.poll(mailbox_id=Mailbox.objects.get().pk, clock=timezone.now).fault == ""
