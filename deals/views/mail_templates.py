"""Templates of mail: the list, writing one with a preview, sharing it, retiring it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.refusals import Refused
from deals.models import MailTemplate
from deals.outbox import fields
from deals.outbox.template_forms import TemplateForm
from deals.services.mail_templates import add_template, change_template, retire_template, take_up_again

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_GET
def templates(request: PersonRequest) -> HttpResponse:
    """One's own, those shared with one, and one's own that are retired."""
    seen = list(_seen(request))
    mine = [one for one in seen if one.owner_id == request.user.pk]
    context = {
        "mine": [one for one in mine if one.retired_at is None],
        "others": [one for one in seen if one.owner_id != request.user.pk and one.retired_at is None],
        "retired": [one for one in mine if one.retired_at is not None],
    }
    return render(request, "deals/outbox/templates.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """``from``: another's template to begin with."""
    source = _seen(request).filter(pk__in=[pk for pk in [request.GET.get("from", "")] if pk.isdecimal() and len(pk) < 16]).first()
    initial = {"name": source.name, "subject": source.subject, "body": source.body} if source is not None else {}
    form = TemplateForm(request.POST if request.method == "POST" else None, user=request.user, initial=initial)
    if _is_to_be_kept(request, form):
        try:
            made = add_template(owner=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": made.name})
            return redirect("mail-templates")
    return _ask(request, form, None)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_seen(request).filter(owner=request.user), pk=pk)
    initial = {name: getattr(found, name) for name in ("name", "subject", "body", "sharing")}
    form = TemplateForm(request.POST if request.method == "POST" else None, user=request.user, initial=initial)
    if _is_to_be_kept(request, form):
        try:
            change_template(template=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(name)s” is changed. What was written from it stays as it is.") % {"name": form.cleaned_data["name"]})
            return redirect("mail-templates")
    return _ask(request, form, found)


@require_POST
def retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Not offered any more; said once more with ``again``, it is."""
    found = get_object_or_404(_seen(request), pk=pk)
    try:
        if "again" in request.POST:
            take_up_again(template=found, by=request.user)
            messages.success(request, _("“%(name)s” is offered again.") % {"name": found.name})
        else:
            retire_template(template=found, by=request.user, now=timezone.now())
            messages.success(request, _("“%(name)s” is not offered any more.") % {"name": found.name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("mail-templates")


def _seen(request: PersonRequest) -> QuerySet[MailTemplate]:
    return MailTemplate.objects.visible_to(request.user).select_related("owner", "team").order_by("name", "pk")


def _is_to_be_kept(request: PersonRequest, form: TemplateForm) -> bool:
    if request.method != "POST" or not form.is_valid() or request.POST.get("then") == "preview":
        return False
    form.refuse_unknown_fields()
    return form.is_valid()


def _ask(request: PersonRequest, form: TemplateForm, template: MailTemplate | None) -> HttpResponse:
    """With the words as they would be sent to somebody made up, in the reader's own name."""
    team = request.user.team.name if request.user.team is not None else _("your team")
    values = fields.EXAMPLE | {"me": request.user.name, "my_team": team}
    subject, body = (str(form[name].value() or "") for name in ("subject", "body"))
    preview = {"subject": fields.fill(subject, values), "body": fields.fill(body, values)} if body else None
    unknown = [] if form.errors else [*fields.unknown_in(subject), *fields.unknown_in(body)]
    context = {"form": form, "template": template, "fields": fields.FIELDS.items(), "preview": preview, "unknown": unknown}
    return render(request, "deals/outbox/template_form.html", context, status=422 if form.errors else 200)
