"""The pipeline as a list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, F, Prefetch, Value
from django.db.models.functions import Coalesce, Lower
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.keyset import Page, page
from accounts.sight import parents_of_teams
from deals.ageing import ageing_of
from deals.filters import NO_FILTERS
from deals.models import Deal, RiskSignal
from deals.narrowed import narrowed, summary_for
from deals.risk.sentences import RULE_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse
    from django.utils.functional import _StrPromise

    from accounts.requests import PersonRequest
    from deals.ageing import Ageing
    from deals.querysets import DealQuerySet

SIZE = 50
# The screens that are narrowed by the same filters, by their routes.
SCREENS = frozenset({"pipeline", "board", "risk-desk"})
# What a new filter leaves as it is.
KEPT_BESIDE = ("sort", "cols", "by", "view")
CHIPS = 2
# Deals nobody has dated come last.
UNDATED = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort: the keys as they stand in the rows, and what has to be computed for them."""

    name: str
    words: _StrPromise
    keys: tuple[str, ...]
    computed: dict[str, Any]


ORDERS = {
    order.name: order
    for order in (
        Order("value", _("Most at stake"), ("-value_at_stake", "-pk"), {}),
        Order("severity", _("Worst signal"), ("-worst_severity", "-value_at_stake", "-pk"), {}),
        Order(
            "close",
            _("Closing first"),
            ("closes", "pk"),
            {"closes": Coalesce(F("expected_close_on"), Value(UNDATED, output_field=DateField()))},
        ),
        Order("age", _("Longest in stage"), ("stage_entered_at", "pk"), {}),
        Order("silence", _("Longest silence"), ("spoken_at", "pk"), {"spoken_at": Coalesce(F("last_contact_at"), F("stage_entered_at"))}),
        Order("name", _("Name"), ("lower_name", "pk"), {"lower_name": Lower("name")}),
    )
}
# Closed deals have nothing at stake any more.
BY_AMOUNT = Order("value", _("Largest"), ("-worth", "-pk"), {"worth": Coalesce(F("value"), Decimal(0))})


@require_GET
def pipeline(request: PersonRequest) -> HttpResponse:
    """The deals one may see, filtered and sorted as the URL says."""
    now = timezone.now()
    found = narrowed(request)
    closed = found.given.get("state") in ("won", "lost", "all")
    order = _order(request.GET.get("sort", ""), closed=closed)
    shown = _page(found.qs.annotate(**order.computed), order, request.GET.get("page", ""))
    ageing = ageing_of(shown.rows, now, parents_of_teams(request.user))
    mine = request.GET.get("owner") == str(request.user.pk)
    context = {
        "filter": found,
        "asked": found.in_words(),
        "orders": ORDERS.values(),
        "order": order,
        "closed": closed,
        "page": shown,
        "rows": [_row(deal, ageing, now) for deal in shown.rows],
        "total": summary_for(request.user, found, wait="count" in request.GET),
        "bare": not set(request.GET) - NO_FILTERS - ({"owner"} if mine else set()),
        "mine": mine,
        "today": timezone.localdate(now),
    }
    return render(request, "deals/pipeline.html", context)


@require_GET
def choose(request: PersonRequest) -> HttpResponse:
    """Every filter as one form: in a dialog over the list, the board or the risk desk, or as a page of its own."""
    found = narrowed(request)
    screen = request.GET.get("screen", "")
    kept = {name: request.GET[name] for name in KEPT_BESIDE if name in request.GET}
    context = {"filter": found, "kept": kept, "action": reverse(screen if screen in SCREENS else "pipeline")}
    return render(request, "deals/_filter_form.html" if request.htmx else "deals/filter.html", context)


def _order(name: str, *, closed: bool) -> Order:
    if closed and name not in ("close", "age", "silence", "name"):
        return BY_AMOUNT
    return ORDERS.get(name, ORDERS["value"])


def _page(deals: DealQuerySet, order: Order, token: str) -> Page[Deal]:
    """The page's deals with all that a row shows. First which ones, over narrow rows (sorting wide ones of everybody
    costs three times as much), then these alone with what hangs on them."""
    columns = [key.removeprefix("-") for key in order.keys if key.removeprefix("-") not in order.computed]
    found = page(deals.only(*columns), keys=order.keys, size=SIZE, token=token)
    whole = Deal.objects.select_related("account", "owner", "stage__rhythm").prefetch_related(_raised())
    by_id = whole.in_bulk([deal.pk for deal in found.rows])
    return replace(found, rows=[by_id[deal.pk] for deal in found.rows])


def _raised() -> Prefetch[str, Any, str]:
    raised = RiskSignal.objects.filter(state=RiskSignal.State.RAISED).order_by("-severity", "-times_over")
    return Prefetch("signals", queryset=raised, to_attr="raised")


def _row(deal: Deal, ageing: dict[int, Ageing], now: datetime) -> dict[str, Any]:
    raised: list[RiskSignal] = deal.raised  # type: ignore[attr-defined] # _raised() puts it there
    chips = [(signal.severity, RULE_NAMES.get(signal.rule, signal.rule)) for signal in raised]
    return {
        "deal": deal,
        "chips": chips[:CHIPS],
        "more": len(chips) - CHIPS,
        "rest": chips[CHIPS:],
        "ageing": ageing.get(deal.pk),
        "days": max((now - deal.stage_entered_at).days, 0),
    }
