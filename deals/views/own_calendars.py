"""One's own calendars: those Salvor reads, files of them, and the secret address of what Salvor has for one's calendar."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.calendars import zone_for
from accounts.refusals import Refused
from deals.calendar_forms import CalendarFileForm, FeedForm
from deals.models import CalendarFeed, Meeting, PersonalFeed
from deals.own_calendar import own_calendar
from deals.services.calendars import Source, keeping, personal, take_in
from deals.services.calendars.letters import zone_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.requests import PersonRequest
    from deals.services.calendars import TakenIn

MOST_WITHOUT_DEAL = 20


@require_http_methods(["GET", "POST"])
def calendars(request: PersonRequest) -> HttpResponse:
    """What is read and how that goes; adding another one tries its address first."""
    form = FeedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = keeping.try_out(url=form.cleaned_data["url"], owner=request.user)
            added = keeping.add_feed(
                owner=request.user, name=form.cleaned_data["name"] or found.name, url=form.cleaned_data["url"], now=timezone.now()
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("url", str(refusal))
        else:
            messages.success(request, _("“%(name)s” is added. Its meetings with customers are here within a minute.") % {"name": added.name})
            return redirect("profile-calendars")
    return _page(request, form=form)


def _page(request: PersonRequest, *, form: FeedForm | None = None, upload: CalendarFileForm | None = None, token: str = "") -> HttpResponse:
    now = timezone.now()
    form, upload = form or FeedForm(), upload or CalendarFileForm()
    without = Meeting.objects.visible_to(request.user).filter(deal=None, ends_at__gt=now).exclude(status=Meeting.Status.CANCELLED)
    context: dict[str, Any] = {
        "form": form,
        "upload": upload,
        "feeds": CalendarFeed.objects.filter(owner=request.user).order_by("name", "pk"),
        "own": PersonalFeed.objects.filter(user=request.user).first(),
        "own_address": request.build_absolute_uri(reverse("own-calendar", args=[token])) if token else "",
        "without_deal": without.filter(entry__deal_chosen_at=None).select_related("account").order_by("starts_at", "pk")[:MOST_WITHOUT_DEAL],
    }
    return render(request, "deals/calendars/page.html", context, status=422 if form.errors or upload.errors else 200)


@require_http_methods(["GET", "POST"])
def file(request: PersonRequest) -> HttpResponse:
    """A calendar file of one's own. Its address stays in the browser after a file that failed: asked for again it leads back."""
    if request.method == "GET":
        return redirect("profile-calendars")
    form = CalendarFileForm(request.POST, request.FILES)
    if form.is_valid():
        source = Source(user_id=request.user.pk, zone=zone_of(request.user))
        try:
            taken = take_in(form.cleaned_data["file"].read(), source=source, now=timezone.now())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _said(taken))
            return redirect("profile-calendars")
    return _page(request, upload=form)


def _said(taken: TakenIn) -> str:
    if not taken.kept:
        return _("Nothing was kept: no event of the file has a customer in it.")
    words = ngettext("One event with customers is in the file", "%(n)d events with customers are in the file", taken.kept) % {"n": taken.kept}
    changed = ngettext("one is new or changed", "%(n)d are new or changed", taken.changed) % {"n": taken.changed}
    return f"{words}; {changed}." if taken.changed else _("%(words)s; all of that was known already.") % {"words": words}


@require_POST
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    found = _feed(request, pk)
    keeping.pause_feed(feed=found, by=request.user)
    messages.success(request, _("“%(name)s” is not read any more, until you take it up again.") % {"name": found.name})
    return redirect("profile-calendars")


@require_POST
def again(request: PersonRequest, pk: int) -> HttpResponse:
    """Take it up again, or read it now where it waits after an error."""
    found = _feed(request, pk)
    keeping.take_up_feed(feed=found, by=request.user, now=timezone.now())
    messages.success(request, _("“%(name)s” is read within a minute.") % {"name": found.name})
    return redirect("profile-calendars")


@require_http_methods(["GET", "POST"])
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Asked once more, as the address is not to be had back."""
    found = _feed(request, pk)
    if request.method == "GET":
        return render(request, "deals/calendars/remove.html", {"feed": found})
    keeping.remove_feed(feed=found, by=request.user)
    messages.success(request, _("“%(name)s” is removed. The meetings it brought stay.") % {"name": found.name})
    return redirect("profile-calendars")


def _feed(request: PersonRequest, pk: int) -> CalendarFeed:
    """A calendar is its owner's alone, whatever the rank of who asks."""
    return get_object_or_404(CalendarFeed.objects.select_related("owner"), pk=pk, owner=request.user)


@require_http_methods(["GET", "POST"])
def make(request: PersonRequest) -> HttpResponse:
    """A new address of one's own calendar; shown on this very page, and never again."""
    if request.method == "GET":
        return redirect("profile-calendars")
    response = _page(request, token=personal.make_address(user=request.user, now=timezone.now()))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke(request: PersonRequest) -> HttpResponse:
    if personal.revoke_address(user=request.user):
        messages.success(request, _("The address opens nothing any more."))
    return redirect("profile-calendars")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's own calendar, for whoever has its secret address. 404 for anything else."""
    now = timezone.now()
    user = personal.whose(token, now)
    if user is None:
        raise Http404
    with timezone.override(zone_for(user)), translation.override(user.language or translation.get_language()):
        body = own_calendar(user, now)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"ETag": etag, "Cache-Control": "private, no-cache"})
    response["Content-Disposition"] = 'inline; filename="salvor.ics"'
    return get_conditional_response(request, etag=etag, response=response) or response
