"""A new deal, and what is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.refusals import Refused
from accounts.services.customers import add_account
from deals.forms import EditDealForm, NewDealForm, initial_of
from deals.one_deal import deal_or_404
from deals.services.deals import edit_deal, first_open_stage, open_deal

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.models import Account
    from accounts.requests import PersonRequest
    from deals.models import Deal

FACTS = ("name", "amount", "product", "source", "introduced_by", "expected_close_on")


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Open a deal; one's own unless another owner is chosen."""
    now = timezone.now()
    people = User.objects.visible_to(request.user).here(now).order_by("name")
    initial = {"owner": request.user.pk, "stage": first_open_stage().pk}
    form = NewDealForm(request.POST or None, by=request.user, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            deal = _open(form, request.user, now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Opened. Name the next step, so that it does not stand still."))
            return redirect(deal)
    return render(request, "deals/new.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _open(form: NewDealForm, by: User, now: datetime) -> Deal:
    data = form.cleaned_data
    return open_deal(account=_account(data, by), owner=data["owner"], stage=data["stage"], by=by, now=now, **{name: data[name] for name in FACTS})


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Change what is known of a deal. No edit counts as contact."""
    deal = deal_or_404(request.user, pk)
    form = EditDealForm(request.POST or None, by=request.user, initial=initial_of(deal))
    if request.method == "POST" and form.is_valid():
        try:
            _edit(deal, form, request.user, timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(deal)
    return render(request, "deals/edit.html", {"deal": deal, "form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _edit(deal: Deal, form: EditDealForm, by: User, now: datetime) -> None:
    changes = form.changes
    if "account" in changes:
        changes["account"] = _account(form.cleaned_data, by)
    edit_deal(deal=deal, by=by, now=now, **changes)


def _account(data: dict[str, Any], by: User) -> Account | None:
    return add_account(name=data["new_account"], owner=by) if data["new_account"] else data["account"]
