"""The providers of mailboxes that let us in by their own consent page (OAuth 2), known by name. What is ours there is the operator's to set."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from deals.intake.mailboxes.places import TLS


@dataclass(frozen=True, slots=True)
class Known:
    """``scope``: reading mail by IMAP, and while nobody is there. ``asking``: what its consent page wants to be told beside the standard."""

    name: str
    host: str
    scope: tuple[str, ...]
    asking: tuple[tuple[str, str], ...] = ()
    port: int = 993
    security: str = TLS


# Google hands out a refresh token only where it is asked to, and the second time only where the person is asked again.
KNOWN = {
    "google": Known("Google", "imap.gmail.com", ("https://mail.google.com/",), (("access_type", "offline"), ("prompt", "consent"))),
    "microsoft": Known("Microsoft", "outlook.office365.com", ("https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access")),
}


@dataclass(frozen=True, slots=True)
class Provider:
    """One where a client of ours is known."""

    key: str
    known: Known
    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str

    @property
    def name(self) -> str:
        return self.known.name


def configured(key: str) -> Provider | None:
    """None where the operator has set no client for it, or nobody knows it."""
    client = settings.OAUTH_CLIENTS.get(key)
    if not client or not client["id"]:
        return None
    return Provider(key, KNOWN[key], client["id"], client["secret"], client["authorize"], client["token"])


def offered() -> list[Provider]:
    return [found for key in KNOWN if (found := configured(key)) is not None]
