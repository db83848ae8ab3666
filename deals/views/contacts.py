"""One person at a customer: who they are, what was said with them, their addresses, and that they left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.authority import may_merge
from accounts.models import Contact
from accounts.refusals import Refused
from accounts.services.contacts import add_address, edit_contact, record_leaving, remove_address
from deals.customers.brought import brought_by
from deals.customers.contact import addresses_of, contact_or_404, introduced_by, parts_of
from deals.customers.forms import EditContactForm, LeavingForm, contact_initial
from deals.customers.likely import likely_contacts
from deals.customers.said import last_said_with, said_with
from deals.letters.reach import reach_of
from deals.views.added import added_or_removed
from deals.views.stayed import or_the_contact_that_stayed

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.models import User
    from accounts.requests import PersonRequest


def contacts_of(user: User) -> QuerySet[Contact]:
    found: QuerySet[Contact] = Contact.objects.visible_to(user).select_related("account").prefetch_related("addresses")
    return found


@require_GET
@or_the_contact_that_stayed
def contact(request: PersonRequest, pk: int) -> HttpResponse:
    """One contact; with ``before`` and htmx only the earlier part of what was said."""
    person = contact_or_404(request.user, pk)
    at_account: bool = person.at_account  # type: ignore[attr-defined] # annotated
    before = request.GET.get("before", "")
    said = said_with(person, request.user, at_account=at_account, token=before)
    context: dict[str, Any] = {"contact": person, "page": said, "before": before}
    if request.htmx and before:
        return render(request, "customers/_happened.html", context)
    others = addresses_of(person)
    context |= {
        "at_account": at_account,
        "addresses": others,
        "reach": reach_of(person, others, timezone.localdate()),
        "parts": parts_of(person, request.user),
        "brought": brought_by(introduced_by(person, request.user), timezone.now()),
        "last_said": last_said_with(person, request.user, at_account=at_account, now=timezone.now()),
        "may_merge": may_merge(request.user, person.account, person.account),
        "leaving": LeavingForm(initial={"left_on": timezone.localdate()}),
        "today": timezone.localdate(),
    }
    return render(request, "customers/contact.html", context)


@require_GET
def twins(request: PersonRequest, pk: int) -> HttpResponse:
    """Contacts that may be the same person: a fragment for the page, which does not wait for it."""
    person = get_object_or_404(contacts_of(request.user), pk=pk)
    found = likely_contacts(request.user, name=person.name, email=person.email, phone=person.phone, account=person.account, but=person.pk)
    context = {"contact": person, "likely": found, "may_merge": may_merge(request.user, person.account, person.account)}
    return render(request, "customers/_twins.html" if request.htmx else "customers/twins.html", context)


@require_http_methods(["GET", "POST"])
@or_the_contact_that_stayed
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """What is known of a contact."""
    person = get_object_or_404(contacts_of(request.user), pk=pk)
    form = EditContactForm(request.POST or None, by=request.user, initial=contact_initial(person))
    if request.method == "POST" and form.is_valid():
        try:
            edit_contact(contact=person, now=timezone.now(), **form.changes)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("contact", pk)
    return render(request, "customers/contact_edit.html", {"contact": person, "form": form}, status=422 if form.errors else 200)


@require_POST
@or_the_contact_that_stayed
def addresses(request: PersonRequest, pk: int) -> HttpResponse:
    """Add one more address, or take one away."""
    person = get_object_or_404(contacts_of(request.user), pk=pk)

    def add(typed: str) -> str:
        add_address(contact=person, email=typed, now=timezone.now())
        return _("Added. Mail from there is theirs.")

    def remove(email: str) -> str:
        remove_address(contact=person, email=email)
        return _("Taken away.")

    return added_or_removed(request, reverse("contact", args=[pk]), field="email", place="addresses", most=254, add=add, remove=remove)


@require_POST
@or_the_contact_that_stayed
def left(request: PersonRequest, pk: int) -> HttpResponse:
    """They left their company on a day; or they are there after all."""
    person = get_object_or_404(contacts_of(request.user), pk=pk)
    form = LeavingForm(request.POST)
    if "back" not in request.POST and not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["left_on"])))
        return redirect("contact", pk)
    try:
        record_leaving(contact=person, left_on=None if "back" in request.POST else form.cleaned_data["left_on"], now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Back with the company.") if "back" in request.POST else _("Recorded. Nobody is asked to log a word with them there any more.")
        )
    return redirect("contact", pk)
