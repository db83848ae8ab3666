"""A deal's page, and what is done on it: moving its stage, its next step."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.calendars import working_time_by
from accounts.prepared import Given
from accounts.prepared_objects import Objects
from accounts.refusals import Refused
from accounts.requests import typed_number, way_to
from deals.answer_words import why_of_deal
from deals.changes import changes_of
from deals.deal_people import people_on
from deals.forms import LogForm, NextStepForm
from deals.handoffs_on import may_hand_over, offer_of
from deals.introductions import is_from_outside, story_of
from deals.meetings_on import meetings_on
from deals.models import RiskSignal, Stage, StageKind
from deals.models.signals import OPEN_STATES
from deals.one_deal import deal_alone_or_404, deal_or_404
from deals.outbox.on_deal import outgoing_of
from deals.planned import planned_on
from deals.risk.sentences import detail, say
from deals.services.board_moves import move_from
from deals.services.next_steps import finish_next_step, set_next_step
from deals.stages_of_deal import path_of
from deals.timeline import timeline
from deals.way_back import take_back, way_back

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from accounts.requests import PersonRequest
    from deals.models import Deal
    from deals.services.stages import Move


@require_GET
def deal(request: PersonRequest, pk: int) -> HttpResponse:
    """The whole page; with ``before`` and htmx only the earlier part of what happened."""
    found = deal_or_404(request.user, pk)
    if request.htmx and request.GET.get("before"):
        return render(request, "deals/_timeline.html", {"deal": found, **_happened(request, found, timezone.now())})
    return deal_page(request, found)


def deal_page(request: PersonRequest, found: Deal, *, log: LogForm | None = None, step: NextStepForm | None = None) -> HttpResponse:
    """The deal's page, with a form as somebody left it where it could not be taken."""
    now = timezone.now()
    people = people_on(found)
    log = log or LogForm(deal=found, initial={"contact": people[0].pk} if people and people[0].on_deal else {})
    log.offer(people)
    signals = _signals(found)
    current_step, tasks = planned_on(found)
    offer = offer_of(found) if found.is_watched else None
    context = {
        "deal": found,
        "path": path_of(found, now),
        "signals": signals,
        "pushes": _pushes(signals),
        "story": story_of(found.pk, now) if is_from_outside(found) else None,
        "people": [person for person in people if person.on_deal],
        "meetings": meetings_on(found, now),
        "tasks": tasks,
        "current_step": current_step,
        "log": log,
        "step": step or NextStepForm(),
        "offer": offer,
        "why": why_of_deal(found, offer=offer, reader=request.user, now=now),
        "may_hand_over": may_hand_over(request.user, found),
        "outgoing": outgoing_of(found, request.user, now),
        "hangs": _hangs_on_customer(found),
        "risk_desk": _way_to_risk_desk(request),
        "today": timezone.localdate(now),
        **_happened(request, found, now),
    }
    failed = any(form is not None and form.errors for form in (log, step))
    return render(request, "deals/deal.html", context, status=422 if failed else 200)


def _hangs_on_customer(found: Deal) -> Decimal | None:
    """What the deal puts at stake beyond itself, in the base currency; None where nothing hangs on it."""
    value = found.value or Decimal(0)
    return found.value_at_stake - value if found.value_at_stake > value else None


def _way_to_risk_desk(request: PersonRequest) -> str:
    """Back to the risk desk as one left it, for whoever comes from there; else empty."""
    desk = reverse("risk-desk")
    came = urlsplit(way_to(request, request.headers.get("Referer")))
    if came.path == desk:
        return f"{desk}?{came.query}" if came.query else desk
    return desk if request.GET.get("from") == "risk" else ""


def _happened(request: PersonRequest, found: Deal, now: datetime) -> dict[str, Any]:
    clock = working_time_by(found.calendar)  # type: ignore[attr-defined] # annotated
    token = request.GET.get("before", "")
    return {"timeline": timeline(found, clock=clock, now=now, token=token), "before": token}


@cache
def _stage() -> Objects[Stage]:
    return Objects(Stage.objects.filter(pk=Given("stage"), pipeline_id=Given("pipeline")))


