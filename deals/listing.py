"""One page of the list: which deals stand on it, and all that their rows say. The export reads the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils import timezone

from accounts.keyset import Page, page
from accounts.sight import parents_of_teams
from deals.ageing import ageing_of
from deals.cells import CELLS, Line
from deals.models import Deal, NextStep, RiskSignal
from deals.risk.sentences import rule_name
from deals.services.bulk import Seen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.utils.safestring import SafeString

    from accounts.models import User
    from deals.columns import Column
    from deals.orders import Order
    from deals.querysets import DealQuerySet

SIZE = 50
# What hangs on a deal, by the column that shows it.
JOINED = {"product": "product", "team": "team"}


@dataclass(frozen=True, slots=True)
class Row:
    """A deal with its cells in the order of the columns. ``seen``: what of it was shown, so that a later act can tell whether it changed."""

    deal: Deal
    cells: list[tuple[Column, SafeString | str]]
    seen: str


def deals_on(deals: DealQuerySet, order: Order, token: str, columns: Sequence[Column]) -> Page[Deal]:
    """The page's deals with all that a row shows. First which ones, over narrow rows (sorting wide ones of everybody
    costs three times as much), then these alone with what hangs on them. Two queries, and one each for signals and steps."""
    found = page(deals.annotate(**order.annotations).only(*order.stored), keys=order.keys, size=SIZE, token=token)
    by_id = whole(Deal.objects.all(), columns).in_bulk([deal.pk for deal in found.rows])
    # A deal that was deleted between the two is gone from the page, too.
    return replace(found, rows=[by_id[deal.pk] for deal in found.rows if deal.pk in by_id])


def whole(deals: DealQuerySet, columns: Sequence[Column]) -> DealQuerySet:
    """The deals with what these columns show of them."""
    names = {column.name for column in columns}
    found: DealQuerySet = deals.select_related("account", "owner", "stage__rhythm", *(JOINED[name] for name in JOINED if name in names))
    if "severity" in names:
        found = found.prefetch_related(raised())
    if "next_step" in names:
        found = found.prefetch_related(Prefetch("next_steps", queryset=NextStep.objects.filter(ended_at__isnull=True), to_attr="current_steps"))
    return found


def raised() -> Prefetch[str, Any, str]:
    signals = RiskSignal.objects.filter(state=RiskSignal.State.RAISED).order_by("-severity", "-times_over")
    return Prefetch("signals", queryset=signals.only("deal_id", "rule", "severity"), to_attr="raised")


def rows(deals: Sequence[Deal], columns: Sequence[Column], user: User, now: datetime) -> list[Row]:
    """At most four queries more: for how long each deal may be in its stage."""
    names = frozenset(column.name for column in columns)
    ageing = ageing_of(deals, now, parents_of_teams(user)) if "age" in names else {}
    today = timezone.localdate(now)
    found = []
    for deal in deals:
        days = max((now - deal.stage_entered_at).days, 0)
        line = Line(deal, chips_of(deal), ageing.get(deal.pk), days, today, names)
        found.append(Row(deal, [(column, CELLS[column.name](line)) for column in columns], str(Seen(deal.pk, deal.owner_id, deal.stage_id))))
    return found


def chips_of(deal: Deal) -> list[tuple[int, str]]:
    signals: list[RiskSignal] = getattr(deal, "raised", [])
    return [(signal.severity, rule_name(signal.rule)) for signal in signals]
