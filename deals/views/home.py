"""The first page, the settings' front, and the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from accounts.requests import way_to
from accounts.services.people import edit_person
from deals.first_run import begins_here
from deals.saved_views import start_address
from deals.settings_list import groups_for

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest

THEMES = frozenset({"auto", "light", "dark"})


@require_GET
def home(request: PersonRequest) -> HttpResponse:
    """The saved view one chose to begin with; else who sells begins at their day, and who leads at the risks.

    While there is nothing yet, an admin begins with the first steps.
    """
    start = start_address(request.user)
    if start is not None:
        return redirect(start)
    if begins_here(request):
        return redirect("welcome")
    return redirect("today" if request.user.role == Role.REP else "risk-desk")


@require_GET
def settings(request: PersonRequest) -> HttpResponse:
    """The settings that exist and concern this person."""
    return render(request, "deals/settings.html", {"groups": groups_for(request.user)})


@require_POST
def theme(request: PersonRequest) -> HttpResponse:
    """Light, dark, or as the device is; back to where one was."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        raise Http404
    edit_person(user=request.user, by=request.user, now=timezone.now(), theme=chosen)
    return HttpResponseRedirect(way_to(request, request.POST.get("next")) or reverse("home"))


@require_POST
def keys(request: PersonRequest) -> HttpResponse:
    """Whether keys of one letter act: some people's speech or tools would press them unasked."""
    edit_person(user=request.user, by=request.user, now=timezone.now(), single_keys=request.POST.get("single_keys") == "on")
    return HttpResponseRedirect(way_to(request, request.POST.get("next")) or reverse("home"))
