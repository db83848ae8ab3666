"""A call or voicemail logged by one letter, from the dialog or from the telephone's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Contact
from accounts.refusals import Refused
from accounts.requests import page_behind, typed_number, typed_words, way_to
from deals.calls.people import callable_people, meant
from deals.calls.ways import WAYS
from deals.models import Deal
from deals.one_deal import deal_or_404
from deals.services.interactions import log_interaction
from deals.today.acts_of import tel
from deals.views.logging import last_contact, logged_words, told
from deals.views.today import with_undo

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest
    from deals.calls.ways import Way
    from deals.models import Interaction


@require_POST
def at_once(request: PersonRequest) -> HttpResponse:
    """One letter of the log dialog: recorded now, with whom the last word was."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=typed_number(request.POST.get("deal")) or 0)
    way = _way(request)
    said = _log(request, deal, way, last_contact(deal))
    back = page_behind(request) or way_to(request, request.POST.get("next")) or deal.get_absolute_url()
    messages.success(request, logged_words(request, said, str(way.done), back=back))
    if request.htmx and not back.startswith("/log/"):
        return told(request, {"logged": {"deal": deal.pk}, "logged-all": {}})
    target = deal.get_absolute_url() if back.startswith("/log/") else back
    return HttpResponseClientRedirect(target) if request.htmx else HttpResponseRedirect(target)


@require_http_methods(["GET", "POST"])
def call(request: PersonRequest, pk: int) -> HttpResponse:
    """For the thumb: call somebody of the deal, then say how it went. ``contact`` names another one than the first."""
    deal = deal_or_404(request.user, pk)
    people = callable_people(deal)
    person = meant(people, typed_number(request.POST.get("contact") or request.GET.get("contact")))
    back = way_to(request, request.POST.get("next") or request.GET.get("next")) or deal.get_absolute_url()
    error = ""
    if request.method == "POST":
        way = _way(request)
        try:
            said = _log(request, deal, way, person.pk if person else None, body=typed_words(request.POST, "body", most=20_000))
        except Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, with_undo(str(way.done), "said", said.pk, back_to=back))
            return HttpResponseRedirect(back)
    context = {
        "deal": deal,
        "person": person,
        "tel": tel(person.phone) if person and person.phone else "",
        "others": [(one, tel(one.phone)) for one in people if person is None or one.pk != person.pk][:6],
        "ways": WAYS.values(),
        "next": back,
        "error": error,
        "body": request.POST.get("body", ""),
    }
    return render(request, "deals/call.html", context, status=422 if error else 200)


def _way(request: PersonRequest) -> Way:
    way = WAYS.get(request.POST.get("how", ""))
    if way is None:
        raise Http404
    return way


def _log(request: PersonRequest, deal: Deal, way: Way, contact_id: int | None, *, body: str = "") -> Interaction:
    contact = Contact.objects.filter(pk=contact_id).first() if contact_id is not None else None
    return log_interaction(
        deal=deal, kind=way.kind, direction=way.direction, outcome=way.outcome, contact=contact, body=body, by=request.user, now=timezone.now()
    )
