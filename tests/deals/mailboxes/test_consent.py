"""Connecting a mailbox on its provider's consent page: the way there, what comes back, and what is refused, in words."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import secrets
from accounts.models import Team
from deals.intake.mailboxes import providers
from deals.models import Mailbox
from deals.services import mailboxes
from tests.deals.mailboxes.conftest import NOW, mailbox_at, poll, words
from tests.deals.mailboxes.provider import CLIENT
from tests.deals.mailboxes.server import PASSWORD

pytestmark = pytest.mark.django_db
ADDRESS = "owner@salvor.example"


@pytest.fixture
def here(door, monkeypatch, settings):
    """Google's mail server is the one of the tests."""
    settings.SITE_URL = "https://salvor.example"
    monkeypatch.setitem(providers.KNOWN, "google", replace(providers.KNOWN["google"], host="127.0.0.1", port=door.port, security="plain"))


def asked(answer):
    """What the provider is asked by the link of the page."""
    url = next(part for part in answer.content.decode().replace("&amp;", "&").split('"') if part.startswith("https://accounts.google.example"))
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def begin(browser, **named):
    answer = browser.post(reverse("mailbox-connect", args=["google"]), {"address": ADDRESS} | named)
    assert answer.status_code == 200
    return asked(answer)


def come_back(browser, **given):
    return browser.get(reverse("mailbox-connected", args=["google"]), given, follow=True)


def test_a_mailbox_is_connected_tried_out_and_kept(here, provider, people, as_):
    browser = as_(people.owner)
    assert "Connect with Google" in words(browser.get(reverse("mailbox-new")))
    question = begin(browser)
    assert question["redirect_uri"] == "https://salvor.example/mailboxes/connected/google/"
    assert (question["client_id"], question["login_hint"], question["access_type"]) == ("salvor", ADDRESS, "offline")
    assert (question["response_type"], question["code_challenge_method"], question["scope"]) == ("code", "S256", "https://mail.google.com/")
    code = provider.consent(question["code_challenge"], question["redirect_uri"])
    assert "owner@salvor.example is connected. The inbox is read within a minute." in words(come_back(browser, state=question["state"], code=code))
    kept = Mailbox.objects.get()
    assert (kept.owner, kept.host, kept.log_in_by, kept.provider, kept.login) == (people.owner, "127.0.0.1", "token", "google", ADDRESS)
    assert [secrets.read("mailbox", one) for one in (kept.secret, kept.refresh_token)] == ["access-2", "refresh-2"]
    assert timedelta(minutes=58) < kept.token_expires_at - timezone.now() <= timedelta(hours=1)
    assert poll(kept, at=timezone.now()).fault == ""


@pytest.mark.parametrize("state", ["", "another", "ä"])
def test_an_answer_to_nothing_that_was_begun_here_is_refused(here, provider, people, as_, state):
    question = begin(as_(people.owner))
    code = provider.consent(question["code_challenge"], question["redirect_uri"])
    assert "belongs to nothing you began here last" in words(come_back(as_(people.owner), state=state, code=code))
    assert (provider.asked, Mailbox.objects.count()) == ([], 0)


def test_an_answer_counts_once_and_for_the_session_it_was_begun_in(here, provider, people, as_):
    question = begin(as_(people.owner))
    given = {"state": question["state"], "code": provider.consent(question["code_challenge"], question["redirect_uri"])}
    assert "belongs to nothing" in words(come_back(as_(people.teammate), **given))
    question = begin(as_(people.owner))
    given = {"state": question["state"], "code": provider.consent(question["code_challenge"], question["redirect_uri"])}
    assert "is connected" in words(come_back(as_(people.owner), **given))
    assert "belongs to nothing" in words(come_back(as_(people.owner), **given))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"error": "access_denied"}, "Nothing was connected. Google says that it was not allowed."),
        ({"error": "org_internal", "error_description": "Not in\nthis company"}, "Nothing was connected. Google says: Not in this company"),
        ({"code": "made up"}, "Nothing was connected. Google no longer lets Salvor in"),
        ({}, "Nothing was connected. Google sent no permission along: connect once more."),
    ],
)
def test_a_no_is_said_in_words_and_nothing_is_kept(here, provider, people, as_, given, said):
    browser = as_(people.owner)
    assert said in words(come_back(browser, state=begin(browser)["state"], **given))
    assert not Mailbox.objects.exists()


def test_a_permission_without_a_refresh_token_is_none(here, provider, people, as_):
    provider.says = (200, {"access_token": "a", "token_type": "Bearer", "expires_in": 3600})
    browser = as_(people.owner)
    assert "a permission that ends within the hour" in words(come_back(browser, state=begin(browser)["state"], code="c"))
    assert not Mailbox.objects.exists()


