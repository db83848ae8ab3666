"""The keys that lead somewhere, for the page that tells them and for the script that follows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from deals.shell import PLACES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

register = template.Library()

# Pressed after g; a place of the navigation is called as it is there, and shown to those who may go there.
LETTERS = (
    ("t", "today", _("Today")),
    ("m", "triage", _("Inbox")),
    ("p", "pipeline", _("Pipeline")),
    ("b", "board", _("Board")),
    ("f", "forecast", _("Forecast")),
    ("r", "risk-desk", _("Risk desk")),
    ("a", "customers", _("Accounts")),
    ("n", "notices", _("Notices")),
    ("i", "imports", _("Import")),
    ("e", "people", _("People")),
    ("s", "settings", _("Settings")),
    ("h", "home", _("My first page")),
)


@dataclass(frozen=True, slots=True)
class KeyedPlace:
    key: str
    url: str
    words: _StrPromise


@register.simple_tag(takes_context=True)
def go_keys(context: template.Context) -> list[KeyedPlace]:
    """Of the places that exist those this person may go to."""
    roles = {place.route: place.roles for place in PLACES}
    found = []
    for key, route, words in LETTERS:
        if roles.get(route) and context["user"].role not in roles[route]:
            continue
        try:
            found.append(KeyedPlace(key, reverse(route), words))
        except NoReverseMatch:  # a part of the product that is not there
            continue
    return found
