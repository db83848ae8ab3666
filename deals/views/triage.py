"""The Inbox, and deciding about what stands in it: make a deal of it, attach it to one, not for us. Everything can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.refusals import Refused
from accounts.requests import typed_number, typed_words, way_to
from accounts.services.customers import add_account
from deals.inbox import way_back
from deals.inbox.forms import AttachForm, MakeDealForm
from deals.inbox.listing import inbox
from deals.models import Deal, MailMessage
from deals.services.mail.triage import correct, make_deal, not_for_us
from deals.views.deal import undo
from deals.views.search import deals_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.models import User
    from accounts.requests import PersonRequest
    from deals.search.results import Group
    from deals.services.mail.triage import Decided

OFFERED = 8
DIALOG = "quick-add"


@require_GET
def triage(request: PersonRequest) -> HttpResponse:
    """What still wants a decision, the newest first."""
    now = timezone.now()
    return render(request, "deals/inbox/page.html", {"page": inbox(request.user, token=request.GET.get("page", "")), "now": now})


@require_http_methods(["GET", "POST"])
def new_deal(request: PersonRequest, pk: int) -> HttpResponse:
    """A deal of its own: a small form that is filled in already."""
    message = message_or_404(request.user, pk)
    form = MakeDealForm(request.POST or None, message=message, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            decided = _make(form, message, request.user, timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, decided, _("%(deal)s is a deal now.") % {"deal": decided.deal})
    return _dialog(request, "deals/inbox/_make_deal.html", message, form=form, status=422 if form.errors else 200)


@transaction.atomic
def _make(form: MakeDealForm, message: MailMessage, by: User, now: datetime) -> Decided:
    data = form.cleaned_data
    account = add_account(name=data["new_account"], owner=by) if data["new_account"] else data["account"]
    return make_deal(message=message, by=by, now=now, name=data["name"], account=account, stage=data["stage"], contact_name=data.get("contact", ""))


@require_http_methods(["GET", "POST"])
def attach(request: PersonRequest, pk: int) -> HttpResponse:
    """To which deal it belongs: without ``deal`` the search for one, with it who wrote, and one button."""
    message = message_or_404(request.user, pk)
    asked_for = request.POST.get("deal") or request.GET.get("deal")
    if not asked_for:
        words = typed_words(request.GET, "q")
        return _dialog(request, "deals/inbox/_pick.html", message, words=words, group=_offered(message, words, request))
    deal = get_object_or_404(Deal.objects.visible_to(request.user).select_related("account", "stage"), pk=typed_number(asked_for) or 0)
    form = AttachForm(request.POST or None, deal=deal, message=message)
    if request.method == "POST" and form.is_valid():
        contact = form.cleaned_data["contact"]
        try:
            decided = correct(message=message, deal=deal, contact=contact, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, decided, _attached(decided, message))
    return _dialog(request, "deals/inbox/_attach.html", message, deal=deal, form=form, status=422 if form.errors else 200)


def _offered(message: MailMessage, words: str, request: PersonRequest) -> Group | None:
    """The deals it may go to: those that answer the words, without the one where it is."""
    group = deals_for(words, request, size=OFFERED + 1, account_id=message.account_id)
    if group is None:
        return None
    return replace(group, results=[one for one in group.results if one.thing.pk != message.deal_id][:OFFERED])


def _attached(decided: Decided, message: MailMessage) -> str:
    if decided.before.learned is None:
        return _("It belongs to %(deal)s now.") % {"deal": decided.deal}
    return _("It belongs to %(deal)s now, and what %(address)s writes next does, too.") % {"deal": decided.deal, "address": message.sender}


@require_GET
def deals(request: PersonRequest, pk: int) -> HttpResponse:
    """The deals under the box, while one types."""
    message = message_or_404(request.user, pk)
    words = typed_words(request.GET, "q")
    context = {
        "words": words,
        "group": _offered(message, words, request),
        "message": message,
        "next": _next(request),
    }
    return render(request, "deals/inbox/_deals.html", context)


@require_POST
def refuse(request: PersonRequest, pk: int) -> HttpResponse:
    """Not for us, nor what is written in the thread later."""
    message = message_or_404(request.user, pk)
    try:
        decided = not_for_us(message=message, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_next(request))
    return _done(request, decided, _("Noted: %(subject)s is not for us.") % {"subject": message.subject or message.sender})


@require_POST
def take_back(request: PersonRequest) -> HttpResponse:
    """What a toast's undo asks for."""
    try:
        way_back.take_back(request.POST.get("undo", ""), by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back: it stands as it did."))
    return redirect(_next(request))


def message_or_404(user: User, pk: int) -> MailMessage:
    """The message, for whoever may see it."""
    seen = MailMessage.objects.visible_to(user).select_related("mailbox", "user", "contact__account", "account", "deal__account", "deal__stage")
    found: MailMessage = get_object_or_404(seen.defer("html"), pk=pk)
    return found


def _next(request: PersonRequest) -> str:
    """Where the form came from; else the Inbox. Never out of Salvor."""
    return way_to(request, request.POST.get("next") or request.GET.get("next")) or reverse("triage")


def _done(request: PersonRequest, decided: Decided, words: str) -> HttpResponse:
    """Back to where one was, with the button that takes it back."""
    back = _next(request)
    path = f"{reverse('triage-undo')}?{urlencode({'next': back})}"
    messages.success(request, undo(words, path=path, value=way_back.token(decided.before, by=request.user)))
    return HttpResponseClientRedirect(back) if request.htmx.target == DIALOG else HttpResponseRedirect(back)


def _dialog(request: PersonRequest, template: str, message: MailMessage, *, status: int = 200, **more: Any) -> HttpResponse:
    """A small form in the page's dialog; without script a page of its own."""
    context = {"message": message, "next": _next(request), "part": template, **more}
    return render(request, template if request.htmx else "deals/inbox/dialog.html", context, status=status)
