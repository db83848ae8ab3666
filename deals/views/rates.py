"""Exchange rates: what is known, entering one, a file of them, the history of a currency."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.authority import SENIORS
from accounts.models import Role
from accounts.refusals import Refused
from deals import rates as about
from deals.intake import rates as files
from deals.models import ExchangeRate
from deals.rate_forms import RateFileForm, RateForm
from deals.services import rates as service

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponse

    from accounts.requests import PersonRequest

PAGE = 50


def _may_look(request: PersonRequest) -> bool:
    """May they also change what they see?"""
    if request.user.role not in SENIORS:
        raise PermissionDenied(_("Rates are shown to managers, and set by admins."))
    return request.user.role == Role.ADMIN


def _may_set(request: PersonRequest) -> None:
    if not _may_look(request):
        raise PermissionDenied(_("Rates are set by admins."))


@require_http_methods(["GET", "POST"])
def rates(request: PersonRequest) -> HttpResponse:
    """Every currency with its rate of today, and those that lack one; an admin enters another."""
    may_set = _may_look(request)
    form = RateForm(
        request.POST if request.method == "POST" else None, initial={"day": timezone.localdate(), "currency": request.GET.get("currency", "")[:3]}
    )
    if request.method == "POST":
        _may_set(request)
        if form.is_valid() and _enter(request, form):
            return redirect("rates")
    return _page(request, may_set=may_set, form=form, upload=RateFileForm())


def _page(request: PersonRequest, *, may_set: bool, form: RateForm, upload: RateFileForm) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "base": settings.BASE_CURRENCY,
        "may_set": may_set,
        "today": today,
        "known": about.known(today),
        "lacking": about.lacking(),
        "form": form,
        "upload": upload,
    }
    return render(request, "deals/rates/page.html", context, status=422 if form.errors or upload.errors else 200)


def _enter(request: PersonRequest, form: RateForm) -> bool:
    given = form.cleaned_data
    try:
        service.set_rates(rates=[(given["currency"], given["day"], given["rate"])], by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The rate of %(currency)s is kept. Deals in it are valued anew within a minute.") % given)
    return True


@require_http_methods(["GET", "POST"])
def upload(request: PersonRequest) -> HttpResponse:
    """A file of rates: the good ones are kept, each for itself; the bad ones are shown with what to do.

    Its address stays in the browser after a file that failed: asked for again it leads to the rates.
    """
    _may_set(request)
    if request.method == "GET":
        return redirect("rates")
    form = RateFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            found, changed = _take(request, form.cleaned_data["file"])
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if not found.bad:
                messages.success(request, _said(changed, len(found.rates)))
                return redirect("rates")
            context = {"found": found, "said": _said(changed, len(found.rates)), "shown": found.bad[: files.SHOWN], "base": settings.BASE_CURRENCY}
            return render(request, "deals/rates/rejected.html", context, status=422)
    return _page(request, may_set=True, form=RateForm(initial={"day": timezone.localdate()}), upload=form)


def _take(request: PersonRequest, file: UploadedFile[Any]) -> tuple[files.RateFile, int]:
    with tempfile.NamedTemporaryFile(prefix="salvor-rates-") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        found = files.read(Path(kept.name), base=settings.BASE_CURRENCY, used=about.used_currencies())
    return found, service.set_rates(rates=found.rates, by=request.user, now=timezone.now())


def _said(changed: int, read: int) -> str:
    if not read:
        return _("No rate was kept.")
    if not changed:
        return _("Every rate of the file was known already.")
    return ngettext("One rate is new or changed.", "%(n)d rates are new or changed.", changed) % {"n": changed}


@require_GET
def currency(request: PersonRequest, code: str) -> HttpResponse:
    """The rates of one currency, the latest first."""
    may_set = _may_look(request)
    found = ExchangeRate.objects.filter(currency=code).select_related("entered_by")
    if not found.exists():
        raise Http404
    page = keyset.page(found, keys=("-day", "-pk"), size=PAGE, token=request.GET.get("page", ""))
    context = {"currency": code, "base": settings.BASE_CURRENCY, "page": page, "may_set": may_set, "today": timezone.localdate()}
    return render(request, "deals/rates/currency.html", context)


@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    _may_set(request)
    rate = get_object_or_404(ExchangeRate, pk=pk)
    service.remove_rate(rate=rate, now=timezone.now())
    messages.success(request, _("The rate of %(day)s is gone; the one before it counts on.") % {"day": rate.day})
    return redirect("rate-history", rate.currency) if ExchangeRate.objects.filter(currency=rate.currency).exists() else redirect("rates")
