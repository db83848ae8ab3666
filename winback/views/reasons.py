"""The reasons people choose from when a deal is lost: managers and admins put them into their company's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Func
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.authority import ORGANISERS
from accounts.refusals import Refused
from winback.models import Loss, LossReason, Reason
from winback.reason_forms import BuiltInReasonForm, EditReasonForm, ReasonForm
from winback.services import reasons as service

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


def may_set(request: PersonRequest) -> None:
    if request.user.role not in ORGANISERS:
        raise PermissionDenied(_("Reasons for losing are set by managers and admins."))


def settable() -> QuerySet[Reason]:
    """*Not recorded* is what imports write, and nobody's to change."""
    return Reason.objects.exclude(key=LossReason.NOT_RECORDED).order_by("position")


@require_GET
def reasons(request: PersonRequest) -> HttpResponse:
    """The reasons in order, with how many losses name each; retired ones below."""
    may_set(request)
    named = Loss.objects.annotate(reason=Func("reasons", function="unnest")).values_list("reason").annotate(n=Coalesce(Count("pk"), 0))
    counts = dict(named.order_by())
    found = [(reason, counts.get(reason.key, 0)) for reason in settable()]
    used = [row for row in found if row[0].retired_at is None]
    return render(request, "winback/reasons.html", {"used": used, "retired": [row for row in found if row not in used]})


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    may_set(request)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.add_reason(**form.cleaned_data, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is offered from now on.") % {"name": made.words})
            return redirect("loss-reasons")
    return render(request, "winback/reason_form.html", {"form": form, "reason": None}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    may_set(request)
    reason = get_object_or_404(settable(), pk=pk)
    made = BuiltInReasonForm if reason.builtin else EditReasonForm
    form = made(request.POST if request.method == "POST" else None, initial={"name": reason.words, "ended_by": reason.ended_by})
    if request.method == "POST" and form.is_valid():
        try:
            kept = service.edit_reason(reason=reason, by=request.user, now=timezone.now(), **form.changes)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is changed, on losses of before too.") % {"name": kept.words})
            return redirect("loss-reasons")
    return render(request, "winback/reason_form.html", {"form": form, "reason": reason}, status=422 if form.errors else 200)


@require_POST
def order(request: PersonRequest, pk: int) -> HttpResponse:
    """One place ``up``, or down."""
    may_set(request)
    reason = get_object_or_404(settable(), pk=pk)
    moved = service.shift_reason(reason=reason, by_places=-1 if "up" in request.POST else 1, by=request.user, now=timezone.now())
    place = [one.pk for one in settable().filter(retired_at=None)].index(moved.pk) + 1 if moved.retired_at is None else 0
    messages.success(request, _("%(name)s is number %(place)d now.") % {"name": moved.words, "place": place})
    return redirect("loss-reasons")


@require_POST
def retire(request: PersonRequest, pk: int) -> HttpResponse:
    may_set(request)
    reason = get_object_or_404(settable(), pk=pk)
    try:
        kept = service.retire_reason(reason=reason, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(name)s is offered no more; losses that named it keep it.") if kept else _("%(name)s is gone; no loss named it.")
        messages.success(request, words % {"name": reason.words})
    return redirect("loss-reasons")


@require_POST
def again(request: PersonRequest, pk: int) -> HttpResponse:
    may_set(request)
    used = service.use_reason_again(reason=get_object_or_404(settable(), pk=pk), by=request.user, now=timezone.now())
    messages.success(request, _("%(name)s is offered again.") % {"name": used.words})
    return redirect("loss-reasons")
