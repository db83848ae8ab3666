"""Under the bell: what a person was told, grouped by what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Notice
from accounts.notice_acts import with_acts
from accounts.notice_groups import groups_of
from accounts.requests import typed_number, typed_words
from accounts.services.notices import mark_read, unread_count

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest

# Groups on a page, and in the small panel that opens at the bell.
PAGE, PANEL = 25, 6


@require_GET
def notices(request: PersonRequest) -> HttpResponse:
    """The groups with something new, or all of them, the one told of last first."""
    showing_all = request.GET.get("show") == "all"
    groups, found = groups_of(request.user, unread_only=not showing_all, size=PAGE, token=request.GET.get("page", ""))
    with_acts(line for group in groups for line in group.lines)
    words = {"page": found, "groups": groups, "showing_all": showing_all, "unread": unread_count(request.user)}
    return render(request, "accounts/notices.html", words)


@require_GET
def panel(request: PersonRequest) -> HttpResponse:
    """The last groups with something new, for the bell; without script the bell leads to the page."""
    if not request.htmx:
        return redirect("notices")
    groups, found = groups_of(request.user, unread_only=True, size=PANEL)
    with_acts(line for group in groups for line in group.lines)
    return render(request, "accounts/_notices_panel.html", {"groups": groups, "more": bool(found.later)})


@require_GET
def go(request: PersonRequest, pk: int) -> HttpResponse:
    """To what the notice is about; it and its group are read with that."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    if not Notice.objects.visible_to(request.user).filter(pk=pk).exists():
        messages.info(request, _("That deal is no longer among those you see, so what you were told of it is not shown any more."))
        return redirect("notices")
    now = timezone.now()
    if notice.topic:
        mark_read(user=request.user, now=now, topic=notice.topic)
    else:
        mark_read(user=request.user, now=now, notice_ids=[notice.pk])
    ours = notice.path.startswith("/") and url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None)
    return HttpResponseRedirect(notice.path if ours else reverse("notices"))


@require_POST
def notices_read(request: PersonRequest) -> HttpResponse:
    """Mark one topic, one notice, or everything read; back to where one was among them."""
    now = timezone.now()
    if "notice" in request.POST:
        one = typed_number(request.POST["notice"])
        mark_read(user=request.user, now=now, notice_ids=[] if one is None else [one])
    else:
        mark_read(user=request.user, now=now, topic=typed_words(request.POST, "topic") or None)
    showing_all = request.POST.get("show") == "all"
    return redirect(reverse("notices") + ("?show=all" if showing_all else ""))
