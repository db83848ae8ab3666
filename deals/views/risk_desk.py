"""The risk desk: what needs somebody, by severity and value, by person, by rule, and what is parked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Role
from deals.desk import Desk
from deals.desk_found import raised
from deals.desk_map import draw
from deals.desk_overview import overview
from deals.desk_rows import owed
from deals.narrowed import narrowed

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.models import User
    from accounts.requests import PersonRequest
    from deals.desk_sums import Sums

TABS = ("person", "rule", "parked")
TOP_PEOPLE = 5


@require_GET
def risk_desk(request: PersonRequest) -> HttpResponse:
    """Everything raised in the user's sight. ``?by=`` chooses the tab, the rest narrows; ``?page=`` is a page's token."""
    now = timezone.now()
    found = narrowed(request)
    filters = found.given
    desk = Desk(request.user, found)
    by = request.GET.get("by", "")
    tab = by if by in TABS else "mine"
    counted = overview(desk, now=now)
    sums = counted.sums
    rules = sums.rules
    context: dict[str, Any] = {
        "tab": tab,
        "here": request.get_full_path(),
        "filter": found,
        "filters": filters,
        "asked": found.in_words(),
        "people": sums.people,
        "rules": [rule for rule in rules if rule.deals],
        "most_by_rule": max((rule.value for rule in rules), default=0),
        "deals": sums.deals,
        "at_stake": sums.at_stake,
        "counted_at": counted.counted_at if counted.counted_at != now else None,
        "parked_count": sum(rule.parked for rule in rules if filters.get("signal", rule.rule) == rule.rule),
        "mine": mine(request.user),
    }
    token = request.GET.get("page", "")
    if not token:
        context |= _overview(desk, sums, now)
    if tab == "parked":
        parked = desk.parked(token=token)
        context |= {"page": parked, "parked": [(signal, owed(raised(signal), request.user, signal.deal_id)) for signal in parked.rows]}
    elif tab == "mine":
        page = context.get("first") or desk.deals(token=token)
        context |= {"page": page, "rows": desk.rows(page.rows)}
    return render(request, "deals/risk_desk/page.html", context)


def _overview(desk: Desk, sums: Sums, now: datetime) -> dict[str, Any]:
    """What stands above the first page: the sentence, the map of its rows, and whom it waits for."""
    first, rules, people = desk.deals(), sums.rules, sums.people
    return {
        "first": first,
        "map": draw(first.rows, now=now),
        "answers_owed": next((rule.value for rule in rules if rule.rule == "reply_overdue"), 0) if "signal" not in desk.filters.given else 0,
        "older": sum(rule.older for rule in rules) if "older" not in desk.filters.given else 0,
        "climbed": sums.climbed,
        "top_people": people[:TOP_PEOPLE],
        "most": max((one.value for one in people), default=0),
    }


def mine(user: User) -> str:
    """What the first tab is called: whose deals these are."""
    if user.role == Role.ADMIN:
        return _("Everybody")
    return _("My team") if user.role == Role.REP else _("My people")
