"""Handing a deal over: the form, the offer's own page, and the answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.authority import SENIORS
from accounts.models import User
from accounts.refusals import Refused
from accounts.requests import typed_number, typed_words, way_to
from deals.handoff_facts import facts_of
from deals.handoff_forms import DeclineForm, HandOverForm
from deals.handoff_people import people_for
from deals.handoff_words import ended_in_words
from deals.handoffs_on import offer_of
from deals.models import Deal, Handoff
from deals.one_deal import deal_or_404
from deals.services import handoffs
from deals.views.today import today_page

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def hand_over(request: PersonRequest, pk: int) -> HttpResponse:
    """Choose somebody and say what they need to know. With ``look`` nothing is offered yet: it shows what they will see."""
    deal, now = _deal_to_offer(request, pk), timezone.now()
    if request.method == "GET" or "look" in request.POST or "find" in request.POST:
        data = request.POST if request.method == "POST" else {"brief": _brief_of_before(request, deal)}
        return _form(request, deal, HandOverForm(initial={"person": data.get("person"), "brief": data.get("brief", "")}, deal=deal, now=now), now)
    form = HandOverForm(request.POST, deal=deal, now=now)
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            handoffs.offer_handoff(deal=deal, to=person, brief=form.cleaned_data["brief"], by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Offered to %(name)s, who is told at once. Until they accept nothing changes.") % {"name": person.name})
            return HttpResponseRedirect(way_to(request, request.POST.get("next")) or deal.get_absolute_url())
    return _form(request, deal, form, now)


@require_GET
def people(request: PersonRequest, pk: int) -> HttpResponse:
    """The people under the box, while one types."""
    deal = _deal_to_offer(request, pk)
    return render(request, "deals/handoffs/_people.html", _people(request, deal, typed_number(request.GET.get("person")), timezone.now()))


@require_POST
def preview(request: PersonRequest, pk: int) -> HttpResponse:
    """What they will see, as far as it is typed."""
    deal = _deal_to_offer(request, pk)
    chosen = User.objects.filter(pk=typed_number(request.POST.get("person")) or 0).first()
    context = {"deal": deal, "facts": facts_of(deal), "chosen": chosen, "brief": typed_words(request.POST, "brief", most=5_000)}
    return render(request, "deals/handoffs/_preview.html", context)


@require_GET
def handoff(request: PersonRequest, pk: int) -> HttpResponse:
    """An offer: the brief, what waits, and the answer."""
    return handoff_page(request, _handoff(request, pk))


def handoff_page(request: PersonRequest, found: Handoff, *, decline: DeclineForm | None = None) -> HttpResponse:
    """Whoever it is offered to sees the deal's facts, as do those who see the deal; others who had to do with it the offer alone."""
    now = timezone.now()
    is_open = found.state == Handoff.State.OFFERED
    answers = is_open and found.receiver_id == request.user.pk
    ended_without_taker = not is_open and found.state != Handoff.State.ACCEPTED and found.deal.is_watched
    sees = Deal.objects.visible_to(request.user).filter(pk=found.deal_id).exists()
    context = {
        "handoff": found,
        "deal": found.deal,
        "is_open": is_open,
        "answers": answers,
        "takes_back": is_open and handoffs.may_withdraw(handoff=found, by=request.user, now=now),
        "sees_deal": sees,
        "offers_again": sees and ended_without_taker and handoffs.may_offer(deal=found.deal, by=request.user, now=now),
        "facts": facts_of(found.deal) if sees or answers else None,
        "ended": "" if is_open else ended_in_words(found),
        "decline": decline or DeclineForm(),
    }
    return render(request, "deals/handoffs/page.html", context, status=422 if decline is not None and decline.errors else 200)


@require_POST
def accept(request: PersonRequest, pk: int) -> HttpResponse:
    found = _handoff(request, pk)
    try:
        handoffs.accept_handoff(handoff=found, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request, found)
    messages.success(request, _("%(deal)s is yours now. Whoever waits there waits for you.") % {"deal": found.deal})
    return HttpResponseRedirect(way_to(request, request.POST.get("next")) or found.deal.get_absolute_url())


@require_POST
def decline(request: PersonRequest, pk: int) -> HttpResponse:
    """With a reason. From Today (``row``) one stays there."""
    found = _handoff(request, pk)
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            handoffs.decline_handoff(handoff=found, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Declined. %(name)s is told why.") % {"name": found.offered_by or _("Who offered it")})
        return redirect("today") if "row" in request.POST else _back(request, found)
    if "row" in request.POST:
        return today_page(request, opened=request.POST["row"], form=form)
    return handoff_page(request, found, decline=form)


@require_POST
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    found = _handoff(request, pk)
    try:
        handoffs.withdraw_handoff(handoff=found, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. %(name)s is told that nothing is to be answered any more.") % {"name": found.receiver})
    return _back(request, found)


def _back(request: PersonRequest, found: Handoff) -> HttpResponseRedirect:
    return HttpResponseRedirect(way_to(request, request.POST.get("next")) or found.get_absolute_url())


def _handoff(request: PersonRequest, pk: int) -> Handoff:
    related = ("deal__account", "deal__stage", "deal__owner", "deal__introduced_by__account", "giver", "receiver", "offered_by", "ended_by")
    found: Handoff = get_object_or_404(Handoff.objects.visible_to(request.user).select_related(*related), pk=pk)
    return found


def _brief_of_before(request: PersonRequest, deal: Deal) -> str:
    """The brief of an offer that ended (``again``), for offering the deal to somebody else."""
    before = Handoff.objects.filter(deal=deal, pk=typed_number(request.GET.get("again")) or 0).first()
    return before.brief if before is not None else ""


def _deal_to_offer(request: PersonRequest, pk: int) -> Deal:
    """404 for who does not see it, 403 for who may look but not hand it over."""
    deal = deal_or_404(request.user, pk)
    if not handoffs.may_offer(deal=deal, by=request.user, now=timezone.now()):
        raise PermissionDenied
    return deal


def _people(request: PersonRequest, deal: Deal, chosen: int | None, now: datetime) -> dict[str, object]:
    asked = request.POST if request.method == "POST" else request.GET
    words = typed_words(asked, "q")
    return {"deal": deal, "found": people_for(deal, words=words, chosen=chosen, now=now), "chosen_id": chosen, "words": words}


def _form(request: PersonRequest, deal: Deal, form: HandOverForm, now: datetime) -> HttpResponse:
    chosen = typed_number(str(form["person"].value() or ""))
    context = {
        "form": form,
        "facts": facts_of(deal),
        "brief": form["brief"].value() or "",
        "chosen": User.objects.filter(pk=chosen or 0).first(),
        "offer": offer_of(deal),
        "gives": request.user.role in SENIORS,  # these may also give a deal to somebody without asking them
        "next": way_to(request, request.POST.get("next") or request.GET.get("next")) or deal.get_absolute_url(),
        **_people(request, deal, chosen, now),
    }
    return render(request, "deals/handoffs/hand_over.html", context, status=422 if form.errors else 200)
