"""Quick add from anywhere: an account, a contact, a person for a deal. In a dialog, or as a page of its own without script.

While one types, records that may be the same are shown. They are a warning: who has seen them goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Account, Contact
from accounts.refusals import Refused
from accounts.requests import typed_number, typed_words, way_to
from accounts.services.contacts import add_contact
from accounts.services.customers import add_account
from deals.customers.forms import ROLES, DealPersonForm, NewAccountForm, NewContactForm
from deals.customers.likely import Likely, likely_accounts, likely_contacts
from deals.models import Deal
from deals.services.customers import add_to_deal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse, QueryDict

    from accounts.models import User
    from accounts.requests import PersonRequest

OFFERED = 6


@require_http_methods(["GET", "POST"])
def account(request: PersonRequest) -> HttpResponse:
    """A new account; one's own."""
    form = NewAccountForm(request.POST or None, initial={"name": typed_words(request.GET, "name")})
    likely: Sequence[Likely] = ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        likely = likely_accounts(request.user, name=data["name"], domains=[data["domain"]])
        if _warned(request.POST, likely):
            try:
                made = add_account(owner=request.user, **data)
            except Refused as refusal:
                form.add_error("domain" if data["domain"] and data["name"].strip() else None, str(refusal))
            else:
                return _done(request, made.name, reverse("customer", args=[made.pk]))
    return _form(request, "account", form, likely)


@require_http_methods(["GET", "POST"])
def contact(request: PersonRequest) -> HttpResponse:
    """A new contact, at an account if one likes."""
    known = _known_account(request.user, request.GET.get("account"))
    initial = {"name": typed_words(request.GET, "name"), "account": known.name if known else ""}
    form = NewContactForm(request.POST or None, by=request.user, initial=initial)
    likely: Sequence[Likely] = ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        likely = likely_contacts(request.user, name=data["name"], email=data["email"], phone=data["phone"], account=data["account"])
        if _warned(request.POST, likely):
            try:
                made = add_contact(**data)
            except Refused as refusal:
                form.add_error("email", str(refusal))
            else:
                return _done(request, made.name, reverse("contact", args=[made.pk]))
    return _form(request, "contact", form, likely, account_id=known.pk if known else typed_number(request.POST.get("account_id")))


@require_http_methods(["GET", "POST"])
def deal_person(request: PersonRequest, pk: int) -> HttpResponse:
    """Somebody for a deal: one who is known, or a new contact at its account."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user).select_related("account"), pk=pk)
    if request.method == "POST" and (chosen := typed_number(request.POST.get("use"))):
        person = get_object_or_404(Contact.objects.visible_to(request.user), pk=chosen)
        return _put_on(request, deal, person, typed_words(request.POST, "role", most=60))
    form = DealPersonForm(request.POST or None)
    likely: Sequence[Likely] = ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        role = data.pop("role")
        likely = likely_contacts(request.user, name=data["name"], email=data["email"], phone=data["phone"], account=deal.account)
        if _warned(request.POST, likely):
            try:
                return _put_on(request, deal, add_contact(account=deal.account, **data), role)
            except Refused as refusal:
                form.add_error("email", str(refusal))
    offered = () if likely else _offered(request.user, deal, "")
    return _form(request, "person", form, likely, deal=deal, offered=offered, roles=ROLES)


@require_GET
def likely_ones(request: PersonRequest, kind: str) -> HttpResponse:
    """While somebody types: records that may be the one they mean."""
    name, user = typed_words(request.GET, "name", most=200), request.user
    if kind == "account":
        found = likely_accounts(user, name=name, domains=[typed_words(request.GET, "domain", most=253)])
        return render(request, "customers/_likely.html", {"likely": found, "kind": kind})
    deal = Deal.objects.visible_to(user).filter(pk=typed_number(request.GET.get("deal")) or 0).select_related("account").first()
    at = deal.account if deal else _account_meant(user, request.GET)
    email, phone = typed_words(request.GET, "email", most=254), typed_words(request.GET, "phone")
    found = likely_contacts(user, name=name, email=email, phone=phone, account=at)
    offered = [one for one in _offered(user, deal, name) if one.pk not in {likely.one.pk for likely in found}] if deal else []
    return render(request, "customers/_likely.html", {"likely": found, "offered": offered, "kind": "contact", "deal": deal})


def _offered(user: User, deal: Deal, words: str) -> Sequence[Contact]:
    """People at the deal's account who are there and not on the deal yet, by what was typed of their name."""
    if deal.account_id is None:
        return ()
    there = Contact.objects.visible_to(user).filter(account=deal.account_id, left_on__isnull=True).exclude(deal_contacts__deal=deal)
    return list(there.filter(name__icontains=words).order_by("name")[:OFFERED])


def _account_meant(user: User, asked: QueryDict) -> Account | None:
    """The account whose name stands in the form; None where none or more than one has it."""
    known = _known_account(user, asked.get("account_id"))
    words = typed_words(asked, "account", most=200)
    if known is not None and known.name == words:
        return known
    found = list(Account.objects.visible_to(user).filter(name__iexact=words)[:2]) if words else []
    return found[0] if len(found) == 1 else None


def _known_account(user: User, pk: str | None) -> Account | None:
    number = typed_number(pk)
    return Account.objects.visible_to(user).filter(pk=number).first() if number else None


def _warned(said: QueryDict, likely: Sequence[Likely]) -> bool:
    """Has the person seen every record that may be the same?"""
    seen = {part for value in said.getlist("seen") for part in value.split(",")}
    return all(str(one.one.pk) in seen for one in likely)


def _put_on(request: PersonRequest, deal: Deal, person: Contact, role: str) -> HttpResponse:
    try:
        add_to_deal(deal=deal, contact=person, role=role)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is part of the deal.") % {"name": person.name})
    return _go(request, deal.get_absolute_url())


def _done(request: PersonRequest, name: str, path: str) -> HttpResponse:
    """Back to where one was, with a way to what was made."""
    messages.success(request, format_html('{} <a href="{}">{}</a>', _("Added:"), path, name))
    return _go(request, way_to(request, request.POST.get("next")) or path)


def _go(request: PersonRequest, path: str) -> HttpResponse:
    return HttpResponseClientRedirect(path) if request.htmx else redirect(path)


def _form(request: PersonRequest, kind: str, form: Any, likely: Sequence[Likely], **more: Any) -> HttpResponse:
    context = {"kind": kind, "form": form, "likely": likely, "next": request.POST.get("next") or request.GET.get("next", ""), **more}
    refused = request.method == "POST"
    return render(request, "customers/_new.html" if request.htmx else "customers/new.html", context, status=422 if refused else 200)
