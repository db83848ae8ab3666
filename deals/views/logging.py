"""Logging something from anywhere: pick the deal, say what was said, and the next one. A dialog; without script a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.refusals import Refused
from accounts.requests import page_behind, typed_number, typed_words, way_to
from deals.calls.ways import WAYS
from deals.deal_people import people_of
from deals.forms import LogForm, NextStepForm
from deals.models import Deal, DealContact, Interaction
from deals.services.interactions import log_interaction, withdraw_interaction
from deals.services.next_steps import set_next_step
from deals.views.search import deals_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse, QueryDict
    from django.utils.safestring import SafeString

    from accounts.requests import PersonRequest

OFFERED = 8
PEOPLE = 60
# The dialog may stand on a page that has a form for logging, too.
IDS = "quick_%s"


class OptionalStep(NextStepForm):
    """A next step that need not be named; named by half, it asks for the other half."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, prefix="step", empty_permitted=True, use_required_attribute=False)


@require_http_methods(["GET", "POST"])
def log_anywhere(request: PersonRequest) -> HttpResponse:
    """Without a deal the search for one, with ``deal`` the form."""
    asked_for = request.GET.get("deal") or request.POST.get("deal")
    if not asked_for:
        return _pick(request)
    deal = get_object_or_404(Deal.objects.visible_to(request.user).select_related("account", "stage"), pk=typed_number(asked_for) or 0)
    if request.method == "GET":
        return _form(request, deal, LogForm(deal=deal, auto_id=IDS, initial={"contact": last_contact(deal)}), OptionalStep())
    form, step = LogForm(request.POST, deal=deal, auto_id=IDS), OptionalStep(request.POST)
    if form.is_valid() and step.is_valid():
        try:
            said = _save(request, deal, form, step, timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _logged(request, deal, said, with_step=step.has_changed())
    return _form(request, deal, form, step)


@require_GET
def log_deals(request: PersonRequest) -> HttpResponse:
    """The deals under the box, while one types."""
    words = typed_words(request.GET, "q")
    return render(request, "deals/log/_deals.html", {"words": words, "group": deals_for(words, request, size=OFFERED)})


@require_POST
def log_undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes back what was logged a moment ago; one stays where one was."""
    said = get_object_or_404(Interaction.objects.filter(deal__in=Deal.objects.visible_to(request.user), recorded_by=request.user), pk=pk)
    withdraw_interaction(interaction=said, by=request.user, now=timezone.now())
    messages.success(request, _("Withdrawn. It stays in the deal’s history, struck through, and counts no more."))
    if request.htmx:
        return told(request, {"logged": {"deal": said.deal_id}, "withdrawn": {}})
    return HttpResponseRedirect(way_to(request, request.POST.get("next")) or reverse("deal", args=[said.deal_id]))


def _save(request: PersonRequest, deal: Deal, form: LogForm, step: OptionalStep, now: datetime) -> Interaction:
    """Both or neither."""
    with transaction.atomic():
        said = log_interaction(deal=deal, by=request.user, now=now, **form.facts(now))
        if step.has_changed():
            set_next_step(deal=deal, what=step.cleaned_data["what"], due_at=step.due_at(), by=request.user, now=now)
    return said


def _logged(request: PersonRequest, deal: Deal, said: Interaction, *, with_step: bool) -> HttpResponse:
    another = request.POST.get("then") == "another"
    back = page_behind(request)
    words = _words(request, deal, said, with_step=with_step, back=back)
    messages.success(request, words)
    if request.htmx and another:
        return _pick(request, told=words, events={"logged": {"deal": deal.pk}})
    if request.htmx and not back.startswith(reverse("log-anywhere")):
        return told(request, {"logged": {"deal": deal.pk}, "logged-all": {}})
    if request.htmx:
        return HttpResponseClientRedirect(deal.get_absolute_url())
    return redirect("log-anywhere") if another else redirect(deal)


def _words(request: PersonRequest, deal: Deal, said: Interaction, *, with_step: bool, back: str) -> SafeString:
    names = {"kind": said.get_kind_display(), "deal": deal.name}
    words = _("%(kind)s logged on %(deal)s, next step named.") % names if with_step else _("%(kind)s logged on %(deal)s.") % names
    return logged_words(request, said, words, back=back, undo=_("Withdraw it") if with_step else "")


def logged_words(request: PersonRequest, said: Interaction, words: str, *, back: str, undo: str = "") -> SafeString:
    """What was logged, with the button that takes it back and leaves one where one is."""
    address = reverse("log-undo", args=[said.pk])
    return format_html(
        '{} <form method="post" action="{}" hx-post="{}" hx-swap="none"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="next" value="{}"><button class="undo" formaction="{}" name="undo" value="{}">{}</button></form>',
        words,
        address,
        address,
        get_token(request),
        back,
        address,
        said.pk,
        undo or _("Undo"),
    )


def told(request: PersonRequest, events: dict[str, Any]) -> HttpResponse:
    """The message alone, and what has happened for the page to look at itself anew."""
    answer = render(request, "deals/risk_desk/_said.html")
    answer["HX-Trigger"] = json.dumps(events)
    answer["HX-Reswap"] = "none"
    return answer


def _pick(request: PersonRequest, *, told: str = "", events: dict[str, Any] | None = None) -> HttpResponse:
    """``told``: what was just logged, said in the dialog too, since the page below it is out of reach."""
    words = typed_words(request.GET, "q")
    context = {"words": words, "group": deals_for(words, request, size=OFFERED), "told": told}
    answer = render(request, "deals/log/_pick.html" if request.htmx else "deals/log/page.html", context)
    if events:
        answer["HX-Trigger"] = json.dumps(events)
    return answer


def _form(request: PersonRequest, deal: Deal, form: LogForm, step: OptionalStep) -> HttpResponse:
    form.offer(people_of(deal)[:PEOPLE])
    context = {
        "deal": deal,
        "log": form,
        "step": step,
        "query": urlencode({"deal": deal.pk}),
        "ways": WAYS.values(),
        "by_letter": "by_letter" in request.GET,
    }
    failed = bool(form.errors or step.errors)
    return render(request, "deals/log/_form.html" if request.htmx else "deals/log/page.html", context, status=422 if failed else 200)


def last_contact(deal: Deal) -> int | None:
    """Whom the last word was with, or somebody on the deal: most often the one it is about now."""
    words = (
        Interaction.objects.filter(deal=deal, contact__isnull=False, withdrawn_at__isnull=True).order_by("-at").values_list("contact_id", flat=True)
    )
    return words.first() or DealContact.objects.filter(deal=deal).values_list("contact_id", flat=True).first()
