"""Accounts: the list, one account's page, what is known of it, its domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.authority import may_merge, may_steer
from accounts.customer_history import changes_of
from accounts.models import Account, User
from accounts.refusals import Refused
from accounts.requests import typed_number, typed_words
from accounts.services.customers import add_domain, edit_account, remove_domain
from deals.customers.account import account_or_404, deals_of, group_of
from deals.customers.forms import EditAccountForm, account_initial
from deals.customers.likely import likely_accounts
from deals.customers.listing import ORDERS, Filters, listing
from deals.customers.people import people_at
from deals.customers.said import said_at
from deals.customers.talks import talks
from deals.views.added import added_or_removed
from deals.views.stayed import or_the_account_that_stayed

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest


@require_GET
def customers(request: PersonRequest) -> HttpResponse:
    """The accounts one may see, filtered and sorted as the URL says."""
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS["stake"])
    words = typed_words(request.GET, "q")
    lifecycle = request.GET.get("lifecycle", "") if request.GET.get("lifecycle") in Account.Lifecycle.values else ""
    owner = request.GET.get("owner", "")
    owner = owner if owner == "nobody" or typed_number(owner) else ""
    wanted = Filters(words, lifecycle, owner)
    found = listing(request.user, wanted=wanted, order=order, token=request.GET.get("page", ""))
    context = {
        "listing": found,
        "any": bool(found.rows) or Account.objects.visible_to(request.user).exists(),
        "order": order,
        "orders": ORDERS.values(),
        "words": words,
        "lifecycle": lifecycle,
        "lifecycles": Account.Lifecycle.choices,
        "owner": owner,
        "owners": User.objects.visible_to(request.user).here(timezone.now()).order_by("name").values_list("pk", "name"),
        "filtered": bool(wanted),
    }
    return render(request, "customers/list.html", context)


@require_GET
@or_the_account_that_stayed
def customer(request: PersonRequest, pk: int) -> HttpResponse:
    """One account with all that hangs on it; with ``before`` and htmx only the earlier part of what was said."""
    now = timezone.now()
    account = account_or_404(request.user, pk, timezone.localdate(now))
    deals = deals_of(account, request.user)
    before = request.GET.get("before", "")
    context: dict[str, Any] = {"account": account, "page": said_at(account, deals.ids, before), "before": before}
    if request.htmx and before:
        return render(request, "customers/_happened.html", context)
    parent, subsidiaries = group_of(account, request.user)
    people, more_people = people_at(account)
    context |= {
        "deals": deals,
        "parent": parent,
        "subsidiaries": subsidiaries,
        "people": people,
        "more_people": more_people,
        "talks": talks(account, deals.ids, now),
        "may_merge": may_merge(request.user, account, account),
    }
    return render(request, "customers/account.html", context)


@require_GET
def twins(request: PersonRequest, pk: int) -> HttpResponse:
    """Accounts that may be the same: a fragment for the page, which does not wait for it."""
    account = get_object_or_404(Account.objects.visible_to(request.user).prefetch_related("domains"), pk=pk)
    found = likely_accounts(request.user, name=account.name, domains=[one.domain for one in account.domains.all()], but=account.pk)
    context = {"account": account, "likely": found, "may_merge": may_merge(request.user, account, account)}
    return render(request, "customers/_twins.html" if request.htmx else "customers/twins.html", context)


@require_GET
def changes(request: PersonRequest, pk: int) -> HttpResponse:
    """Who changed what: a fragment for the account's page, or a page of its own."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    template = "customers/_changes.html" if request.htmx else "customers/changes.html"
    return render(request, template, {"account": account, "changes": changes_of(account, reader=request.user)})


@require_http_methods(["GET", "POST"])
@or_the_account_that_stayed
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """What is known of an account; who may not steer it is not asked for owner, lifecycle and recurring value."""
    account = get_object_or_404(Account.objects.visible_to(request.user).select_related("owner", "parent"), pk=pk)
    now = timezone.now()
    form = EditAccountForm(request.POST or None, account=account, by=request.user, now=now, initial=account_initial(account))
    if request.method == "POST" and form.is_valid():
        try:
            edit_account(account=account, by=request.user, now=now, **form.changes)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("customer", pk)
    context = {"account": account, "form": form, "may_steer": may_steer(request.user, account)}
    return render(request, "customers/edit.html", context, status=422 if form.errors else 200)


@require_POST
@or_the_account_that_stayed
def domains(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a mail domain, or take one away."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)

    def add(typed: str) -> str:
        return _("Mail from %(domain)s is theirs.") % {"domain": add_domain(account=account, domain=typed, by=request.user).domain}

    def remove(domain: str) -> str:
        remove_domain(account=account, domain=domain)
        return _("Taken away. Mail from there is nobody's again.")

    return added_or_removed(request, reverse("customer", args=[pk]), field="domain", place="domains", most=300, add=add, remove=remove)
