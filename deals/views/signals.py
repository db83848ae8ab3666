"""What one does with a raised signal: take it, park it, bring it back; and handing a deal to somebody else.

Each is a plain form that works without script. From the risk desk htmx asks, and gets the deal's rows back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db.models import OuterRef
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh, reswap, retarget, trigger_client_event

from accounts.answering import missing
from accounts.refusals import Refused
from accounts.requests import way_to
from deals.answer_words import why_of_deal
from deals.bulk import told, way_back
from deals.desk import Desk
from deals.desk_overview import overview
from deals.handoffs_on import may_hand_over, offer_of, turned_to, with_offer
from deals.models import Deal, RiskSignal
from deals.narrowed import narrowed
from deals.risk.sentences import say
from deals.services.bulk import Seen, reassign_deals
from deals.services.signals import park_signal, take_signal, unpark_signal
from deals.signal_forms import OwnerForm, ParkForm
from deals.today.way_back import about_taking
from deals.views.deal import undo
from deals.views.today import with_undo

if TYPE_CHECKING:
    from django import forms

    from accounts.models import User
    from accounts.requests import PersonRequest


@require_POST
def take(request: PersonRequest, pk: int) -> HttpResponse:
    """Say "mine"."""
    signal = _signal(request, pk)
    try:
        taking = take_signal(signal=signal, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("Yours: %(sentence)s.") % {"sentence": say(signal.rule, signal.facts)}
        if taking is not None:
            words = with_undo(words, "taken", *about_taking(signal, taking), back_to=_next(request, signal.deal))
        messages.success(request, words)
    return _done(request, signal.deal)


@require_http_methods(["GET", "POST"])
def park(request: PersonRequest, pk: int) -> HttpResponse:
    """Set a signal aside, with a reason and an end."""
    signal = _signal(request, pk)
    now = timezone.now()
    form = ParkForm(request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            park_signal(signal=signal, reason=form.cleaned_data["reason"], until=form.until_moment(), by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("Parked until %(day)s. It comes back by itself.") % {"day": form.day()}
            messages.success(request, undo(words, path=_back(request, signal.deal, "signal-unpark", signal.pk)))
            return _done(request, signal.deal)
    what = {"signal": signal, "sentence": say(signal.rule, signal.facts)}
    return _ask(request, "deals/risk_desk/park.html", form, signal.deal, what)


@require_POST
def unpark(request: PersonRequest, pk: int) -> HttpResponse:
    """Bring a parked signal back before its time."""
    signal = _signal(request, pk)
    try:
        unpark_signal(signal=signal, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Back on the desk: %(sentence)s.") % {"sentence": say(signal.rule, signal.facts)})
    return _done(request, signal.deal)


@require_http_methods(["GET", "POST"])
def owner(request: PersonRequest, pk: int) -> HttpResponse:
    """Give the deal to another person in the user's sight; the undo is that of many deals given at once."""
    deal = get_object_or_404(_deals(request), pk=pk)
    now = timezone.now()
    form = OwnerForm(request.POST if request.method == "POST" else None, user=request.user, deal=deal, now=now)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["owner"]
        try:
            found = reassign_deals(seen=[Seen(deal.pk, deal.owner_id, deal.stage_id)], owner=person, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if found.done:
                words = _("%(deal)s is %(name)s’s now.") % {"deal": deal, "name": person.name}
                path = f"{reverse('deals-bulk')}?{urlencode({'next': _next(request, deal)})}"
                messages.success(request, undo(words, path=path, value=way_back(found, person, request.user, now)))
                return _done(request, deal)
            form.add_error(None, told(found, ""))
    return _ask(request, "deals/risk_desk/owner.html", form, deal, {})


@require_GET
def owed(request: PersonRequest, pk: int) -> HttpResponse:
    """Everything owed on a deal, to open inside its row of the desk; its own page is the deal's."""
    deal = get_object_or_404(_deals(request), pk=pk)
    if not _in_row(request):
        return redirect(deal)
    here = _here(request)
    desk = Desk(request.user, narrowed(request, QueryDict(urlsplit(here).query)))
    context = {
        "deal": deal,
        "owed": desk.owed_on(deal),
        "here": here,
        "why": _why(deal, request.user),
        "may_hand_over": may_hand_over(request.user, deal) and offer_of(deal) is None,
    }
    response = render(request, "deals/risk_desk/_panel.html", context)
    return reswap(response, "outerHTML")


def _why(deal: Deal, reader: User) -> str:
    return why_of_deal(deal, offer=offer_of(deal), reader=reader, now=timezone.now())


def _deals(request: PersonRequest) -> Any:
    return (
        Deal.objects.visible_to(request.user)
        .select_related("account", "owner", "stage")
        .annotate(offer=with_offer(), turned_to=turned_to(request.user.pk), owner_missing=missing(OuterRef("owner_id"), timezone.now()))
    )


def _signal(request: PersonRequest, pk: int) -> RiskSignal:
    """A signal of a deal the user may see, cleared ones too: what is settled is said in words."""
    signals = RiskSignal.objects.filter(deal__in=Deal.objects.visible_to(request.user)).select_related("deal__account", "responsible")
    return get_object_or_404(signals, pk=pk)


def _ask(request: PersonRequest, template: str, form: forms.Form, deal: Deal, what: dict[str, Any]) -> HttpResponse:
    """The form on a page of its own; inside its row where the risk desk asks."""
    context = {**what, "form": form, "deal": deal, "next": _next(request, deal), "in_row": _in_row(request)}
    if not context["in_row"]:
        return render(request, template, context, status=422 if form.errors else 200)
    response = render(request, template.replace("/risk_desk/", "/risk_desk/_"), context, status=422 if form.errors else 200)
    return reswap(retarget(response, f"#at-risk-{deal.pk}-form"), "outerHTML")


def _done(request: PersonRequest, deal: Deal) -> HttpResponse:
    """Where the form came from; the deal's rows as they are now where the risk desk asked."""
    if _in_row(request):
        return _rows(request, deal)
    if request.htmx and not request.POST.get("next"):
        return HttpResponseClientRefresh()
    back = _next(request, deal)
    return HttpResponseRedirect(back if back != deal.get_absolute_url() or _sees(request, deal) else reverse("pipeline"))


def _rows(request: PersonRequest, deal: Deal) -> HttpResponse:
    """The deal as the list the user looks at would show it now, and its count; the page asks for the rest above the list itself."""
    here = _here(request)
    desk = Desk(request.user, narrowed(request, QueryDict(urlsplit(here).query)))
    counted = overview(desk, now=timezone.now(), anew=True)
    context = {
        "deal": deal,
        "row": desk.row(deal.pk),
        "here": here,
        "deals": counted.sums.deals,
        "at_stake": counted.sums.at_stake,
        "parked_count": desk.parked_count(),
    }
    response = render(request, "deals/risk_desk/changed.html", context)
    return trigger_client_event(response, "desk-changed", after="settle")


def _in_row(request: PersonRequest) -> bool:
    return bool(request.htmx) and (request.htmx.target or "").startswith("at-risk-")


def _here(request: PersonRequest) -> str:
    """The list the user looks at while htmx asks: its path with its filters."""
    try:
        address = urlsplit(request.htmx.current_url or "")
    except ValueError:
        return ""
    return f"{address.path}?{address.query}" if address.query else address.path


def _sees(request: PersonRequest, deal: Deal) -> bool:
    """Whether the user still sees the deal: it may have gone to another team."""
    return Deal.objects.visible_to(request.user).filter(pk=deal.pk).exists()


def _back(request: PersonRequest, deal: Deal, route: str, pk: int) -> str:
    """The address of an undo that leads back to where the doing was."""
    return f"{reverse(route, args=[pk])}?{urlencode({'next': _next(request, deal)})}"


def _next(request: PersonRequest, deal: Deal) -> str:
    """Back to where the form was opened from; to the deal where that was elsewhere or is not said."""
    asked = request.POST.get("next") or request.GET.get("next") or (_here(request) if _in_row(request) else "")
    return way_to(request, asked) or reverse("deal", args=[deal.pk])
