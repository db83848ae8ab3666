"""The log of changes, for admins: it speaks of everybody and everything, so nobody else has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.calendars import zone_for
from accounts.views.guards import admins_only
from deals.audit.export import lines
from deals.audit.forms import AuditFilter
from deals.audit.kinds import KINDS
from deals.audit.reading import read
from deals.audit.telling import tell

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from accounts.requests import PersonRequest

PAGE = 50


@require_GET
def audit(request: PersonRequest) -> HttpResponse:
    """A page of what was changed, newest first; filtered by the address."""
    admins_only(request)
    form = AuditFilter(request.GET)
    found = read(form.wanted(), size=PAGE, token=request.GET.get("page", ""))
    words = {
        "form": form,
        "rows": tell(found.rows),
        "older": found.older,
        "later_page": bool(request.GET.get("page")),
        "filtered": any(form.data.get(name) for name in form.fields),
        "kind": KINDS.get(form.cleaned_data.get("kind") or ""),
    }
    return render(request, "deals/audit.html", words)


@require_GET
def export(request: PersonRequest) -> HttpResponseBase:
    """The same, all of it, as CSV."""
    admins_only(request)
    form = AuditFilter(request.GET)
    body = lines(form.wanted(), zone=zone_for(request.user), language=request.user.language)
    name = f"salvor-changes-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})
