"""Merging two accounts, or two contacts: find the other one, see what would become of both, say yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.authority import may_merge
from accounts.models import Account
from accounts.refusals import Refused
from accounts.requests import typed_number, typed_words
from deals.customers.likely import likely_accounts, likely_contacts
from deals.customers.listing import begins
from deals.customers.preview import counts_of, fields_of, taken
from deals.services.merging import merge_accounts, merge_contacts
from deals.views.contacts import contacts_of
from deals.views.stayed import or_the_account_that_stayed, or_the_contact_that_stayed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.models import Contact
    from accounts.requests import PersonRequest

FOUND = 12


@require_http_methods(["GET", "POST"])
@or_the_account_that_stayed
def accounts(request: PersonRequest, pk: int) -> HttpResponse:
    seen = Account.objects.visible_to(request.user).select_related("owner", "parent").prefetch_related("domains")
    keep = get_object_or_404(seen, pk=pk)
    if not may_merge(request.user, keep, keep):
        raise PermissionDenied

    def allowed(other: Account) -> bool:
        return may_merge(request.user, keep, other)

    likely = lambda: likely_accounts(request.user, name=keep.name, domains=[one.domain for one in keep.domains.all()], but=keep.pk)  # noqa: E731 - asked for only where nobody is chosen yet
    return _merge(request, keep, seen, allowed=allowed, likely=likely, merge=merge_accounts, route="customer")


@require_http_methods(["GET", "POST"])
@or_the_contact_that_stayed
def contacts(request: PersonRequest, pk: int) -> HttpResponse:
    seen = contacts_of(request.user)
    keep = get_object_or_404(seen, pk=pk)
    if not may_merge(request.user, keep.account, keep.account):
        raise PermissionDenied

    def allowed(other: Contact) -> bool:
        return may_merge(request.user, keep.account, other.account)

    likely = lambda: likely_contacts(request.user, name=keep.name, email=keep.email, phone=keep.phone, account=keep.account, but=keep.pk)  # noqa: E731 - likewise
    return _merge(request, keep, seen, allowed=allowed, likely=likely, merge=merge_contacts, route="contact")


def _merge(
    request: PersonRequest,
    keep: Any,
    seen: QuerySet[Any],
    *,
    allowed: Callable[[Any], bool],
    likely: Callable[[], list[Any]],
    merge: Callable[..., Any],
    route: str,
) -> HttpResponse:
    """``allowed``: may the reader merge these two; ``merge``: the service; ``route``: the page of the one that stays."""
    number = typed_number(request.POST.get("other") or request.GET.get("other"))
    words = typed_words(request.GET, "q")
    context = {"keep": keep, "route": route, "words": words}
    if number is None:
        found = seen.filter(begins("name", words)).exclude(pk=keep.pk).order_by("name")[:FOUND] if words else ()
        return render(request, "customers/merge_find.html", context | {"found": found, "likely": [] if words else likely()})
    other = get_object_or_404(seen.exclude(pk=keep.pk), pk=number)
    fields = fields_of(keep, other)
    if request.method == "POST":
        try:
            merge(keep=keep, gone=other, by=request.user, now=timezone.now(), take=taken(fields, request.POST))
        except Refused as refusal:
            messages.error(request, str(refusal))
            left = list(seen.filter(pk__in=[keep.pk, other.pk]).values_list("pk", flat=True))
            if len(left) < 2:  # somebody merged the two meanwhile, or one of them into a third
                return redirect(route, *left) if left else redirect("customers")
        else:
            messages.success(request, _("Merged: %(gone)s is part of %(keep)s now.") % {"gone": other.name, "keep": keep.name})
            return redirect(route, keep.pk)
    context |= {"other": other, "fields": fields, "counts": counts_of(keep, other), "allowed": allowed(other)}
    return render(request, "customers/merge.html", context, status=422 if request.method == "POST" else 200)
