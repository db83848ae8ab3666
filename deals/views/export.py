"""The list as a file to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.contrib import messages
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from deals.columns import shown_to
from deals.export import EXCEL_ROWS, Sheet, as_csv, as_workbook
from deals.narrowed import narrowed
from deals.orders import order_of
from deals.templatetags.words import count

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from accounts.requests import PersonRequest

log = structlog.get_logger(__name__)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def export(request: PersonRequest) -> HttpResponseBase:
    """Every deal that fits the address, with the columns and in the order of the list; ``format`` is csv or xlsx."""
    found = narrowed(request)
    order = order_of(request.GET.get("sort", ""), state=str(found.given.get("state", "")))
    sheet = Sheet(found.qs, order, shown_to(request), timezone.get_current_timezone())
    name = f"salvor-deals-{timezone.localdate().isoformat()}"
    kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    log.info("deals_exported", user=request.user.pk, format=kind, asked=sorted(found.given))
    if kind == "csv":
        return StreamingHttpResponse(
            as_csv(sheet), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}.csv"'}
        )
    rows = sheet.count()
    if rows > EXCEL_ROWS:
        words = _("An Excel file takes up to %(most)s deals, and these are %(rows)s. Narrow the list, or take the CSV: it holds them all.")
        messages.error(request, words % {"most": count(EXCEL_ROWS), "rows": count(rows)})
        return redirect(f"{reverse('pipeline')}?{request.GET.urlencode()}")
    return FileResponse(as_workbook(sheet), as_attachment=True, filename=f"{name}.xlsx", content_type=WORKBOOK)
