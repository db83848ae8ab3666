"""The stages of a pipeline: adding, changing, ordering, and retiring them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.refusals import Refused
from accounts.requests import typed_number
from accounts.views.guards import admins_only
from deals import totals
from deals.models import Pipeline, Stage, StageKind
from deals.pipeline_forms import EditStageForm, RetireStageForm, StageForm
from deals.services import pipelines as service
from deals.services import retiring
from deals.templatetags.words import base_money
from deals.totals import StageTotal
from deals.views.pipelines import tried

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from accounts.requests import PersonRequest
    from deals.models import StageRetirement


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    pipeline = get_object_or_404(Pipeline, pk=pk)
    form = StageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: service.add_stage(pipeline=pipeline, **form.cleaned_data, by=request.user, now=timezone.now()))
        if made:
            messages.success(
                request, _("The stage %(name)s is made. Its limits are those of every stage until you set others.") % {"name": made.name}
            )
            return redirect(_at(pipeline))
    return render(request, "deals/pipelines/stage.html", {"form": form, "pipeline": pipeline, "stage": None}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    stage = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk)
    form = EditStageForm(
        request.POST if request.method == "POST" else None, initial={"name": stage.name, "kind": stage.kind, "probability": stage.probability}
    )
    if request.method == "POST" and form.is_valid():
        kept = tried(form, lambda: service.edit_stage(stage=stage, by=request.user, now=timezone.now(), **form.changes))
        if kept:
            messages.success(request, _("The stage %(name)s is changed.") % {"name": kept.name})
            return redirect(_at(stage.pipeline))
    context = {"form": form, "pipeline": stage.pipeline, "stage": stage}
    return render(request, "deals/pipelines/stage.html", context, status=422 if form.errors else 200)


@require_POST
def order(request: PersonRequest, pk: int) -> HttpResponse:
    """One stage up or down (``up``, ``down``: its id), or all in a new order (``order``: their ids)."""
    admins_only(request)
    pipeline = get_object_or_404(Pipeline, pk=pk)
    now = timezone.now()
    try:
        if "order" in request.POST:
            ids = [number for text in request.POST["order"].split(",") if (number := typed_number(text)) is not None]
            service.order_stages(pipeline=pipeline, order=ids, by=request.user, now=now)
        else:
            moved = get_object_or_404(pipeline.stages, pk=typed_number(request.POST.get("up") or request.POST.get("down")))
            moved = service.shift_stage(stage=moved, by_places=-1 if "up" in request.POST else 1, by=request.user, now=now)
            messages.success(request, _("%(stage)s is stage %(place)d now.") % {"stage": moved.name, "place": _place(moved)})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_at(pipeline))


@require_http_methods(["GET", "POST"])
def retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what stands in the stage, ask where it goes, then close the stage at once and move its deals."""
    admins_only(request)
    stage = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk)
    form = RetireStageForm(request.POST if request.method == "POST" else None, stage=stage)
    total = totals.kept_totals(request.user).get(stage.pk, StageTotal())
    if request.method == "POST" and (not total.deals or form.is_valid()):
        into = form.cleaned_data["into"] if form.is_valid() else _successor(form)
        now = timezone.now()
        try:
            asked = retiring.retire_stage(stage=stage, into=into, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, stage, asked)
            retiring.begin(now)
            return redirect(_at(stage.pipeline))
    choices = [(radio, "" if into is None else _weighed(stage, into, total)) for radio, into in form.targets()]
    context = {"form": form, "stage": stage, "total": total, "closed": not stage.is_watched, "choices": choices}
    return render(request, "deals/pipelines/retire_stage.html", context, status=422 if form.errors else 200)


@require_POST
def again(request: PersonRequest, pk: int) -> HttpResponse:
    admins_only(request)
    stage = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk)
    try:
        retiring.use_stage_again(stage=stage, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is in use again. Deals that went to another stage stay there.") % {"name": stage.name})
    return redirect(_at(stage.pipeline))


def _weighed(stage: Stage, into: Stage, total: StageTotal) -> str:
    """What the deals weigh in the pipeline before and after; empty for closed deals, which weigh nothing."""
    if not stage.is_watched:
        return ""
    was, will_be = (total.weighted(one.probability) if one.kind == StageKind.OPEN else Decimal(0) for one in (stage, into))
    if was == will_be:
        return _("Their weighted value stays %(value)s.") % {"value": base_money(was)}
    return _("Their weighted value goes from %(was)s to %(will_be)s.") % {"was": base_money(was), "will_be": base_money(will_be)}


def _place(stage: Stage) -> int:
    return Stage.objects.in_use().filter(pipeline=stage.pipeline_id, position__lte=stage.position).count()


def _successor(form: RetireStageForm) -> Stage | None:
    """Where nothing stands in the stage, nobody is asked: what a file brings for it goes to the stage before it."""
    queryset = form.fields["into"].queryset  # type: ignore[attr-defined] # a ModelChoiceField
    found: Stage | None = queryset.last()
    return found


def _say(request: PersonRequest, stage: Stage, asked: StageRetirement | None) -> None:
    if asked is None:
        messages.success(request, _("%(name)s is gone; nothing was ever in it.") % {"name": stage.name})
    elif asked.into is None or not asked.deals:
        messages.success(request, _with_the_place(_("%(name)s is retired: nothing enters it any more.") % {"name": stage.name}, stage))
    else:
        words = ngettext("%(name)s is retired. Its deal goes to %(into)s.", "%(name)s is retired. Its %(n)d deals go to %(into)s.", asked.deals)
        messages.success(request, _with_the_place(words % {"name": stage.name, "n": asked.deals, "into": asked.into.name}, stage))


def _with_the_place(words: str, stage: Stage) -> SafeString:
    """With a link to where a retired stage is put into use again. Its deals stay where they went, so it is no undo."""
    link = format_html('<a href="{}#retired-{}">{}</a>', reverse("pipelines"), stage.pk, _("Put it back into use"))
    return format_html("{} {}", words, link)


def _at(pipeline: Pipeline) -> str:
    return f"{reverse('pipelines')}#pipeline-{pipeline.pk}"
