"""Passing on a deal: the guided note with its letter beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import organisation
from accounts.refusals import Refused
from deals.models import Deal
from winback.decline_facts import beginning, who_asked
from winback.decline_forms import DeclineForm
from winback.models import Decline
from winback.services import declines

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.requests import PersonRequest

RELATED = ("account", "stage", "owner", "introduced_by__account")


@require_http_methods(["GET", "POST"])
def decline(request: PersonRequest, pk: int) -> HttpResponse:
    """Write the note, and send it; where that needs an approval, ask for it. A request that is open already is shown instead."""
    open_one = Decline.objects.visible_to(request.user).open().filter(deal=pk).first()
    if open_one is not None and request.method == "GET":
        return redirect(open_one)
    deal, now = _deal(request, pk), timezone.now()
    if not deal.is_watched:
        messages.info(request, _("%(deal)s is closed already. There is nothing left to decline.") % {"deal": deal})
        return redirect(deal)
    contact, asked = who_asked(deal)
    if request.method == "GET":
        way = Decline.Way.MAIL if contact is None or contact.email else Decline.Way.PHONE
        start = {"contact": contact.pk if contact is not None else None, "way": way, "tell": True, **beginning(deal, contact)}
        return _page(request, deal, DeclineForm(deal=deal, initial=start), now)
    form = DeclineForm(request.POST, deal=deal)
    if "look" not in request.POST and form.is_valid():
        try:
            return _do(request, deal, form.passing(asked), now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, deal, form, now)


def _do(request: PersonRequest, deal: Deal, passing: declines.Passing, now: datetime) -> HttpResponse:
    """Whether an approval is needed is said by the deal as it is now, not by the button somebody saw."""
    found = declines.approval_for(deal=deal, by=request.user, company=organisation.load(at=now), now=now)
    if found is None:
        made = declines.decline_deal(deal=deal, by=request.user, passing=passing, now=now)
        done = _("Your note goes out, and %(deal)s is closed.") if made.way == Decline.Way.MAIL else _("Noted, and %(deal)s is closed.")
        messages.success(request, done % {"deal": deal})
        return redirect(deal)
    made = declines.ask_to_decline(deal=deal, by=request.user, passing=passing, now=now)
    messages.success(request, _("%(name)s is asked. Until they decide, everything on the deal runs on.") % {"name": found.approver})
    return redirect(made)


@require_POST
def preview(request: PersonRequest, pk: int) -> HttpResponse:
    """The letter, as far as it is typed."""
    deal = _deal(request, pk)
    return render(request, "winback/declines/_letter.html", _letter(request, DeclineForm(request.POST, deal=deal)))


def _letter(request: PersonRequest, form: DeclineForm) -> dict[str, Any]:
    note = form.as_typed
    return {
        "note": note,
        "signs": request.user.name,
        "to": form.chosen,
        "by_phone": form["way"].value() == Decline.Way.PHONE,
        "introducer": form.introducer if form["tell"].value() else None,
        "introducer_words": form["introducer_words"].value() or "",
    }


def _page(request: PersonRequest, deal: Deal, form: DeclineForm, now: datetime) -> HttpResponse:
    context = {"deal": deal, "form": form, "approval": None, "nobody": "", **_letter(request, form)}
    try:
        context["approval"] = declines.approval_for(deal=deal, by=request.user, company=organisation.load(at=now), now=now)
    except Refused as refusal:
        context["nobody"] = str(refusal)
    return render(request, "winback/declines/new.html", context, status=422 if form.is_bound and form.errors and "look" not in request.POST else 200)


def _deal(request: PersonRequest, pk: int) -> Deal:
    found: Deal | None = Deal.objects.visible_to(request.user).select_related(*RELATED).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
