"""Under the bell: what a person was told, grouped by what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.keyset import page
from accounts.models import Notice
from accounts.requests import typed_number, typed_words
from accounts.services.notices import by_topic, mark_read

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest

PAGE = 50


@require_GET
def notices(request: PersonRequest) -> HttpResponse:
    """Unread first, all of them in one go up to a page; below, those read before, newest first."""
    mine = Notice.objects.filter(user=request.user)
    token = request.GET.get("page", "")
    showing_read = request.GET.get("show") == "read"
    rows = mine.filter(read_at__isnull=not showing_read)
    found = page(rows, keys=("-created_at", "-pk"), size=PAGE, token=token)
    return render(
        request,
        "accounts/notices.html",
        {
            "page": found,
            "groups": by_topic(found.rows),
            "showing_read": showing_read,
            "unread": mine.filter(read_at__isnull=True).count(),
        },
    )


@require_POST
def notices_read(request: PersonRequest) -> HttpResponse:
    """Mark one topic, one notice, or everything read."""
    now = timezone.now()
    if "notice" in request.POST:
        one = typed_number(request.POST["notice"])
        mark_read(user=request.user, now=now, notice_ids=[] if one is None else [one])
    else:
        mark_read(user=request.user, now=now, topic=typed_words(request.POST, "topic") or None)
    return redirect("notices")
