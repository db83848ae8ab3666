"""The pipeline as a board, and moving deals on it: by a form without script, by hand and by key with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.refusals import Refused
from accounts.requests import typed_number
from deals.board import Board
from deals.board_html import CardHtml
from deals.filters import CLOSED_STATES, asks_for_nothing
from deals.models import Deal, Stage, StageKind
from deals.narrowed import narrowed
from deals.services.board_moves import MovedMeanwhile, move_from
from deals.views.deal import undo
from deals.way_back import take_back, way_back

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from accounts.requests import PersonRequest
    from deals.services.stages import Move


@require_GET
def board(request: PersonRequest) -> HttpResponse:
    """The open stages of one pipeline, filtered as the URL says. Closed deals stand on the list."""
    if request.GET.get("state") in CLOSED_STATES:
        return redirect(f"{reverse('pipeline')}?{request.GET.urlencode()}")
    found = narrowed(request)
    now = timezone.now()
    shown = Board(request.user, found, now, wait="count" in request.GET)
    columns = shown.columns
    mine = request.GET.get("owner") == str(request.user.pk)
    context = {
        "board": shown,
        "columns": columns,
        "filter": found,
        "asked": found.in_words() if found.is_valid() else [],
        "total": shown.summary,
        "here": _query(request),
        "html": CardHtml(_query(request), now),
        "any": any(column.cards for column in columns),
        "bare": asks_for_nothing(request.GET, mine=mine, besides={"pipeline"}),
        "mine": mine,
    }
    return render(request, "deals/board/page.html", context)


@require_GET
def column(request: PersonRequest, stage_pk: int) -> HttpResponse:
    """One page of a column: its cards for htmx, else a page of their own."""
    now = timezone.now()
    shown = Board(request.user, narrowed(request), now)
    stage = next((one for one in shown.shown if one.pk == stage_pk), None)
    if stage is None:
        raise Http404
    context = {
        "column": shown.column(stage, request.GET.get("page", "")),
        "here": _query(request),
        "html": CardHtml(_query(request), now),
        "board": shown,
    }
    return render(request, "deals/board/_cards.html" if request.htmx else "deals/board/column.html", context)


@require_GET
def totals(request: PersonRequest) -> HttpResponse:
    """The heads of the columns and the headline, where counting them takes longer than a page may: the board asks for them."""
    found = narrowed(request)
    shown = Board(request.user, found, timezone.now(), wait=True)
    return render(request, "deals/board/totals.html", {"board": shown, "heads": shown.heads, "total": shown.summary, "filter": found, "oob": True})


@require_http_methods(["GET", "POST"])
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask where a deal goes, and move it there or take the last move back. The query is the board's.

    The script of the board gets what changed on it: 409 where somebody else was quicker, 422 where it cannot be.
    """
    deal = get_object_or_404(Deal.objects.visible_to(request.user).select_related("stage", "account"), pk=pk)
    if request.method == "GET":
        return render(request, "deals/board/move.html", {"deal": deal, "targets": _targets(request, deal), "here": _query(request)})
    now = timezone.now()
    if "undo" in request.POST:
        return _answer(request, deal, _take_back(request, deal, now), now)
    target = get_object_or_404(Stage, pk=typed_number(request.POST.get("stage")) or 0, pipeline=deal.pipeline_id)
    if target.kind == StageKind.LOST:
        return redirect(f"{reverse('deal-lost', args=[pk])}?stage={target.pk}")
    return _answer(request, deal, _move(request, deal, target, now), now)


def _move(request: PersonRequest, deal: Deal, target: Stage, now: datetime) -> int:
    """Do it and say so; the status to answer with."""
    try:
        moved = move_from(deal=deal, stood_in=typed_number(request.POST.get("from")), stage=target, by=request.user, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return 409 if isinstance(refusal, MovedMeanwhile) else 422
    if moved is not None:
        messages.success(request, _said(request, moved))
    return 200


def _take_back(request: PersonRequest, deal: Deal, now: datetime) -> int:
    try:
        stands = take_back(request.POST["undo"], deal=deal, by=request.user, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return 422
    messages.success(request, _("Taken back: %(deal)s stands in %(stage)s again.") % {"deal": stands.name, "stage": stands.stage.name})
    return 200


def _said(request: PersonRequest, moved: Move) -> SafeString | str:
    """The move in one sentence, with its way back where there is one."""
    change, token = moved.change, way_back(moved)
    words = {"deal": moved.deal.name, "before": change.from_stage.name if change.from_stage else "", "after": change.to_stage.name}
    won = change.to_stage.kind == StageKind.WON
    sentence = _("%(deal)s is won. Well done.") % words if won else _("%(deal)s moved from %(before)s to %(after)s.") % words
    if not token:
        return sentence
    with_key = format_html('{} <span class="visually-hidden">{}</span>', sentence, _("Undo with Control Z or the button."))
    return undo(with_key, path=reverse("board-move", args=[moved.deal.pk]) + _query(request), value=token)


def _answer(request: PersonRequest, before: Deal, status: int, now: datetime) -> HttpResponse:
    """Back to the board; to its script only what is different there: the card, the heads of the columns, the headline."""
    if not request.headers.get("X-Board"):
        return redirect(reverse("board") + _query(request))
    found = narrowed(request)
    shown = Board(request.user, found, now)
    deal = Deal.objects.visible_to(request.user).filter(pk=before.pk).first()
    changed = {before.stage_id, deal.stage_id if deal else None, typed_number(request.POST.get("from"))} - {None}
    heads = [head for head in shown.heads if head.stage.pk in changed]
    card = shown.card(deal) if deal else None
    if card is None and deal is not None and deal.is_watched and status == 200:
        messages.info(request, _("%(deal)s no longer fits what this board is narrowed to.") % {"deal": deal.name})
    context = {
        "board": shown,
        "card": card,
        "heads": heads,
        "total": shown.summary,
        "filter": found,
        "html": CardHtml(_query(request), now),
        "oob": True,
    }
    return render(request, "deals/board/changed.html", context, status=status)


def _targets(request: PersonRequest, deal: Deal) -> list[Stage]:
    """Where the deal may go, in the order of its pipeline."""
    asked = QueryDict(f"pipeline={deal.pipeline_id}")
    return Board(request.user, narrowed(request, asked), timezone.now()).targets


def _query(request: PersonRequest) -> str:
    """The board's filters as its address has them, with their question mark; empty where there are none."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return f"?{asked.urlencode()}" if asked else ""
