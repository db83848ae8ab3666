"""Mail that was written: what of a deal's is on its way, taking it back, deciding about it, and all that one has sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.refusals import Refused
from accounts.requests import typed_number, way_to
from deals.models import Deal, OutgoingMail
from deals.one_deal import deal_or_404
from deals.outbox.on_deal import lines, outgoing_of
from deals.outbox.toast import name_of, on_its_way
from deals.services import outbox

if TYPE_CHECKING:
    from accounts.requests import PersonRequest

State = OutgoingMail.State
LISTED = 50
NOTHING_NEW = 204


@require_GET
def on_deal(request: PersonRequest, pk: int) -> HttpResponse:
    """The block of a deal's page, asked for while something goes; where something has gone, the page looks at itself anew."""
    deal = deal_or_404(request.user, pk)
    if not request.htmx:
        return redirect(deal.get_absolute_url() + "#outgoing")
    outgoing = outgoing_of(deal, request.user, timezone.now())
    if outgoing.seen == request.GET.get("seen"):
        return HttpResponse(status=NOTHING_NEW)
    answer = render(request, "deals/outbox/_on_deal.html", {"deal": deal, "outgoing": outgoing})
    answer["HX-Trigger"] = json.dumps({"logged": {"deal": deal.pk}})
    return answer


@require_GET
def state(request: PersonRequest, pk: int) -> HttpResponse:
    """What has become of it, for the message that counts its seconds; without script the deal says it."""
    mail = _mail(request, pk)
    if not request.htmx:
        return redirect(reverse("deal", args=[mail.deal_id]) + "#outgoing")
    if mail.state in (State.WAITING, State.SENDING) and not mail.last_error:
        return HttpResponse(status=NOTHING_NEW)
    answer = render(request, "deals/outbox/_state.html", {"mail": mail, "name": name_of(mail)})
    answer["HX-Trigger"] = json.dumps({"logged": {"deal": mail.deal_id}})
    return answer


@require_POST
def back(request: PersonRequest, pk: int) -> HttpResponse:
    """Taken back: its words lie open to be changed; said with ``throw_away`` of one that was taken back, they are gone."""
    mail = get_object_or_404(OutgoingMail.objects.filter(author=request.user), pk=pk)
    try:
        if "throw_away" in request.POST:
            outbox.throw_away(mail=mail, by=request.user)
            messages.success(request, _("Thrown away. Nobody has got it."))
            return HttpResponseRedirect(_behind(request, mail))
        outbox.take_back(mail=mail, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_behind(request, mail))
    if "for_good" in request.POST:
        messages.success(request, _("It stays here. Nobody has got it; you find its words under what you sent."))
        return HttpResponseRedirect(_behind(request, mail))
    messages.success(request, _("Taken back: nobody has got it. Change it and send it, or leave it."))
    return redirect("outgoing-edit", pk=mail.pk) if _sees(request, mail) else redirect("profile-mail")


@require_POST
def settle(request: PersonRequest, pk: int) -> HttpResponse:
    """It was sent, or it goes once more: somebody has looked."""
    mail = _mail(request, pk)
    now = timezone.now()
    try:
        was = request.POST.get("was")
        if was == "sent":
            outbox.it_was_sent(mail=mail, by=request.user, now=now)
            messages.success(request, _("Noted: %(name)s has heard from you.") % {"name": name_of(mail)})
        elif was != "again":
            raise Refused(_("Nothing was changed. Say whether it was sent, or send it again."))
        else:
            mail = outbox.send_again(mail=mail, by=request.user, now=now)
            messages.success(request, on_its_way(request, mail, now) if mail.author_id == request.user.pk else _("It goes once more."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(_behind(request, mail))


@require_GET
def mine(request: PersonRequest) -> HttpResponse:
    """What I sent and what waits; ``before`` a mail's number: the earlier ones."""
    now = timezone.now()
    seen = Exists(Deal.objects.visible_to(request.user).filter(pk=OuterRef("deal_id")))
    mails = OutgoingMail.objects.filter(author=request.user).select_related("deal", "contact", "author").annotate(sees_deal=seen)
    before = typed_number(request.GET.get("before"))
    waiting = [] if before else list(mails.filter(state__in=OutgoingMail.OPEN).order_by("send_at", "pk"))
    done = mails.exclude(state__in=OutgoingMail.OPEN).order_by("-pk")
    found = list((done.filter(pk__lt=before) if before else done)[: LISTED + 1])
    context = {
        "waiting": lines(waiting, request.user, now),
        "done": lines(found[:LISTED], request.user, now),
        "earlier": found[LISTED - 1].pk if len(found) > LISTED else None,
        "before": before,
    }
    return render(request, "deals/outbox/mine.html", context)


def _mail(request: PersonRequest, pk: int) -> OutgoingMail:
    mails = OutgoingMail.objects.visible_to(request.user).select_related("author", "contact", "deal")
    mail: OutgoingMail = get_object_or_404(mails, pk=pk)
    return mail


def _sees(request: PersonRequest, mail: OutgoingMail) -> bool:
    return bool(Deal.objects.visible_to(request.user).filter(pk=mail.deal_id).exists())


def _behind(request: PersonRequest, mail: OutgoingMail) -> str:
    asked = way_to(request, request.POST.get("next"))
    return asked or (reverse("deal", args=[mail.deal_id]) if _sees(request, mail) else reverse("profile-mail"))
