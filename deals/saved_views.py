"""Where a saved view leads, whether an address still is the view it names, and what the undo of its removal carries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.filters import as_named_now
from deals.models import SavedView, StartPage
from deals.services.views import Removed
from deals.way_back import GOOD_FOR

if TYPE_CHECKING:
    from accounts.models import User

ROUTES = {
    SavedView.Screen.BOARD: "board",
    SavedView.Screen.LIST: "pipeline",
    SavedView.Screen.FORECAST: "forecast",
    SavedView.Screen.RISK_DESK: "risk-desk",
}
SCREENS = {route: screen for screen, route in ROUTES.items()}
# What an address says that is no part of a view.
PASSING = ("page", "view", "count", "format", "screen", "csrfmiddlewaretoken")

SALT = "deals.view"


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


def way_back(removed: Removed, by: User) -> str:
    """What putting it back needs, for as long as a move can be undone, for whoever removed it and nobody else."""
    view = removed.view | {"created_at": removed.view["created_at"].isoformat()}
    return signing.dumps([by.pk, view, removed.began], salt=SALT, compress=True)


def read_way_back(token: str, by: User) -> Removed:
    """Refused where it is somebody else's, not ours at all or too old."""
    try:
        did_it, view, began = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError):
        did_it = None
    if did_it != by.pk:
        raise Refused(_("This can be undone for an hour only. Save the view anew."))
    return Removed(view | {"created_at": datetime.fromisoformat(view["created_at"])}, began)
