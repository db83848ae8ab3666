"""What stands above the risk desk's list: counts and sums. Of a large desk they are kept for a minute.

The list itself is always of this moment. Only its sums have to look at every deal at risk, so a desk with
thousands of them says when it was counted last instead of counting anew for every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.cache import cache

from accounts.sight import what_is_seen

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from deals.desk import Desk, OfPerson, OfRule

# Up to as many deals, counting takes no longer than asking whether it was done lately.
LARGE = 5_000
KEPT = 60  # seconds


@dataclass(frozen=True, slots=True)
class Overview:
    """Of each account, what hangs on it counts once in ``at_stake``, and once for each person and each rule: see ``deals.desk``."""

    deals: int
    at_stake: Decimal
    people: list[OfPerson]
    rules: list[OfRule]
    counted_at: datetime


def overview(desk: Desk, *, now: datetime, anew: bool = False) -> Overview:
    """Three queries, or none where a large desk was counted within the last minute and need not be counted ``anew``."""
    key = _key(desk)
    known: Overview | None = None if anew else cache.get(key)
    if known is not None:
        return known
    found = _count(desk, now)
    if found.deals > LARGE:
        cache.set(key, found, KEPT)
    return found


def _count(desk: Desk, now: datetime) -> Overview:
    deals, at_stake = desk.totals()
    return Overview(deals, at_stake, desk.people(), desk.rules(), now)


def _key(desk: Desk) -> str:
    """The same for everybody who may see the same, asking the same."""
    return f"risk-desk:{sha256(repr((what_is_seen(desk.user), desk.filters.key)).encode()).hexdigest()}"
