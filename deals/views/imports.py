"""Imports in the browser: upload, match, preview, run with progress, result, undo. For managers and admins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.authority import managed_teams
from accounts.models import Role
from accounts.refusals import Refused
from deals.intake.files import rejects
from deals.intake.files.plan import Plan
from deals.intake.forms import MatchForm, UploadForm, kinds_of
from deals.intake.report import formats, passed_over, read_as
from deals.models import Import
from deals.services import imports as service

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase

    from accounts.requests import PersonRequest

LISTED = 100
SHOWN = 100
AT_WORK = (Import.State.WAITING, Import.State.RUNNING)


def _in_sight(request: PersonRequest) -> QuerySet[Import]:
    """An admin's: all. A manager's: their own, and those of managers of the teams they manage. Nobody else imports."""
    if not service.may_import(request.user):
        raise PermissionDenied
    found = Import.objects.select_related("created_by")
    if request.user.role == Role.ADMIN:
        return found
    below = Q(created_by__team_id__in=managed_teams(request.user), created_by__role=Role.MANAGER)
    return found.filter(Q(created_by=request.user) | below, kind__in=service.kinds_for(request.user))


def _one(request: PersonRequest, pk: int) -> Import:
    return get_object_or_404(_in_sight(request), pk=pk)


@require_GET
def imports(request: PersonRequest) -> HttpResponse:
    """The latest imports."""
    return render(request, "deals/imports/list.html", {"imports": _in_sight(request).order_by("-created_at")[:LISTED]})


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Upload a file; it is read at once, and its columns are matched."""
    _in_sight(request)
    form = UploadForm(request.POST or None, request.FILES or None, by=request.user, initial={"kind": request.GET.get("kind", "deals")})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            imported = service.receive(kind=form.cleaned_data["kind"], file_name=file.name, chunks=file.chunks(), by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("import", imported.pk)
    return render(request, "deals/imports/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def detail(request: PersonRequest, pk: int) -> HttpResponse:
    """One import as it stands: to be matched, at work, or done."""
    imported = _one(request, pk)
    if imported.state in (Import.State.UPLOADED, Import.State.READY):
        return render(request, "deals/imports/match.html", _matching(request, imported, MatchForm(imported=imported)))
    return render(request, "deals/imports/result.html", _result(imported))


def _matching(request: PersonRequest, imported: Import, form: MatchForm) -> dict[str, Any]:
    plan = form.plan
    preview = imported.plan.get("preview")
    return {
        "imported": imported,
        "kinds": kinds_of(request.user),
        "form": form,
        "plan": plan,
        "read_as": read_as(plan),
        "formats": formats(plan),
        "passed_over": passed_over(plan),
        "obstacles": service.obstacles(imported),
        "preview": preview,
        "coming": plan.rows - preview["counts"].get("rejected", 0) if preview else 0,
        "ready": imported.state == Import.State.READY,
    }


def _result(imported: Import) -> dict[str, Any]:
    plan = Plan.from_json(imported.plan["file"])
    being_undone = bool(imported.plan.get("undo_wanted"))
    return {
        "imported": imported,
        "plan": plan,
        "read_as": read_as(plan),
        "at_work": imported.state in AT_WORK or being_undone,
        "being_undone": being_undone,
        "notes": imported.plan.get("notes", {}),
        "undone": imported.plan.get("undone"),
        "rejected": imported.rows.filter(result="rejected").order_by("line", "pk")[:SHOWN],
        "may_undo": imported.state in (Import.State.DONE, Import.State.FAILED) and not being_undone,
        "may_go_on": imported.state == Import.State.FAILED and bool(imported.file_path) and not being_undone,
    }


@require_POST
def kind(request: PersonRequest, pk: int) -> HttpResponse:
    """The file stays, and is looked at as one of another kind."""
    imported = _one(request, pk)
    try:
        service.change_kind(imported=imported, kind=request.POST.get("kind", ""), by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("import", pk)


@require_POST
def match(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep the choices about the columns, and look at the file again with them."""
    imported = _one(request, pk)
    if imported.state not in (Import.State.UPLOADED, Import.State.READY):
        return redirect("import", pk)
    form = MatchForm(request.POST, imported=imported)
    if form.is_valid():
        try:
            service.look_again(imported=imported, options=form.options(), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("import", pk)
    return render(request, "deals/imports/match.html", _matching(request, imported, form), status=422)


@require_POST
def start(request: PersonRequest, pk: int) -> HttpResponse:
    """Run it, or go on with one that stopped."""
    try:
        service.start(imported=_one(request, pk), by=request.user, now=timezone.now(), seen=request.POST.get("kind"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("import", pk)


@require_GET
def rejected(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The rejected rows with their reasons, as a CSV to correct and import again."""
    imported = _one(request, pk)
    titles = Plan.from_json(imported.plan["file"]).titles
    rows = imported.rows.filter(result="rejected").order_by("line", "pk").values("line", "cells", "column", "value", "reason")
    name = f"rejected-{imported.pk}.csv"
    answer = StreamingHttpResponse(rejects.lines(titles, rows.iterator(chunk_size=1000)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "POST"])
def undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Say what undoing would take away and what would be kept; then do it."""
    imported = _one(request, pk)
    if request.method == "POST":
        try:
            service.ask_undo(imported=imported, now=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("import", pk)
    if imported.state not in (Import.State.DONE, Import.State.FAILED):
        messages.error(request, _("Only an import that is done or stopped can be undone."))
        return redirect("import", pk)
    return render(request, "deals/imports/undo.html", {"imported": imported, "would": service.undo_preview(imported)})


@require_POST
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    """Throw an upload away that never ran."""
    imported = _one(request, pk)
    try:
        service.discard(imported=imported)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("import", pk)
    messages.success(request, _("%(file)s was thrown away. Nothing had been imported.") % {"file": imported.file_name})
    return redirect("imports")
