"""Acts on many deals at once: first the question, then the deed. Without script the question is a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.refusals import Refused
from deals.bulk import carried, chosen, names_of, next_of, read_way_back, told, way_back
from deals.bulk_forms import NextStepsForm, ReassignForm
from deals.services.bulk import MOST, give_back, reassign_deals, set_next_steps
from deals.templatetags.words import count
from deals.views.deal import undo

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.requests import PersonRequest
    from deals.services.bulk import Seen

FORMS: dict[str, type[ReassignForm | NextStepsForm]] = {"reassign": ReassignForm, "next-step": NextStepsForm}


@require_POST
def bulk(request: PersonRequest) -> HttpResponse:
    """``act`` says what; without ``sure`` it is asked for what the act needs. ``undo`` gives reassigned deals back."""
    now = timezone.now()
    if "undo" in request.POST:
        return _give_back(request, now)
    act, deals = request.POST.get("act", ""), chosen(request)
    if act not in FORMS or not deals:
        messages.error(request, _("Tick at least one deal, and say what is to be done with them."))
        return _back(request)
    asked = "sure" in request.POST
    form = FORMS[act](request.POST if asked else None, user=request.user, now=now)
    if asked and form.is_valid():
        try:
            DEEDS[act](request, deals, form, now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(request)
    context = {"form": form, "act": act, "deals": carried(deals), "names": names_of(request, deals), "next": next_of(request), "most": MOST}
    template = "deals/_bulk_form.html" if request.htmx else "deals/bulk.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _reassign(request: PersonRequest, deals: list[Seen], form: ReassignForm, now: datetime) -> None:
    owner = form.cleaned_data["owner"]
    found = reassign_deals(seen=deals, owner=owner, by=request.user, now=now)
    n = len(found.done)
    done = ngettext("One deal is %(name)s’s now.", "%(n)s deals are %(name)s’s now.", n) % {"n": count(n), "name": owner.name}
    words = told(found, done)
    if found.done:
        messages.success(request, undo(words, path=reverse("deals-bulk"), value=way_back(found, owner, request.user, now)))
    else:
        messages.warning(request, words)


def _set_next_steps(request: PersonRequest, deals: list[Seen], form: NextStepsForm, now: datetime) -> None:
    found = set_next_steps(seen=deals, what=form.cleaned_data["what"], due_at=form.due_at(), by=request.user, now=now)
    say = messages.success if found.done else messages.warning
    n = len(found.done)
    say(request, told(found, ngettext("One deal has its next step.", "%(n)s deals have their next step.", n) % {"n": count(n)}))


DEEDS: dict[str, Callable[..., None]] = {"reassign": _reassign, "next-step": _set_next_steps}


def _give_back(request: PersonRequest, now: datetime) -> HttpResponse:
    try:
        owner_id, since, before = read_way_back(request.POST["undo"], request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request)
    found = give_back(before=before, owner_id=owner_id, since=since, by=request.user, now=now)
    n = len(found.done)
    words = told(found, ngettext("One deal is back where it was.", "%(n)s deals are back where they were.", n) % {"n": count(n)})
    (messages.success if found.done else messages.warning)(request, words)
    return _back(request)


def _back(request: PersonRequest) -> HttpResponse:
    return HttpResponseClientRedirect(next_of(request)) if request.htmx else HttpResponseRedirect(next_of(request))
