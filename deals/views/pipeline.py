"""The pipeline as a list: filtered, sorted and with the columns its address asks for."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from deals import listing
from deals.columns import COLUMNS, KEPT_AS, USUAL, columns_of, shown_to
from deals.filters import asks_for_nothing
from deals.narrowed import narrowed, summary_for
from deals.orders import order_of
from deals.row_html import head_html, rows_html
from deals.saved_views import SCREENS
from deals.templatetags.words import changed

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest

# What a new filter leaves as it is.
KEPT_BESIDE = ("sort", "cols", "by", "view")


@require_GET
def pipeline(request: PersonRequest) -> HttpResponse:
    """The deals one may see, filtered and sorted as the URL says."""
    now = timezone.now()
    found = narrowed(request)
    state = str(found.given.get("state", ""))
    order = order_of(request.GET.get("sort", ""), state=state)
    columns = shown_to(request)
    shown = listing.deals_on(found, request.user, order, request.GET.get("page", ""), columns)
    mine = request.GET.get("owner") == str(request.user.pk)
    context = {
        "filter": found,
        "asked": found.in_words(),
        "orders": [one for one in COLUMNS.values() if one in columns or one.name in USUAL],
        "order": order,
        "ordered_by": COLUMNS[order.column],
        "closed": found.asks_for_closed,
        "page": shown,
        "head": head_html(columns, order, lambda name: escape(changed(request.GET, sort=name, page=""))),
        "rows": rows_html(shown.rows, columns, listing.cells_of(shown.rows, columns, now)),
        "total": summary_for(request.user, found, wait="count" in request.GET),
        "bare": asks_for_nothing(request.GET, mine=mine),
        "mine": mine,
    }
    return render(request, "deals/pipeline.html", context)


@require_GET
def totals(request: PersonRequest) -> HttpResponse:
    """The sentence above the list, where counting it takes longer than a page may: asked for by the page itself."""
    found = narrowed(request)
    total = summary_for(request.user, found, wait=True)
    context = {"total": total, "closed": found.asks_for_closed, "filter": found, "pipeline": found.given.get("pipeline")}
    return render(request, "deals/_totals.html", context)


@require_GET
def choose(request: PersonRequest) -> HttpResponse:
    """Every filter as one form: in a dialog over the list, the board, the forecast or the risk desk, or as a page of its own."""
    found = narrowed(request, whole=True)
    screen = request.GET.get("screen", "")
    kept = {name: request.GET[name] for name in KEPT_BESIDE if name in request.GET}
    context = {"filter": found, "kept": kept, "action": reverse(screen if screen in SCREENS else "pipeline")}
    return render(request, "deals/_filter_form.html" if request.htmx else "deals/filter.html", context)


@require_GET
def columns(request: PersonRequest) -> HttpResponse:
    """Which columns, in which order: a form in a dialog or on a page of its own. What is chosen is remembered for the person.

    Each column is offered with its place in the row, so that the order can be typed, without a mouse and without script.
    """
    if "chosen" in request.GET:
        return _choose_columns(request)
    shown = [column.name for column in shown_to(request)]
    offered = [*shown, *(name for name in COLUMNS if name not in shown)]
    lines = [(COLUMNS[name], name in shown, place) for place, name in enumerate(offered, start=1)]
    query = request.GET.copy()
    query.pop("cols", None)
    query.pop("page", None)
    context = {"lines": lines, "kept": query.items()}
    return render(request, "deals/_columns_form.html" if request.htmx else "deals/columns.html", context)


def _choose_columns(request: PersonRequest) -> HttpResponse:
    """Back to the list with the columns ticked, in the order of the numbers beside them."""
    query = request.GET.copy()
    chosen, usual = query.pop("show", []), "usual" in query
    places = {name: _place((query.pop(f"place-{name}", None) or [""])[0]) for name in COLUMNS}
    for name in ("chosen", "usual", "cols", "page"):
        query.pop(name, None)
    names = sorted((name for name in COLUMNS if name in chosen), key=lambda name: places[name])
    if usual or not names:
        request.session.pop(KEPT_AS, None)
    else:
        query["cols"] = ",".join(names)
        names = [column.name for column in columns_of(query)]
        request.session[KEPT_AS] = names
        query["cols"] = ",".join(names)
        if names == list(USUAL):
            query.pop("cols")
    return redirect(f"{reverse('pipeline')}?{query.urlencode(safe=',')}")


def _place(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else len(COLUMNS)
