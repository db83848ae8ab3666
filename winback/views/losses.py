"""Losing a deal, and what a deal's losses say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.refusals import Refused
from accounts.requests import typed_number
from deals.models import Deal, StageKind
from winback.forms import LossForm
from winback.models import Loss
from winback.reasons import put_names
from winback.services.losses import lose_deal

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import User
    from accounts.requests import PersonRequest

# How far back, in losses, the vendors' names are offered again.
LATELY = 200
VENDORS = 12


@require_http_methods(["GET", "POST"])
def lose(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask how and why, then lose the deal. ``?stage=`` is the lost stage somebody moved it to."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user).select_related("account", "stage", "owner"), pk=pk)
    if deal.status == StageKind.LOST:
        messages.info(request, _("%(deal)s is lost already; what was recorded stands below.") % {"deal": deal})
        return redirect(deal)
    form = LossForm(request.POST if request.method == "POST" else None, deal=deal, vendors=vendors(request.user), initial=_initial(request))
    if request.method == "POST" and form.is_valid() and _lose(request, deal, form):
        return redirect(deal)
    return render(request, "winback/lose_deal.html", {"deal": deal, "form": form}, status=422 if form.errors else 200)


def _initial(request: PersonRequest) -> dict[str, Any]:
    stage = typed_number(request.GET.get("stage"))
    return {"stage": stage} if stage is not None else {}


def _lose(request: PersonRequest, deal: Deal, form: LossForm) -> bool:
    """Do it; a refusal becomes the form's error."""
    try:
        lose_deal(deal=deal, stood_in=typed_number(request.POST.get("from")), by=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("%(deal)s is lost, and why is kept. It can come back.") % {"deal": deal})
    return True


def vendors(user: User) -> list[str]:
    """The other vendors named lately on deals the user may see, the last one first."""
    seen = Deal.objects.visible_to(user).filter(status=StageKind.LOST)
    named = Loss.objects.filter(deal__in=seen).exclude(competitor="").order_by("-pk").values_list("competitor", flat=True)[:LATELY]
    return list(dict.fromkeys(named))[:VENDORS]


@require_GET
def losses(request: PersonRequest, pk: int) -> HttpResponse:
    """What was recorded when a deal was lost, the last time first: a fragment of the deal page, or a page of its own."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=pk)
    found = put_names(deal.losses.select_related("recorded_by", "decline").order_by("-lost_at", "-pk"))
    template = "winback/_losses.html" if request.htmx else "winback/losses.html"
    return render(request, template, {"deal": deal, "losses": found})
