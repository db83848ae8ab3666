"""Today: who waits, what is owed, and doing it right here.

Every act is a plain form that leads back to the page. With script only the page's middle is exchanged; rows in which
somebody is typing stay as they are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.covers import covers_of
from accounts.refusals import Refused
from accounts.requests import typed_number, way_to
from deals.forms import NextStepForm
from deals.models import Deal, Interaction
from deals.services.close_dates import set_close_date
from deals.services.interactions import log_interaction, nothing_to_answer
from deals.services.next_steps import finish_next_step, set_next_step
from deals.today import beside, way_back
from deals.today.board import day_of
from deals.today.forms import AnswerForm, CloseDateForm, TaskForm, form_of
from deals.views.deal import undo

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from accounts.requests import PersonRequest


# An absence of one's own, or one in which one covers, is said this long before it begins.
COVER_SAID = timedelta(days=3)


@require_GET
def today(request: PersonRequest) -> HttpResponse:
    """The day. ``?open=`` is the key of the row whose form is open; ``&call=1`` begins it as a call."""
    return today_page(request, opened=request.GET.get("open", ""))


def today_page(request: PersonRequest, *, opened: str = "", form: forms.Form | None = None, reminder: TaskForm | None = None) -> HttpResponse:
    """The page, with a form as somebody left it where it could not be taken."""
    now = timezone.now()
    day = day_of(request.user, now)
    request.duties = day.total  # type: ignore[attr-defined] # the navigation need not count them again
    row = day.find(opened) if opened else None
    if row is not None and form is None:
        form = form_of(row, call=request.GET.get("call") == "1", asks=request.GET.get("ask", ""), now=now)
    night, in_the_night = beside.over_night(request.user, now)
    own, settled = beside.own_deals(request.user, now)
    context = {
        "day": day,
        "opened": opened if row is not None else "",
        "form": form,
        "reminder": reminder or TaskForm(),
        "own": own,
        "settled": settled,
        "night": night,
        "more_in_the_night": in_the_night - len(night),
        "coming": beside.coming(request.user, now),
        "covers": covers_of(request.user, now, ahead=now + COVER_SAID),
        "today": timezone.localdate(now),
    }
    failed = any(one is not None and one.errors for one in (form, reminder))
    return render(request, "deals/today/page.html", context, status=422 if failed else 200)


@require_POST
def log(request: PersonRequest, pk: int) -> HttpResponse:
    """What was answered, or said: it settles what waits for it."""
    deal, now = _deal(request, pk), timezone.now()
    form = AnswerForm(request.POST, deal=deal)
    if form.is_valid():
        try:
            said = log_interaction(deal=deal, by=request.user, now=now, **form.facts())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, with_undo(_logged(said), "said", said.pk))
            return redirect("today")
    return today_page(request, opened=request.POST.get("row", ""), form=form)


def _logged(said: Interaction) -> str:
    name = {"name": said.contact.name if said.contact else ""}
    if said.outcome == Interaction.Outcome.NO_ANSWER:
        return _("Noted: nobody was there. It stays on your list.")
    return _("Done: %(name)s has heard from you.") % name if said.contact else _("Done: they have heard from you.")


@require_POST
def no_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """The messages one has seen need no answer; one that came meanwhile still does."""
    deal = _deal(request, pk)
    seen = [number for text in request.POST.get("messages", "").split(",") if (number := typed_number(text)) is not None]
    try:
        marked = nothing_to_answer(deal=deal, messages=seen, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("today")
    if marked:
        messages.success(request, with_undo(_("Noted: no answer needed on %(deal)s.") % {"deal": deal}, "no_answer", deal.pk, marked))
    return redirect("today")


@require_POST
def next_step(request: PersonRequest, pk: int) -> HttpResponse:
    """Name what comes next, or another day for it."""
    deal, now = _deal(request, pk), timezone.now()
    form = NextStepForm(request.POST)
    if form.is_valid():
        try:
            step = set_next_step(deal=deal, what=form.cleaned_data["what"], due_at=form.due_at(), by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, with_undo(_("Next on %(deal)s: %(what)s.") % {"deal": deal, "what": step.what}, "step_named", step.pk))
            return redirect("today")
    return today_page(request, opened=request.POST.get("row", ""), form=form)


@require_POST
def step_done(request: PersonRequest, pk: int) -> HttpResponse:
    """The step one has seen is done; another one that was named meanwhile is not."""
    deal = _deal(request, pk)
    try:
        step = finish_next_step(deal=deal, seen=typed_number(request.POST.get("step")), by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("today")
    if step is not None:
        name_next = format_html('<a href="{}#next-step">{}</a>', deal.get_absolute_url(), _("Name what comes next."))
        messages.success(request, with_undo(format_html("{} {}", _("Done: %(what)s.") % {"what": step.what}, name_next), "step_done", step.pk))
    return redirect("today")


@require_POST
def close_date(request: PersonRequest, pk: int) -> HttpResponse:
    """The day one expects now."""
    deal, now = _deal(request, pk), timezone.now()
    form = CloseDateForm(request.POST)
    if form.is_valid():
        try:
            change = set_close_date(deal=deal, day=form.cleaned_data["day"], by=request.user, now=now)
        except Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            if change is not None:
                messages.success(request, with_undo(_("%(deal)s has a new close date.") % {"deal": deal}, "close_date", change.pk))
            return redirect("today")
    return today_page(request, opened=request.POST.get("row", ""), form=form)


@require_POST
def take_back(request: PersonRequest) -> HttpResponse:
    """What a toast's undo asks for."""
    try:
        words = way_back.take_back(request.POST.get("undo", ""), by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return HttpResponseRedirect(back(request))


def back(request: PersonRequest) -> str:
    """Where the form came from, as ``next`` says it; else Today. Never out of Salvor."""
    return way_to(request, request.POST.get("next") or request.GET.get("next")) or reverse("today")


def with_undo(words: str, what: str, *about: object, back_to: str = "") -> SafeString:
    """What was done, with the button that takes it back."""
    path = reverse("today-undo")
    return undo(words, path=f"{path}?{urlencode({'next': back_to})}" if back_to else path, value=way_back.token(what, *about))


def _deal(request: PersonRequest, pk: int) -> Deal:
    deal: Deal = get_object_or_404(Deal.objects.visible_to(request.user).select_related("account"), pk=pk)
    return deal
