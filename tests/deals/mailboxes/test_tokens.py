"""The token of a connected mailbox is renewed in time, by one worker; one that cannot be renewed any more is said to be."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import secrets
from deals.mailbox_states import state_of
from deals.models import Mailbox, MailMessage
from deals.services import leasing, mailboxes
from deals.services.mailboxes import outcomes
from tests.at_once import at_once
from tests.deals.mail_intake.conftest import letter
from tests.deals.mailboxes.conftest import NOW, poll
from tests.deals.mailboxes.provider import CLIENT
from tests.processes import run_python

pytestmark = pytest.mark.django_db
GONE = "Google no longer lets Salvor in: the permission was withdrawn there or has run out. Connect again."


def kept(mailbox):
    mailbox.refresh_from_db()
    return tuple(secrets.read("mailbox", one) if one else "" for one in (mailbox.secret, mailbox.refresh_token))


def test_a_token_that_runs_out_in_minutes_is_renewed_first(server, connected, provider, door, caplog):
    server.put(letter())
    assert poll(connected).fault == ""
    assert MailMessage.objects.count() == 1
    assert door.tried == ["access-1"]
    assert provider.asked == [{"grant_type": "refresh_token", "refresh_token": "refresh-0", "client_id": "salvor", "client_secret": "of the client"}]
    assert kept(connected) == ("access-1", "refresh-0")
    assert connected.token_expires_at == NOW + timedelta(hours=1)
    assert "access-1" not in caplog.text + connected.secret
    assert "refresh-0" not in caplog.text + connected.refresh_token


def test_one_that_lasts_is_used_as_it_is(connected, provider, door):
    Mailbox.objects.update(token_expires_at=NOW + timedelta(minutes=6))
    assert poll(connected).fault == ""
    assert (door.tried, provider.asked) == (["access-0"], [])


def test_one_that_is_refused_before_its_time_is_renewed_once(connected, provider, door):
    Mailbox.objects.update(token_expires_at=NOW + timedelta(minutes=50))
    provider.good = set()
    assert poll(connected).fault == ""
    assert door.tried[-1] == "access-1"
    assert len(provider.asked) == 1


def test_a_mail_server_that_refuses_what_was_just_renewed_is_tried_less_and_less_often(connected, provider, monkeypatch):
    monkeypatch.setattr(provider, "tokens", lambda *, with_refresh: {"access_token": "of no use", "token_type": "Bearer", "expires_in": 3600})
    provider.good = set()
    assert poll(connected).fault.startswith("Google renewed the connection, but 127.0.0.1 does not let owner in: allow IMAP there")
    assert len(provider.asked) == 2
    assert (connected.failures, connected.next_poll_at, connected.must_connect_again) == (1, NOW + timedelta(minutes=1), False)


def test_a_new_refresh_token_takes_the_place_of_the_old_one(connected, provider):
    provider.rotates, at = True, NOW
    for number in (1, 2, 3):
        assert poll(connected, at=at).fault == ""
        assert kept(connected) == (f"access-{number}", f"refresh-{number}")
        at += timedelta(minutes=57)


def test_a_withdrawn_permission_stops_the_reading_and_is_said(connected, provider, people):
    provider.refresh.clear()
    assert poll(connected).fault == GONE
    assert kept(connected) == ("", ""), "what is good for nothing is not kept"
    assert mailboxes.due(NOW + timedelta(days=9)) == []
    assert mailboxes.poll(mailbox_id=connected.pk, clock=lambda: NOW + timedelta(days=9)) is None
    assert len(provider.asked) == 1
    assert (state_of(connected, [], may_change=True, now=NOW).key, connected.last_error) == ("ended", GONE)
    notice = people.owner.notices.get(kind="mailbox_failing")
    assert (notice.title, notice.body) == ("owner@salvor.example has to be connected again", GONE)
    counts = outcomes.counted(NOW + timedelta(days=9))
    assert (counts["failing_for_an_hour"], counts["to_be_connected_again"], counts["left_alone_for_an_hour"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (503, {}, "Google answers in a way Salvor does not understand (503); Salvor tries again later."),
        (429, {"error": "invalid_grant"}, "Google answers in a way Salvor does not understand (429); Salvor tries again later."),
        (200, {"access_token": "two\r\nlines"}, "Google answers in a way Salvor does not understand (200); Salvor tries again later."),
        (200, {"access_token": ["x"]}, "Google answers in a way Salvor does not understand (200); Salvor tries again later."),
        (200, ["x"], "Google answers in a way Salvor does not understand (200); Salvor tries again later."),
        (200, b"<html>", "Google answers in a way Salvor does not understand (200); Salvor tries again later."),
        (200, b"[" * 60_000, "Google answers in a way Salvor does not understand (200); Salvor tries again later."),
        (302, {"error": "x"}, "Google answers in a way Salvor does not understand (302); Salvor tries again later."),
        (401, {"error": "invalid_client"}, "Google does not accept this Salvor (invalid_client): tell whoever runs it."),
    ],
)
def test_trouble_of_the_provider_ends_nothing_and_waits_longer_each_time(connected, provider, status, said, words):
    provider.says = (status, said)
    for failures, minutes in ((1, 1), (2, 2), (3, 4)):
        assert poll(connected).fault == words
        assert (connected.failures, connected.next_poll_at) == (failures, NOW + timedelta(minutes=minutes))
    provider.says = None
    assert poll(connected).fault == ""
    assert connected.failures == 0


def test_a_provider_that_is_away_ends_nothing(connected, provider):
    provider.shutdown()
    provider.server_close()
    assert poll(connected).fault == "The connection to 127.0.0.1 failed; Salvor tries again later."
    assert kept(connected) == ("access-0", "refresh-0")


def test_nothing_secret_is_sent_into_our_own_network_or_unencrypted(connected, provider, settings, monkeypatch):
    settings.OAUTH_CLIENTS = {"google": settings.OAUTH_CLIENTS["google"] | {"token": provider.url.replace("127.0.0.1", "localhost")}}
    assert "localhost is not asked without encryption" in poll(connected).fault
    settings.OAUTH_CLIENTS = {"google": settings.OAUTH_CLIENTS["google"] | {"token": "https://localhost/token"}}
    assert "localhost is not on the public internet" in poll(connected).fault
    assert provider.asked == []


def test_where_the_operator_took_the_client_away_it_is_said(connected, settings):
    settings.OAUTH_CLIENTS = {}
    assert poll(connected).fault == "Salvor is no longer set up for Google: tell whoever runs it, or enter a password."


def test_a_connection_that_can_be_read_no_more(connected, settings):
    settings.SECRET_KEY = "another one altogether"
    assert poll(connected).fault == "The connection can no longer be read, as Salvor’s own key was changed: connect again."


def test_whoever_pauses_it_meanwhile_loses_no_token(connected, provider, monkeypatch):
    provider.rotates, answer = True, provider.answer
    monkeypatch.setattr(provider, "answer", lambda form: (Mailbox.objects.update(is_active=False) and None) or answer(form))
    poll(connected)
    assert kept(connected) == ("access-1", "refresh-1")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_renew_once(connected, provider):
    provider.rotates = True
    assert at_once(*[lambda: mailboxes.poll(mailbox_id=connected.pk, clock=lambda: NOW)] * 3) == []
    assert len(provider.asked) == 1
    assert kept(connected) == ("access-1", "refresh-1")


@pytest.mark.django_db(transaction=True)
def test_whoever_connects_it_anew_meanwhile_is_not_overwritten(connected, provider, people, monkeypatch):
    answer = provider.answer

    def meanwhile(form):
        way_in = {"address": "owner@salvor.example", "host": "127.0.0.1", "port": connected.port, "security": "plain", "log_in_by": "token"}
        mailboxes.change(mailbox=connected, by=people.owner, secret="new", refresh="newer", provider="google", now=NOW, login="owner", **way_in)
        return answer(form)

    monkeypatch.setattr(provider, "answer", meanwhile)
    poll(connected)
    assert kept(connected) == ("new", "newer")
    assert connected.failures == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rotates", [False, True])
def test_a_worker_killed_between_answer_and_keeping_ends_in_a_reading_or_in_words(connected, provider, rotates):
    """Where the old refresh token is spent for good, the owner is asked; nobody goes on knocking."""
    provider.rotates = rotates
    code = f"""
from datetime import datetime
from django.conf import settings
from deals.intake.mailboxes import grants
from deals.services.mailboxes import polling
settings.INTERNAL_HOSTS = frozenset(["127.0.0.1"])
settings.OAUTH_CLIENTS = {{"google": {CLIENT | {"authorize": "https://x.example", "token": provider.url}!r}}}
renew = grants.renew
def renews(*given, **named):
    renew(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
grants.renew = renews
polling.poll(mailbox_id={connected.pk}, clock=lambda: datetime.fromisoformat({NOW.isoformat()!r}))
"""
    assert run_python(code) == -9
    assert kept(connected) == ("access-0", "refresh-0")
    later = NOW + leasing.LEASE + timedelta(seconds=1)
    assert poll(connected, at=later).fault == (GONE if rotates else "")
    assert len(provider.asked) == 2
    assert mailboxes.due(timezone.now()) == ([] if rotates else [connected.pk])
