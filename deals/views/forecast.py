"""The pipeline by the month it is to close in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from deals.every_stage import every_stage
from deals.filters import asks_for_nothing
from deals.forecast_html import ForecastHtml
from deals.forecast_links import ForecastLinks
from deals.forecast_sums import OWNER, forecast_of
from deals.narrowed import narrowed, totals_for
from deals.totals import summary

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_GET
def forecast(request: PersonRequest) -> HttpResponse:
    """What the deals one may see come to, by stage or by owner, filtered as the URL says; its figures lead to their deals."""
    found = narrowed(request)
    by = OWNER if request.GET.get("by") == OWNER else "stage"
    wait = "count" in request.GET
    stages, today = every_stage(), timezone.localdate()
    totals = totals_for(request.user, found, wait=wait)
    total = None if totals is None else summary(totals, stages)
    shown = forecast_of(request.user, found, total, by=by, stages=stages, today=today, wait=wait)
    mine = request.GET.get("owner") == str(request.user.pk)
    table = ""
    if shown and shown.lines:
        known = {one.pk: one for one in stages}
        links = ForecastLinks(shown, by, total=total, stages=known, found=found, query=request.GET)
        table = ForecastHtml(shown, by, links=links, stages=known, closed=found.asks_for_closed, today=today).table()
    context = {
        "filter": found,
        "asked": found.in_words(),
        "closed": found.asks_for_closed,
        "total": total,
        "by": by,
        "currency": settings.BASE_CURRENCY,
        "forecast": shown,
        "table": table,
        "bare": asks_for_nothing(request.GET, mine=mine),
        "mine": mine,
    }
    return render(request, "deals/forecast.html", context)
