"""Logging what was said, taking it back, and saying that a message needs no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.refusals import Refused
from deals.forms import LogForm
from deals.models import Deal, Interaction
from deals.one_deal import deal_alone_or_404, deal_or_404
from deals.services.interactions import log_interaction, no_answer_needed, withdraw_interaction
from deals.views.deal import deal_page, undo
from deals.views.today import with_undo

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_http_methods(["GET", "POST"])
def log(request: PersonRequest, pk: int) -> HttpResponse:
    """Record a fact of contact. Read alone, it is the deal's page at its form."""
    deal = deal_alone_or_404(request.user, pk)
    if request.method == "GET":
        return redirect(reverse("deal", args=[pk]) + "#log")
    form = LogForm(request.POST, deal=deal)
    if form.is_valid():
        now = timezone.now()
        try:
            said = log_interaction(deal=deal, by=request.user, now=now, **form.facts(now))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, undo(_("%(kind)s logged.") % {"kind": said.get_kind_display()}, path=reverse("interaction-withdraw", args=[said.pk]))
            )
            return redirect(deal)
    return deal_page(request, deal_or_404(request.user, pk), log=form)


@require_POST
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Logged by mistake."""
    said = get_object_or_404(Interaction.objects.filter(deal__in=Deal.objects.visible_to(request.user)).select_related("deal"), pk=pk)
    withdraw_interaction(interaction=said, by=request.user, now=timezone.now())
    messages.success(request, _("Withdrawn. It stays below, struck through, and counts no more."))
    return redirect("deal", pk=said.deal_id)


@require_POST
def no_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """This message needs no answer; who said so is kept."""
    said = get_object_or_404(Interaction.objects.filter(deal__in=Deal.objects.visible_to(request.user)).select_related("deal"), pk=pk)
    try:
        no_answer_needed(interaction=said, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, with_undo(_("Noted: no answer needed."), "no_answer", said.deal_id, [said.pk], back_to=reverse("deal", args=[said.deal_id]))
        )
    return redirect("deal", pk=said.deal_id)