def test_consent_by_another_address_is_not_let_in_and_said(here, provider, people, as_, monkeypatch):
    tokens = provider.tokens
    monkeypatch.setattr(provider, "tokens", lambda **named: tokens(**named) | {"access_token": "of somebody else"})
    browser = as_(people.owner)
    question = begin(browser)
    code = provider.consent(question["code_challenge"], question["redirect_uri"])
    assert "127.0.0.1 does not let owner@salvor.example in: log in with Google by this very address" in words(
        come_back(browser, state=question["state"], code=code)
    )
    assert not Mailbox.objects.exists()


def test_an_address_of_others_is_refused_before_anybody_is_asked(here, people, as_):
    answer = as_(people.owner).post(reverse("mailbox-connect", args=["google"]), {"address": "teammate@salvor.example"})
    assert answer.status_code == 422
    assert "the log-in of somebody else here" in words(answer)


def test_one_that_has_to_be_connected_again_goes_on_where_it_was(here, provider, connected, people, as_):
    Mailbox.objects.update(login=ADDRESS)
    provider.refresh.clear()
    assert "Connect again" in poll(connected).fault
    connected.folders.create(name="INBOX", role="inbox", uid_validity=1, last_uid=7)
    browser = as_(people.owner)
    assert "Connect again" in words(browser.get(reverse("mailboxes")))
    assert "has to be connected again before" in words(browser.post(reverse("mailbox-again", args=[connected.pk]), follow=True))
    assert "Connect again with Google" in words(browser.get(reverse("mailbox", args=[connected.pk])))
    question = asked(browser.post(reverse("mailbox-connect-again", args=[connected.pk, "google"])))
    code = provider.consent(question["code_challenge"], question["redirect_uri"])
    assert "is connected" in words(come_back(browser, state=question["state"], code=code))
    assert mailboxes.due(timezone.now()) == [connected.pk]
    assert connected.folders.get().last_uid == 7
    assert poll(connected, at=timezone.now()).fault == ""


def test_one_that_is_paused_is_said_to_be_so_when_it_is_connected_again(here, provider, connected, people, as_):
    Mailbox.objects.update(login=ADDRESS, is_active=False)
    browser = as_(people.owner)
    question = asked(browser.post(reverse("mailbox-connect-again", args=[connected.pk, "google"])))
    code = provider.consent(question["code_challenge"], question["redirect_uri"])
    said = words(come_back(browser, state=question["state"], code=code))
    assert "owner@salvor.example is connected. It is still paused: take it up to have it read." in said
    assert mailboxes.due(timezone.now()) == []


def test_a_password_takes_the_place_of_the_connection(server, connected, people, as_):
    form = {"address": ADDRESS, "host": "127.0.0.1", "port": server.port, "security": "plain", "log_in_by": "password", "login": "owner"}
    browser = as_(people.owner)
    page = reverse("mailbox", args=[connected.pk])
    assert browser.post(page, form | {"secret": ""}).context["form"].errors.keys() == {"secret"}
    assert browser.post(page, form | {"secret": PASSWORD}).status_code == 302
    kept = Mailbox.objects.get()
    assert (kept.provider, kept.refresh_token, kept.token_expires_at, secrets.read("mailbox", kept.secret)) == ("", "", None, PASSWORD)


def test_only_what_is_configured_is_offered(people, as_, settings):
    settings.OAUTH_CLIENTS = {"google": CLIENT | {"id": "", "authorize": "", "token": ""}}
    browser = as_(people.owner)
    assert "Connect with" not in words(browser.get(reverse("mailbox-new")))
    found = [browser.get(reverse("mailbox-connect", args=[one])).status_code for one in ("google", "microsoft", "nobody")]
    assert found == [404, 404, 404]


def test_a_team_mailbox_is_connected_by_who_manages_the_team(here, provider, people, as_):
    page, form = reverse("team-mailbox-connect", args=["google"]), {"address": "sales@salvor.example", "team": people.east.pk}
    assert as_(people.owner).get(page).status_code == 403
    browser = as_(people.manager)
    question = asked(browser.post(page, form))
    code = provider.consent(question["code_challenge"], question["redirect_uri"])
    assert "sales@salvor.example is connected" in words(come_back(browser, state=question["state"], code=code))
    assert Mailbox.objects.get().team == people.east
    question = asked(browser.post(page, form))
    Team.objects.update(manager=None)
    assert "You no longer manage this team" in words(come_back(browser, state=question["state"], code="c"))


def test_nobody_connects_the_mailbox_of_another(here, server, people, as_):
    mailbox = mailbox_at(server.port, people.owner, next_poll_at=NOW)
    page = reverse("mailbox-connect-again", args=[mailbox.pk, "google"])
    assert [as_(one).post(page).status_code for one in (people.owner, people.teammate, people.admin)] == [200, 404, 403]
