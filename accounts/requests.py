"""What a view is given: the request of somebody who is logged in, and what was asked with it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_htmx.middleware import HtmxDetails

    from accounts.models import User


class PersonRequest(HttpRequest):
    """For annotations only: LoginRequiredMiddleware and HtmxMiddleware see to it that both are there."""

    user: User
    htmx: HtmxDetails


def way_to(request: HttpRequest, asked: str | None) -> str:
    """An address somebody wants to be led to, such as a form's ``next``; empty where it leads out of Salvor, or is a mere word."""
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if asked and "/" in asked and ours else ""


def page_behind(request: HttpRequest) -> str:
    """The path of the page from which htmx asks; empty where it does not say, or names no page of ours."""
    shown = way_to(request, request.headers.get("HX-Current-URL"))
    parts = urlsplit(shown)
    return urlunsplit(("", "", parts.path or "/", parts.query, "")) if shown else ""


def typed_words(asked: Mapping[str, str], name: str, *, most: int = 100) -> str:
    """What somebody typed into a search box, without the NUL that no text in the database can hold."""
    return asked.get(name, "").replace("\x00", "").strip()[:most]


def typed_number(text: str | None) -> int | None:
    """A number an id can be; None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None
