"""Pipelines: the list of them with their stages, making and changing them. Stages are in the module beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.refusals import Refused
from accounts.views.guards import admins_only
from deals import totals
from deals.models import Pipeline, Stage
from deals.pipeline_forms import EditPipelineForm, NewPipelineForm, RetirePipelineForm
from deals.services import pipelines as service
from deals.services import retiring
from deals.stage_rows import rows_of, still_to_move

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_GET
def pipelines(request: PersonRequest) -> HttpResponse:
    """Every pipeline with its stages, what stands in them, and what is on its way out of retired ones."""
    admins_only(request)
    stages = Stage.objects.select_related("retirement__into__pipeline").order_by("position")
    found = Pipeline.objects.prefetch_related(Prefetch("stages", queryset=stages)).order_by("retired_at", "position", "pk")
    kept = totals.kept_totals(request.user)
    rows = [(pipeline, *rows_of(pipeline, kept)) for pipeline in found]
    moving = [row for _pipeline, _used, retired in rows for row in retired if row.moving]
    return render(request, "deals/pipelines/page.html", {"pipelines": rows, "moving": moving})


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    admins_only(request)
    form = NewPipelineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: service.create_pipeline(**form.cleaned_data, by=request.user, now=timezone.now()))
        if made:
            messages.success(request, _("The pipeline %(name)s is made.") % {"name": made.name})
            return redirect("pipelines")
    return render(request, "deals/pipelines/form.html", {"form": form, "pipeline": None}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    pipeline = get_object_or_404(Pipeline, pk=pk)
    form = EditPipelineForm(request.POST if request.method == "POST" else None, initial={"name": pipeline.name, "is_default": pipeline.is_default})
    if request.method == "POST" and form.is_valid():
        kept = tried(form, lambda: service.edit_pipeline(pipeline=pipeline, by=request.user, now=timezone.now(), **form.changes))
        if kept:
            messages.success(request, _("The pipeline %(name)s is changed.") % {"name": kept.name})
            return redirect("pipelines")
    return render(request, "deals/pipelines/form.html", {"form": form, "pipeline": pipeline}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask what happens to the deals, then retire the pipeline."""
    admins_only(request)
    pipeline = get_object_or_404(Pipeline, pk=pk)
    form = RetirePipelineForm(request.POST if request.method == "POST" else None, pipeline=pipeline)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        moving = tried(form, lambda: retiring.retire_pipeline(pipeline=pipeline, into=form.cleaned_data["into"], by=request.user, now=now))
        if moving is not None:
            if moving:
                retiring.begin(now)
            messages.success(request, _("The pipeline %(name)s is retired: nothing new begins in it.") % {"name": pipeline.name})
            return redirect("pipelines")
    used, _retired = rows_of(pipeline, totals.kept_totals(request.user))
    context = {"form": form, "pipeline": pipeline, "total": still_to_move(used)}
    return render(request, "deals/pipelines/retire_pipeline.html", context, status=422 if form.errors else 200)


@require_POST
def again(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    pipeline = get_object_or_404(Pipeline, pk=pk)
    try:
        retiring.use_pipeline_again(pipeline=pipeline, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is in use again.") % {"name": pipeline.name})
    return redirect("pipelines")


def tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What the service made; None, with the reason on the form, where it refused."""
    try:
        return act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
