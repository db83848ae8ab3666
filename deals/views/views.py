"""Saved views: the list of them, keeping one, opening, renaming, sharing, removing, and beginning the day with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.refusals import Refused
from accounts.requests import typed_number
from deals.models import SavedView, StartPage
from deals.saved_views import SCREENS, address_of, kept, read_way_back, way_back
from deals.services.views import change_view, put_back, remove_view, save_view, start_with
from deals.view_forms import ViewForm
from deals.views.deal import undo

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_GET
def views(request: PersonRequest) -> HttpResponse:
    """One's own and those that are shared with one; for htmx the short menu of a screen."""
    seen = list(_seen(request))
    if request.htmx:
        here = typed_number(request.GET.get("view"))
        return render(request, "deals/views/_menu.html", {"views": [(view, address_of(view)) for view in seen], "here": here})
    start = StartPage.objects.filter(user=request.user).values_list("view", flat=True).first()
    mine = [view for view in seen if view.owner_id == request.user.pk]
    others = [view for view in seen if view.owner_id != request.user.pk]
    return render(request, "deals/views/list.html", {"mine": mine, "others": others, "start": start})


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Keep what a screen shows now: its address comes along."""
    asked = request.POST if request.method == "POST" else request.GET
    screen = SCREENS.get(asked.get("screen", ""), SavedView.Screen.LIST)
    query = kept(QueryDict(asked.get("query", "")) if request.method == "POST" else request.GET)
    form = ViewForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            view = save_view(
                owner=request.user,
                name=form.cleaned_data["name"],
                screen=screen,
                query=query,
                sharing=form.cleaned_data["sharing"],
                now=timezone.now(),
            )
            if form.cleaned_data["start"]:
                start_with(user=request.user, view=view)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": view.name})
            return redirect(address_of(view))
    return _ask(request, form, {"screen": asked.get("screen", "pipeline"), "query": query})


@require_GET
def view(request: PersonRequest, pk: int) -> HttpResponse:
    """Open it: its screen, with what it keeps."""
    return redirect(address_of(get_object_or_404(_seen(request), pk=pk)))


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Another name, other readers."""
    found = get_object_or_404(_seen(request).filter(owner=request.user), pk=pk)
    starts = StartPage.objects.filter(user=request.user, view=found).exists()
    form = ViewForm(
        request.POST if request.method == "POST" else None, user=request.user, initial={"name": found.name, "sharing": found.sharing, "start": starts}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_view(view=found, by=request.user, name=form.cleaned_data["name"], sharing=form.cleaned_data["sharing"])
            if form.cleaned_data["start"] != starts:
                start_with(user=request.user, view=found if form.cleaned_data["start"] else None)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The view is changed."))
            return redirect("views")
    return _ask(request, form, {"view": found})


@require_POST
def again(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep the present address under the same name."""
    found = get_object_or_404(_seen(request), pk=pk)
    try:
        found = change_view(view=found, by=request.user, query=kept(QueryDict(request.POST.get("query", ""))))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” is kept as it stands now.") % {"name": found.name})
    return redirect(address_of(found))


@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Away with it, or with ``undo`` back again."""
    if "undo" in request.POST:
        return _put_back(request)
    found = get_object_or_404(_seen(request), pk=pk)
    try:
        removed = remove_view(view=found, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("“%(name)s” is removed. The deals in it are where they were.") % {"name": found.name}
        messages.success(request, undo(words, path=reverse("view-remove", args=[pk]), value=way_back(removed, request.user)))
    return redirect("views")


def _put_back(request: PersonRequest) -> HttpResponse:
    try:
        view = put_back(removed=read_way_back(request.POST["undo"], request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” is back as it was.") % {"name": view.name})
    return redirect("views")


@require_POST
def start(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin the day with it; said once more, with what everybody begins with."""
    found = get_object_or_404(_seen(request), pk=pk)
    begins = "stop" not in request.POST
    try:
        start_with(user=request.user, view=found if begins else None)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("Your day begins with “%(name)s”.") % {"name": found.name}
        messages.success(request, words if begins else _("Your day begins where it began before."))
    return redirect("views")


def _seen(request: PersonRequest) -> QuerySet[SavedView]:
    return SavedView.objects.visible_to(request.user).select_related("owner", "team").order_by("name", "pk")


def _ask(request: PersonRequest, form: ViewForm, what: dict[str, Any]) -> HttpResponse:
    return render(request, "deals/views/form.html", {"form": form, **what}, status=422 if form.errors else 200)
