"""Watched deals as the narrow rows that risk is ranked by, with indexes in its orders; see :class:`deals.models.DealRisk`.

Whose a deal is and how bad it stands is known there; only for the rest the deals themselves are asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.filters import OF_SIGNALS
from deals.models import Deal, DealRisk
from deals.terms import EVERY, Terms

if TYPE_CHECKING:
    from accounts.models import User
    from deals.filters import DealFilter
    from deals.querysets import DealQuerySet, Shape

WHOSE = frozenset({"owner", "team"})


def risk_rows(user: User, found: DealFilter) -> DealQuerySet:
    """Those of the deals a filter finds, and of what it asks of their signals the severity."""
    rows: DealQuerySet = found.of_deals(DealRisk.objects.visible_to(user), names=WHOSE)
    if "severity" in found.given:
        rows = rows.filter(worst_severity__gte=found.given["severity"])
    rest = found.given.keys() - WHOSE - set(OF_SIGNALS)
    return rows.filter(deal__in=found.of_deals(Deal.objects.all(), names=rest)) if rest else rows


def usual_risk_rows(shape: Shape, terms: Terms) -> DealQuerySet:
    """The same for a prepared statement. That they are watched need not be asked."""
    rows: DealQuerySet = DealRisk.objects.in_shape(shape).filter(Terms(owner=terms.owner, team=terms.team).of_deals())
    rest = terms._replace(owner=EVERY.owner, team=EVERY.team, state="all" if terms.state == "watched" else terms.state)
    return rows if rest == EVERY else rows.filter(deal__in=Deal.objects.filter(rest.of_deals()))
