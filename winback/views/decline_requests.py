"""A request to pass on a deal: its page, and what is decided about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import organisation
from accounts.models import Notice
from accounts.refusals import Refused
from accounts.services.notices import mark_read
from deals.models import Deal
from winback.decline_forms import NoteForm, RefusalForm
from winback.decline_note import Note
from winback.decline_words import outcome_in_words
from winback.models import Decline
from winback.reasons import names_of
from winback.services import declines

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from accounts.requests import PersonRequest

RELATED = (
    "deal__account", "deal__stage", "deal__owner", "deal__introduced_by__account", "contact", "introducer", "asked_by", "approved_by", "ended_by",
    "task__assignee", "mail", "introducer_mail",
)  # fmt: skip


@require_GET
def one(request: PersonRequest, pk: int) -> HttpResponse:
    """The note, why it needs an approval, what waits on the deal, and the answers."""
    found = _decline(request, pk)
    told = Notice.objects.filter(user=request.user, read_at=None, path=found.get_absolute_url())
    mark_read(user=request.user, now=timezone.now(), notice_ids=list(told.values_list("pk", flat=True)))
    return decline_page(request, found)


def decline_page(request: PersonRequest, found: Decline, *, note: NoteForm | None = None, refusal: RefusalForm | None = None) -> HttpResponse:
    """With a form as somebody left it where it could not be taken."""
    now = timezone.now()
    company = organisation.load(at=now)
    decides = found.is_open and declines.may_decide(decline=found, by=request.user, company=company, now=now)
    approved = found.state == Decline.State.APPROVED
    context = {
        "decline": found,
        "deal": found.deal,
        "sees_deal": Deal.objects.visible_to(request.user).filter(pk=found.deal_id).exists(),
        "decides": decides and found.state == Decline.State.ASKED,
        "asked_here": found.is_open and found.asked_by_id == request.user.pk,
        "to_be_said": approved and declines.may_say(decline=found, by=request.user, company=company, now=now),
        "ended": "" if found.is_open else outcome_in_words(found),
        "unsaid": Decline.objects.unsaid().filter(pk=found.pk).exists(),
        "reasons": names_of(found.reasons),
        "form": note or NoteForm(initial={**Note.of(found).parts(), "introducer_words": found.introducer_words}, goes_by=found.way),
        "refusal": refusal or RefusalForm(),
        "note": Note.of(found),
        "signs": found.mail.author.name if found.mail is not None else found.asked_by.name,
        "to": found.contact,
        "by_phone": found.way == Decline.Way.PHONE,
        "introducer": found.introducer if found.introducer_words else None,
        "introducer_words": found.introducer_words,
    }
    failed = any(form is not None and form.errors for form in (note, refusal))
    return render(request, "winback/declines/page.html", context, status=422 if failed else 200)


@require_POST
def approve(request: PersonRequest, pk: int) -> HttpResponse:
    """As it stands, or with other words (``changed``)."""
    found = _decline(request, pk)
    form = NoteForm(request.POST, goes_by=found.way) if "changed" in request.POST else None
    if form is not None and not form.is_valid():
        return decline_page(request, found, note=form)
    words = {"note": form.note, "introducer_words": form.cleaned_data["introducer_words"]} if form is not None else {}
    try:
        done = declines.approve_decline(decline=found, by=request.user, now=timezone.now(), **words)
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return redirect(found)
        form.add_error(None, str(refusal))
        return decline_page(request, found, note=form)
    said = {"name": found.asked_by.name, "deal": found.deal}
    sent = _("Approved: the note goes out in the name of %(name)s, and %(deal)s is closed.")
    messages.success(request, (sent if done.way == Decline.Way.MAIL else _("Approved: %(name)s is told to call them now.")) % said)
    return redirect("today") if "row" in request.POST else redirect(found)


@require_POST
def refuse(request: PersonRequest, pk: int) -> HttpResponse:
    found = _decline(request, pk)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return decline_page(request, found, refusal=form)
    return _done(
        request,
        found,
        lambda: declines.refuse_decline(decline=found, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()),
        _("%(name)s is told why. The deal stays as it is.") % {"name": found.asked_by.name},
    )


@require_POST
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    found = _decline(request, pk)
    done = _("Taken back. Nothing was sent, and nobody has to decide.")
    return _done(request, found, lambda: declines.withdraw_decline(decline=found, by=request.user, now=timezone.now()), done)


@require_POST
def said(request: PersonRequest, pk: int) -> HttpResponse:
    """It was said to them by phone."""
    found = _decline(request, pk)
    done = _("Noted, and %(deal)s is closed.") % {"deal": found.deal}
    return _done(request, found, lambda: declines.said_by_phone(decline=found, by=request.user, now=timezone.now()), done)


def _done(request: PersonRequest, found: Decline, work: Callable[[], object], words: str) -> HttpResponse:
    try:
        work()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect(found)


def _decline(request: PersonRequest, pk: int) -> Decline:
    found: Decline = get_object_or_404(Decline.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    return found
