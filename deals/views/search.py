"""Search over deals, accounts, contacts, colleagues and commands: a page of results, and the palette under the box at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.views.decorators.http import require_GET

from accounts.models import Account, Contact
from accounts.plain import Plain, PlainContact
from accounts.requests import page_behind, typed_words
from deals.search.asked import Spelling, ask
from deals.search.finding import every
from deals.search.results import all_commands, lately, search_for
from deals.search.sight import customers_in_sight

if TYPE_CHECKING:
    from accounts.requests import PersonRequest
    from deals.search.results import Group

# Results a group: on the page, and in the palette, which must not hide what is below it.
SIZE = 20
LIVE_SIZE = 5
NAMES = 12


@require_GET
def search(request: PersonRequest) -> HttpResponse:
    """The results page; with ``live`` the palette's list alone. ``then=log`` is the old address of logging from anywhere."""
    words = typed_words(request.GET, "q")
    if request.GET.get("then") == "log":
        return redirect(f"{reverse('log-anywhere')}?{urlencode({'q': words})}" if words else "log-anywhere")
    asked = ask(words)
    live = "live" in request.GET
    size = LIVE_SIZE if live else SIZE
    if asked:
        groups = search_for(asked, request.user, size=size)
    else:
        groups = [group for group in (lately(request.user, size=size), all_commands(request.user)) if group.results] if not words else []
    context: dict[str, Any] = {
        "words": words,
        "groups": groups,
        "size": size,
        "found": sum(len(group.results) for group in groups),
        "back": _back(request),
    }
    return render(request, "deals/search/_live.html" if live else "deals/search/page.html", context)


def _back(request: PersonRequest) -> str:
    """Where one is, for a command that changes something and stays there."""
    return page_behind(request) or request.get_full_path()


def deals_for(words: str, request: PersonRequest, *, size: int, account_id: int | None = None) -> Group | None:
    """Deals to log something on: those that answer the words, or with none the latest, of the account if one is known."""
    asked = ask(words)
    if not words:
        return lately(request.user, size=size, account_id=account_id)
    groups = search_for(asked, request.user, size=size, deals_alone=True) if asked else []
    return groups[0] if groups else None


@require_GET
def account_names(request: PersonRequest) -> HttpResponse:
    """Names for the box one types an account into."""
    asked = ask(typed_words(request.GET, "account"))
    matching = every(Plain("name"), [Spelling(word) for word in asked.words])
    found = customers_in_sight(request.user).accounts(matching) if asked else Account.objects.none()
    return HttpResponse(format_html_join("", '<option value="{}"></option>', found.order_by("name").values_list("name")[:NAMES]))


@require_GET
def contact_names(request: PersonRequest) -> HttpResponse:
    """Contacts for the box one types an introducer into: the address where there is one, the name beside it."""
    asked = ask(typed_words(request.GET, "introduced_by"))
    matching = every(PlainContact("name", "email", "phone"), [Spelling(word) for word in asked.words])
    people = customers_in_sight(request.user).contacts(matching) if asked else Contact.objects.none()
    rows = ((email or name, name) for name, email in people.order_by("name").values_list("name", "email")[:NAMES])
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', rows))
