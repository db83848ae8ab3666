"""Tokens for a mailbox: the consent of its owner (authorization code with PKCE), exchanged for tokens, which are renewed (RFC 6749, 7636).

The words of the protocol are oauthlib's; what goes over the network is sent by :mod:`deals.fetching`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from deals import fetching
from deals.foreign_words import foreign_words
from deals.intake.mailboxes.faults import MailboxFault

if TYPE_CHECKING:
    from datetime import datetime

    from deals.intake.mailboxes.providers import Provider

SECONDS = 20.0
MAX_BYTES = 64 * 1024
LONGEST_TOKEN = 16_000
LONGEST_LIFE = 10 * 365 * 86_400
# What the owner alone can mend, by consenting anew: withdrawn, lapsed, or a step at the log-in is wanted (the last three are Microsoft's).
GONE = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
# What whoever runs Salvor has to mend: the client is not known there, its secret has run out, or it may not do this.
OURS = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"})


class GrantGone(MailboxFault):
    """The provider will never take this grant again: only its owner's consent makes another."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """``refresh``: '' where the one there is goes on. ``expires_at``: None where the provider does not say."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime | None


def new_verifier() -> str:
    verifier: str = WebApplicationClient("").create_code_verifier(64)
    return verifier


def consent_url(provider: Provider, *, redirect_uri: str, state: str, verifier: str, address: str) -> str:
    """The provider's page on which the owner of ``address`` is asked."""
    client = WebApplicationClient(provider.client_id)
    challenge = client.create_code_challenge(verifier, "S256")
    found: str = client.prepare_request_uri(
        provider.authorize_url,
        redirect_uri=redirect_uri,
        scope=list(provider.known.scope),
        state=state,
        code_challenge=challenge,
        code_challenge_method="S256",
        login_hint=address,
        **dict(provider.known.asking),
    )
    return found


def exchange(provider: Provider, *, code: str, verifier: str, redirect_uri: str, now: datetime) -> Tokens:
    """What the owner's consent is good for. Raises :class:`MailboxFault`."""
    client = WebApplicationClient(provider.client_id)
    body = client.prepare_request_body(code=code, redirect_uri=redirect_uri, code_verifier=verifier, client_secret=provider.client_secret)
    tokens = _asked(provider, client, body, now)
    if not tokens.refresh:
        raise MailboxFault(_("%(provider)s gave a permission that ends within the hour: connect once more.") % {"provider": provider.name})
    return tokens


def renew(provider: Provider, *, refresh: str, now: datetime) -> Tokens:
    """A new access token. Raises :class:`GrantGone` where there will be none, and :class:`MailboxFault` where it may work later."""
    client = WebApplicationClient(provider.client_id)
    body = client.prepare_refresh_body(refresh_token=refresh, client_id=provider.client_id, client_secret=provider.client_secret)
    return _asked(provider, client, body, now)


def _asked(provider: Provider, client: WebApplicationClient, body: str, now: datetime) -> Tokens:
    try:
        answer = fetching.post(provider.token_url, body, max_bytes=MAX_BYTES, seconds=SECONDS, allowed=settings.INTERNAL_HOSTS)
    except fetching.NotFetched as error:
        raise MailboxFault(str(error)) from error
    if answer.status == 429 or answer.status >= 500:
        raise _in_trouble(provider, answer.status)
    try:
        return _read(client.parse_request_body_response(answer.body.decode()), now)
    except OAuth2Error as error:
        raise _refused(provider, foreign_words(str(error.error or "")), answer.status) from error
    # oauthlib takes an answer that is no object for one, and json climbs as deep as it is led.
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _in_trouble(provider, answer.status) from error


def _read(found: dict[str, Any], now: datetime) -> Tokens:
    """Raises ValueError for what is no token: each goes into a line of the mail server's or into a form."""
    access, refresh, seconds = found["access_token"], found.get("refresh_token") or "", found.get("expires_in")
    for one in (access, refresh):
        if not isinstance(one, str) or not one.isascii() or not one.isprintable() or len(one) > LONGEST_TOKEN:
            raise ValueError
    if not access:
        raise ValueError
    expires_at = now + timedelta(seconds=max(min(seconds, LONGEST_LIFE), 0)) if seconds else None
    return Tokens(access, refresh, expires_at)


def _refused(provider: Provider, error: str, status: int) -> MailboxFault:
    words = {"provider": provider.name, "error": error}
    if error in GONE:
        return GrantGone(_("%(provider)s no longer lets Salvor in: the permission was withdrawn there or has run out. Connect again.") % words)
    if error in OURS:
        return MailboxFault(_("%(provider)s does not accept this Salvor (%(error)s): tell whoever runs it.") % words)
    return _in_trouble(provider, status)


def _in_trouble(provider: Provider, status: int) -> MailboxFault:
    words = {"provider": provider.name, "status": status}
    return MailboxFault(_("%(provider)s answers in a way Salvor does not understand (%(status)d); Salvor tries again later.") % words)
