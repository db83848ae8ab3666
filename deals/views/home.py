"""The first page, the settings' front, and the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from accounts.services.people import edit_person
from deals.models import SavedView, StartPage

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest

# The route of each screen a view may be kept of.
SCREENS = {SavedView.Screen.BOARD: "board", SavedView.Screen.LIST: "pipeline", SavedView.Screen.RISK_DESK: "risk-desk"}
THEMES = frozenset({"auto", "light", "dark"})
# Route, name, icon, what it is for, and to whom it is shown (empty: everybody).
SETTINGS = (
    (
        "thresholds",
        _("Limits"),
        "sliders-horizontal",
        _("How long each stage and each answer may take before somebody is told."),
        (Role.MANAGER, Role.EXECUTIVE, Role.ADMIN),
    ),
    ("pipelines", _("Pipelines and stages"), "square-kanban", _("The ways you sell, the stages of each, and what is in them."), (Role.ADMIN,)),
    ("loss-reasons", _("Reasons for losing"), "trending-down", _("What people choose from when a deal is lost."), (Role.MANAGER, Role.ADMIN)),
    (
        "rates",
        _("Exchange rates"),
        "globe",
        _("What other currencies are worth, day by day; sums are in one currency."),
        (Role.MANAGER, Role.EXECUTIVE, Role.ADMIN),
    ),
    ("calendars", _("Working calendars"), "calendar-days", _("When each team works: hours, time zones, holidays."), (Role.ADMIN,)),
    ("people", _("People and teams"), "users", _("Who is here, who is away, who covers, and who has left."), (Role.MANAGER, Role.ADMIN)),
    ("imports", _("Imports"), "upload", _("What was brought in from files, and undoing it."), (Role.MANAGER, Role.ADMIN)),
    ("account_change_password", _("Your password"), "key-round", _("Change it here; every other session is logged out."), ()),
)


@require_GET
def home(request: PersonRequest) -> HttpResponse:
    """The saved view one chose to begin with; else who sells begins at their day, and who leads at the risks."""
    start = _start_view(request)
    if start is not None:
        return redirect(f"{reverse(SCREENS[start.screen])}?{start.query}" if start.query else reverse(SCREENS[start.screen]))
    return redirect("today" if request.user.role == Role.REP else "risk-desk")


def _start_view(request: PersonRequest) -> SavedView | None:
    """None where nobody chose one, or where it is not shared with this person any more."""
    chosen = StartPage.objects.filter(user=request.user).values("view")
    return SavedView.objects.visible_to(request.user).filter(pk__in=chosen).first()


@require_GET
def settings(request: PersonRequest) -> HttpResponse:
    """The settings that exist and concern this person."""
    entries = []
    for route, name, icon, words, roles in SETTINGS:
        if roles and request.user.role not in roles:
            continue
        try:
            entries.append({"url": reverse(route), "name": name, "icon": icon, "words": words})
        except NoReverseMatch:
            continue
    return render(request, "deals/settings.html", {"entries": entries})


@require_POST
def theme(request: PersonRequest) -> HttpResponse:
    """Light, dark, or as the device is; back to where one was."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        raise Http404
    edit_person(user=request.user, by=request.user, now=timezone.now(), theme=chosen)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("home"))
