"""The risk desk: what needs somebody, by severity and value, by person, by rule, and what is parked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Role
from deals.desk import Desk, teams_in_sight
from deals.desk_filters import NOBODY, Filters
from deals.desk_map import draw
from deals.desk_overview import overview
from deals.desk_rows import owed
from deals.models import Severity
from deals.risk.sentences import RULE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.models import Team, User
    from accounts.requests import PersonRequest
    from deals.desk import OfPerson, OfRule

TABS = ("person", "rule", "parked")
TOP_PEOPLE = 5


@require_GET
def risk_desk(request: PersonRequest) -> HttpResponse:
    """Everything raised in the user's sight. ``?by=`` chooses the tab, the rest narrows; ``?page=`` is a page's token."""
    now = timezone.now()
    filters = Filters.of(request.GET)
    teams = teams_in_sight(request.user)
    desk = Desk(request.user, filters, teams)
    by = request.GET.get("by", "")
    tab = by if by in TABS else "mine"
    counted = overview(desk, now=now)
    people, rules = counted.people, counted.rules
    context: dict[str, Any] = {
        "tab": tab,
        "here": request.get_full_path(),
        "filters": filters,
        "chosen": chosen(filters, people, teams),
        "teams": teams,
        "people": people,
        "rules": [rule for rule in rules if rule.deals],
        "most_by_rule": max((rule.value for rule in rules), default=0),
        "deals": counted.deals,
        "at_stake": counted.at_stake,
        "counted_at": counted.counted_at if counted.counted_at != now else None,
        "parked_count": sum(rule.parked for rule in rules if filters.rule in ("", rule.rule)),
        "mine": mine(request.user),
        "rule_names": RULE_NAMES.items(),
        "severities": Severity.choices[::-1],
        "nobody": NOBODY,
    }
    token = request.GET.get("page", "")
    if not token:
        context |= _overview(desk, people, rules, now)
    if tab == "parked":
        parked = desk.parked(token=token)
        context |= {"page": parked, "parked": [owed(signal, request.user) for signal in parked.rows]}
    elif tab == "mine":
        page = context.get("first") or desk.deals(token=token)
        context |= {"page": page, "rows": desk.rows(page.rows)}
    return render(request, "deals/risk_desk/page.html", context)


def _overview(desk: Desk, people: Sequence[OfPerson], rules: Sequence[OfRule], now: datetime) -> dict[str, Any]:
    """What stands above the first page: the sentence, the map of its rows, and whom it waits for."""
    first = desk.deals()
    return {
        "first": first,
        "map": draw(first.rows, now=now),
        "answers_owed": next((rule.value for rule in rules if rule.rule == "reply_overdue"), 0) if not desk.filters.rule else 0,
        "older": sum(rule.older for rule in rules) if not desk.filters.older else 0,
        "climbed": desk.climbed(now=now),
        "top_people": people[:TOP_PEOPLE],
        "most": max((one.value for one in people), default=0),
    }


def mine(user: User) -> str:
    """What the first tab is called: whose deals these are."""
    if user.role == Role.ADMIN:
        return _("Everybody")
    return _("My team") if user.role == Role.REP else _("My people")


def chosen(filters: Filters, people: Sequence[OfPerson], teams: Sequence[Team]) -> list[tuple[str, str]]:
    """The filters in words, each with the name that takes it out again."""
    words: list[tuple[str, str]] = []
    if filters.person is not None:
        names = {one.person.pk: one.person.name for one in people if one.person}
        words.append(
            ("person", _("Waits for nobody") if filters.person == NOBODY else names.get(filters.person, _("Somebody for whom nothing waits")))
        )
    if filters.rule:
        words.append(("rule", str(RULE_NAMES[filters.rule])))
    if filters.severity is not None:
        words.append(("severity", str(Severity(filters.severity).label)))
    if filters.older:
        words.append(("older", _("Older than any deal you have won")))
    if filters.team is not None:
        words.append(("team", next((team.name for team in teams if team.pk == filters.team), _("Another team"))))
    if filters.text:
        words.append(("text", f"“{filters.text}”"))
    return words
