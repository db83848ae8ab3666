"""Writing a mail on a deal, or answering one: a dialog over any page; without script a page of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.refusals import Refused
from accounts.requests import page_behind, typed_number, way_to
from deals.introductions import story_of, words_to
from deals.models import Deal, MailTemplate, OutgoingMail
from deals.outbox import fields, warnings
from deals.outbox.answering import answering
from deals.outbox.desk import desk_for
from deals.outbox.toast import on_its_way
from deals.services import outbox

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest
    from deals.outbox.desk import Desk
    from deals.outbox.forms import WriteForm


@require_http_methods(["GET", "POST"])
def write(request: PersonRequest, pk: int) -> HttpResponse:
    """``answers``: the interaction one answers; ``to``: the contact one came from; ``tell``: with what who brought us in has
    not heard of; ``next``: where one goes afterwards."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user).select_related("account"), pk=pk)
    now = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    desk = desk_for(deal, request.user, now, answers=answering(deal, typed_number(asked.get("answers")), now))
    if request.method == "GET":
        tells = deal.introduced_by_id if "tell" in request.GET else None
        begun = desk.begin(typed_number(request.GET.get("to")) or tells)
        story = story_of(deal.pk, now) if "tell" in request.GET else None
        told = words_to(story, deal=deal.name, author=request.user.name) if story is not None else {}
        return _page(request, desk, desk.form(initial=begun | told))
    return _sent(request, desk)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """One's own mail, until it goes; one that was taken back or refused may go after all."""
    mail = get_object_or_404(OutgoingMail.objects.filter(author=request.user, deal__in=Deal.objects.visible_to(request.user)), pk=pk)
    now = timezone.now()
    deal = Deal.objects.select_related("account").get(pk=mail.deal_id)
    said = mail.answers.interaction_id if mail.answers is not None else None
    desk = desk_for(deal, request.user, now, answers=answering(deal, said, now), mail=mail)
    return _page(request, desk, desk.form()) if request.method == "GET" else _sent(request, desk)


def _sent(request: PersonRequest, desk: Desk) -> HttpResponse:
    if request.POST.get("then") == "fill":
        return _taken(request, desk)
    form = desk.form(request.POST)
    if form.is_valid() and _nothing_left(form, desk) and _nobody_dead(form):
        try:
            mail = _write(desk, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, desk, mail)
    return _page(request, desk, form)


def _write(desk: Desk, form: WriteForm) -> OutgoingMail:
    facts = form.facts()
    if desk.mail is not None:
        return outbox.change(mail=desk.mail, by=desk.author, now=desk.now, **facts)
    answers = desk.answers.message if desk.answers is not None else None
    return outbox.write(deal=desk.deal, author=desk.author, answers=answers, now=desk.now, key=form.cleaned_data["key"], **facts)


def _nothing_left(form: WriteForm, desk: Desk) -> bool:
    """Fields that are known go filled in; the others are pointed out."""
    data = form.cleaned_data
    texts, left = desk.filled({"subject": data["subject"], "body": data["body"]}, data["to"])
    data.update(texts)
    for name in ("subject", "body"):
        missing = [one for one in fields.left_in(texts[name]) if one in left]
        if missing:
            form.add_error(name, _point_out(missing))
    return not left


def _point_out(left: list[str]) -> str:
    return _("Not known here, so write it in or take it out: %(fields)s.") % {"fields": ", ".join(f"{{{one}}}" for one in left)}


def _nobody_dead(form: WriteForm) -> bool:
    """A warning one may pass over, once it was read."""
    data = form.cleaned_data
    found = [] if data["all_the_same"] else warnings.dead([data["to"], *data["cc"]])
    for sentence in found:
        form.add_error("all_the_same", sentence)
    return not found


def _taken(request: PersonRequest, desk: Desk) -> HttpResponse:
    """The template's words, with what was written already below them; nothing is sent."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in ("key", "to", "cc", "subject", "body", "when", "at", "template")}
    chosen = MailTemplate.objects.visible_to(request.user).filter(retired_at__isnull=True, pk=typed_number(typed["template"])).first()
    if chosen is None:
        return _page(request, desk, desk.form(initial=typed))
    # An answer keeps its subject, by which the other side knows what it is about.
    subject = typed["subject"] if desk.answers is not None or not chosen.subject else chosen.subject
    texts, left = desk.filled({"subject": subject, "body": chosen.body}, typed["to"])
    below = typed["body"].strip()
    texts["body"] = f"{texts['body']}\n\n{below}" if below and below != texts["body"].strip() else texts["body"]
    return _page(request, desk, desk.form(initial=typed | texts), left=_point_out(left) if left else "")


def _done(request: PersonRequest, desk: Desk, mail: OutgoingMail) -> HttpResponse:
    messages.success(request, on_its_way(request, mail, desk.now))
    target = way_to(request, request.POST.get("next")) or desk.deal.get_absolute_url()
    if not request.htmx:
        return HttpResponseRedirect(target)
    sent = {"written": {"draft": request.POST.get("draft", "")}}
    here = (reverse("deal-write", args=[desk.deal.pk]), reverse("outgoing-edit", args=[mail.pk]))
    if page_behind(request).startswith(here):
        away = HttpResponseClientRedirect(target)
        away["HX-Trigger"] = json.dumps(sent)
        return away
    answer = render(request, "deals/risk_desk/_said.html")
    answer["HX-Trigger"] = json.dumps(sent | {"logged": {"deal": desk.deal.pk}, "logged-all": {}})
    answer["HX-Reswap"] = "none"
    return answer


def _page(request: PersonRequest, desk: Desk, form: WriteForm, *, left: str = "") -> HttpResponse:
    context = {
        "desk": desk,
        "deal": desk.deal,
        "answers": desk.answers,
        "mail": desk.mail,
        "form": form,
        "left": left,
        "address": request.path,
        "next": way_to(request, request.POST.get("next") or request.GET.get("next")),
        "draft": f"{request.user.pk}:{request.path}:{desk.answers.said.pk if desk.answers else ''}",
    }
    template = "deals/outbox/_form.html" if request.htmx else "deals/outbox/page.html"
    return render(request, template, context, status=422 if form.errors else 200)
