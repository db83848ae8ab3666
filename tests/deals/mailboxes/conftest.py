"""The owner's mailbox on a real server, and one clock for all."""

from datetime import UTC, datetime, timedelta
from html import unescape
from re import sub

import pytest

from accounts import secrets
from deals.models import Mailbox, MailMessage
from deals.services import mailboxes
from tests.deals.mailboxes.provider import CLIENT, Door, TokenServer
from tests.deals.mailboxes.server import PASSWORD, USER, Server
from tests.factories import make_company

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def running():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def server(running, settings):
    settings.INTERNAL_HOSTS = frozenset({"127.0.0.1"})
    with running.box() as box:
        for folder in box.folder.list():
            if folder.name != "INBOX":
                box.folder.delete(folder.name)
        box.delete(box.uids())
    return running


def mailbox_at(port, owner, *, secret=PASSWORD, **named):
    fields = {"address": "owner@salvor.example", "host": "127.0.0.1", "login": USER, "security": "plain", "next_poll_at": NOW} | named
    return Mailbox.objects.create(owner=owner, port=port, secret=secrets.keep("mailbox", secret), created_at=NOW - timedelta(days=1), **fields)


@pytest.fixture
def people(request):
    request.getfixturevalue("transactional_db" if request.node.get_closest_marker("django_db").kwargs.get("transaction") else "db")
    return make_company()


@pytest.fixture
def mailbox(server, people):
    return mailbox_at(server.port, people.owner)


@pytest.fixture
def as_(client):
    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def words(answer):
    """The text of a page, without its tags."""
    return " ".join(unescape(sub(r"<[^>]+>", " ", answer.content.decode())).split())


def poll(mailbox, *, at=NOW):
    polled = mailboxes.poll(mailbox_id=mailbox.pk, clock=lambda: at)
    mailbox.refresh_from_db()
    return polled


def ids():
    """The Message-IDs that are here, each as often as it is here."""
    return sorted(MailMessage.objects.values_list("message_id", flat=True))


@pytest.fixture
def provider(settings):
    """Google, on loopback."""
    tokens = TokenServer()
    settings.OAUTH_CLIENTS = {"google": CLIENT | {"authorize": "https://accounts.google.example/consent", "token": tokens.url}}
    yield tokens
    tokens.shutdown()
    tokens.server_close()


@pytest.fixture
def door(server, provider):
    door = Door(provider, server.port)
    yield door
    door.close()


@pytest.fixture
def connected(door, provider, people):
    """Connected an hour less three minutes ago, as of NOW."""
    provider.good, provider.refresh = {"access-0"}, {"refresh-0"}
    kept = {"provider": "google", "refresh_token": secrets.keep("mailbox", "refresh-0"), "token_expires_at": NOW + timedelta(minutes=3)}
    return mailbox_at(door.port, people.owner, secret="access-0", log_in_by="token", **kept)