def _signals(found: Deal) -> list[dict[str, Any]]:
    """What is owed, the worst first, in words; one query."""
    signals = _open_signals().all(deal=found.pk)
    parked = RiskSignal.State.PARKED
    return [
        {"signal": one, "say": say(one.rule, one.facts), "detail": detail(one.rule, one.facts), "parked": one.state == parked}
        for one in sorted(signals, key=lambda one: one.state == parked)
    ]


@cache
def _open_signals() -> Objects[RiskSignal]:
    signals = RiskSignal.objects.filter(deal_id=Given("deal"), state__in=OPEN_STATES).select_related("responsible", "taken_by", "parked_by")
    told = RiskSignal.told.through.objects.filter(risksignal=OuterRef("pk")).order_by("pk").values("user__name")
    return Objects(signals.annotate(told_names=ArraySubquery(told)).order_by("state", "-severity", "-times_over"))


def _pushes(signals: Iterable[dict[str, Any]]) -> int:
    """How often the close date was pushed, as the rule counts it; 0 while the rule sees nothing in it."""
    return next((row["signal"].facts.get("pushes", 0) for row in signals if row["signal"].rule == "close_date_slipping"), 0)


def undo(words: str, *, path: str, value: str = "1") -> SafeString:
    """A message with the button that takes back what it tells of. The button belongs to the page's form ``undo``."""
    return format_html('{} <button class="undo" form="undo" formaction="{}" name="undo" value="{}">{}</button>', words, path, value, _("Undo"))


@require_POST
def stage(request: PersonRequest, pk: int) -> HttpResponse:
    """Move to another stage from the one it was seen in; a lost one asks for its reasons first."""
    found = deal_alone_or_404(request.user, pk)
    if "undo" in request.POST:
        return _take_back(request, found)
    target = _stage().first(stage=typed_number(request.POST.get("stage")), pipeline=found.pipeline_id)
    if target is None:
        raise Http404
    if target.kind == StageKind.LOST:
        return redirect(reverse("deal-lost", args=[pk]) + f"?stage={target.pk}")
    try:
        stood_in = typed_number(request.POST.get("from"))
        move = move_from(deal=found, stood_in=stood_in, stage=target, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if move is not None:
            _say_moved(request, move)
    return redirect(found)


def _say_moved(request: PersonRequest, move: Move) -> None:
    """What was done; with the way back, unless the deal was closed before."""
    after, token = move.change.to_stage, way_back(move)
    words = _("Won. Well done.") if after.kind == StageKind.WON else _("Moved to %(stage)s.") % {"stage": after.name}
    messages.success(request, undo(words, path=reverse("deal-stage", args=[move.deal.pk]), value=token) if token else words)


def _take_back(request: PersonRequest, found: Deal) -> HttpResponse:
    try:
        take_back(request.POST["undo"], deal=found, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back: the deal stands where it stood."))
    return redirect(found)


@require_POST
def next_step(request: PersonRequest, pk: int) -> HttpResponse:
    """Name the next step, or say that the current one is done."""
    found = deal_alone_or_404(request.user, pk)
    if "done" in request.POST:
        try:
            ended = finish_next_step(deal=found, seen=typed_number(request.POST["done"]), by=request.user, now=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("pipeline")
        messages.info(request, _("That step had ended already.") if ended is None else _("Done. Name what comes next."))
        return redirect(reverse("deal", args=[pk]) + "#next-step")
    form = NextStepForm(request.POST)
    if form.is_valid() and _set_step(request, found, form):
        messages.success(request, _("The next step is set."))
        return redirect(found)
    return deal_page(request, deal_or_404(request.user, pk), step=form)


def _set_step(request: PersonRequest, found: Deal, form: NextStepForm) -> bool:
    try:
        set_next_step(deal=found, what=form.cleaned_data["what"], due_at=form.due_at(), by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_GET
def history(request: PersonRequest, pk: int) -> HttpResponse:
    """Who changed what: a fragment for the deal's page, or a page of its own."""
    found = deal_alone_or_404(request.user, pk)
    template = "deals/_history.html" if request.htmx else "deals/history.html"
    return render(request, template, {"deal": found, "changes": changes_of(found, reader=request.user)})
