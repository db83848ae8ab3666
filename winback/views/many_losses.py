"""Losing the deals that were ticked on the list: the same questions as for one, asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.refusals import Refused
from deals.bulk import carried, chosen, names_of, next_of, told
from deals.templatetags.words import count
from winback.forms import LossForm
from winback.services.many_losses import lose_deals
from winback.views.losses import vendors

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest
    from deals.services.bulk import Seen


@require_POST
def lose_many(request: PersonRequest) -> HttpResponse:
    """Without ``sure`` how and why are asked; with it the deals are lost, those that closed or moved meanwhile left out."""
    deals, back = chosen(request), next_of(request)
    if not deals:
        messages.error(request, _("Tick at least one deal, and say what is to be done with them."))
        return HttpResponseRedirect(back)
    asked = "sure" in request.POST
    form = LossForm(request.POST if asked else None, deal=None, vendors=vendors(request.user))
    if asked and form.is_valid() and _lose(request, deals, form):
        return HttpResponseRedirect(back)
    context = {"form": form, "deals": carried(deals), "names": names_of(request, deals), "next": back}
    return render(request, "winback/lose_deals.html", context, status=422 if form.errors else 200)


def _lose(request: PersonRequest, deals: list[Seen], form: LossForm) -> bool:
    """Do it; a refusal becomes the form's error."""
    try:
        found = lose_deals(seen=deals, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    say = messages.success if found.done else messages.warning
    n = len(found.done)
    say(request, told(found, ngettext("One deal is lost, and why is kept.", "%(n)s deals are lost, and why is kept.", n) % {"n": count(n)}))
    return True
