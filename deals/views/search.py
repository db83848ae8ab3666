"""Search over deals, accounts, contacts and colleagues: what one may see, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q
from django.db.models.functions import Greatest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.views.decorators.http import require_GET

from accounts.models import Account, Contact, User
from accounts.requests import typed_words
from deals.models import Deal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.requests import PersonRequest

SIZE = 20
NAMES = 12


@dataclass(frozen=True, slots=True)
class Found:
    deals: Sequence[Deal]
    accounts: Sequence[Account] = ()
    contacts: Sequence[Contact] = ()
    colleagues: Sequence[User] = ()
    mine: bool = True

    def __bool__(self) -> bool:
        return bool(self.deals or self.accounts or self.contacts or self.colleagues)


def search_for(words: str, user: User, *, deals_alone: bool = False) -> Found:
    """At most ``SIZE`` of each kind, open deals first; four queries. ``deals_alone``: only what one can log on."""
    if deals_alone:
        return Found(deals=deals_named(words, user))
    accounts = Account.objects.visible_to(user)
    contacts = Contact.objects.visible_to(user).select_related("account")
    named = accounts.filter(name__icontains=words).order_by("name")
    found_accounts = list(named.annotate(open_deals=Count("deals", filter=Q(deals__status__in=["inquiry", "open"])))[:SIZE])
    people = contacts.filter(Q(name__icontains=words) | Q(email__istartswith=words)).order_by("name")[:SIZE]
    return Found(deals=deals_named(words, user), accounts=found_accounts, contacts=list(people), colleagues=owners_named(words, user))


def deals_named(words: str, user: User) -> list[Deal]:
    """Deals by their own name, their account's, or that of a person on them; open ones first."""
    deals = Deal.objects.visible_to(user).named(words).select_related("account", "owner", "stage")
    return list(deals.order_by(F("closed_on").desc(nulls_first=True), "-value_at_stake", "-pk")[:SIZE])


def owners_named(words: str, user: User) -> list[User]:
    """People of ours who own deals one may see, with how many of these are open (``open_deals``)."""
    owned = Deal.objects.visible_to(user).watched().values("pk")
    people = User.objects.visible_to(user).filter(name__icontains=words)
    return list(people.annotate(open_deals=Count("deals", filter=Q(deals__in=owned))).filter(open_deals__gt=0).order_by("name")[:SIZE])


def lately(user: User) -> Found:
    """What somebody with an empty search box most likely wants: their own open deals with the latest contact.

    Who owns none gets those of the people in sight, the ones last spoken about or moved first.
    """
    watched = Deal.objects.visible_to(user).watched().select_related("account", "owner", "stage")
    mine = list(watched.filter(owner=user).order_by(F("last_contact_at").desc(nulls_last=True), "-pk")[:SIZE])
    if mine:
        return Found(deals=mine)
    touched = watched.order_by(Greatest("last_contact_at", "stage_entered_at").desc(), "-pk")
    return Found(deals=list(touched[:SIZE]), mine=False)


@require_GET
def search(request: PersonRequest) -> HttpResponse:
    """The results page; with ``then=log`` each deal leads to where one logs."""
    words = typed_words(request.GET, "q")
    logging = request.GET.get("then") == "log"
    found = lately(request.user) if not words else search_for(words, request.user, deals_alone=logging)
    context: dict[str, Any] = {"words": words, "found": found, "logging": logging, "size": SIZE, "anchor": "#log" if logging else ""}
    return render(request, "deals/search.html", context)


@require_GET
def account_names(request: PersonRequest) -> HttpResponse:
    """Names for the box one types an account into."""
    words = typed_words(request.GET, "account")
    names = Account.objects.visible_to(request.user).filter(name__icontains=words).order_by("name").values_list("name")[:NAMES] if words else ()
    return HttpResponse(format_html_join("", '<option value="{}"></option>', names))


@require_GET
def contact_names(request: PersonRequest) -> HttpResponse:
    """Contacts for the box one types an introducer into: the address where there is one, the name beside it."""
    words = typed_words(request.GET, "introduced_by")
    people = (
        Contact.objects.visible_to(request.user).filter(Q(name__icontains=words) | Q(email__istartswith=words)) if words else Contact.objects.none()
    )
    rows = ((email or name, name) for name, email in people.order_by("name").values_list("name", "email")[:NAMES])
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', rows))
