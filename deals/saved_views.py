"""Where a saved view leads, and whether an address still is the view it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import QueryDict
from django.urls import reverse

from deals.filters import as_named_now
from deals.models import SavedView, StartPage

if TYPE_CHECKING:
    from accounts.models import User

ROUTES = {SavedView.Screen.BOARD: "board", SavedView.Screen.LIST: "pipeline", SavedView.Screen.RISK_DESK: "risk-desk"}
SCREENS = {route: screen for screen, route in ROUTES.items()}
# What an address says that is no part of a view.
PASSING = ("page", "view", "count", "format", "screen", "csrfmiddlewaretoken")


def address_of(view: SavedView) -> str:
    """The screen with all the view keeps, and the view's name in the address so that the screen can say it."""
    query = QueryDict(view.query, mutable=True)
    query["view"] = str(view.pk)
    return f"{reverse(ROUTES[SavedView.Screen(view.screen)])}?{query.urlencode(safe=',')}"


def start_address(user: User) -> str | None:
    """Where this person's day begins, if they chose a view they may still see. At most two queries."""
    view = SavedView.objects.visible_to(user).filter(pk__in=StartPage.objects.filter(user=user).values("view")).first()
    return address_of(view) if view else None


def kept(query: QueryDict) -> str:
    """What a view keeps of an address: filters, order and columns, in a fixed order and without what is empty."""
    named = as_named_now(query)
    lines = sorted((name, value) for name in named if name not in PASSING for value in named.getlist(name) if value)
    found = QueryDict(mutable=True)
    for name, value in lines:
        found.appendlist(name, value)
    return found.urlencode(safe=",")


def changed(view: SavedView, query: QueryDict, route: str) -> bool:
    """Does the address ask for something else than the view it names?"""
    return SCREENS.get(route) != view.screen or kept(query) != kept(QueryDict(view.query))
