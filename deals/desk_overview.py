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
from deals.today.words import evening_before

if TYPE_CHECKING:
    from datetime import datetime

    from deals.desk import Desk
    from deals.desk_sums import Sums

# Up to as many deals, counting takes some ten milliseconds, which every page can bear.
LARGE = 1_500
KEPT = 60  # seconds
# Desks this process has found large: of the others nothing is kept, so the cache is not asked for them. A hint alone.
_large: set[str] = set()
HINTS_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Overview:
    """Of each account, what hangs on it counts once in ``at_stake``, and once for each person and each rule: see ``deals.desk_sums``."""

    sums: Sums
    counted_at: datetime


def overview(desk: Desk, *, now: datetime, anew: bool = False) -> Overview:
    """One query, or none where a large desk was counted within the last minute and need not be counted ``anew``."""
    key = _key(desk, now)
    known: Overview | None = cache.get(key) if key in _large and not anew else None
    if known is not None:
        return known
    found = Overview(desk.sums(now=now), now)
    if found.sums.deals > LARGE:
        cache.set(key, found, KEPT)
        if len(_large) >= HINTS_AT_MOST:
            _large.clear()
        _large.add(key)
    else:
        _large.discard(key)
    return found


def _key(desk: Desk, now: datetime) -> str:
    """The same for everybody who may see the same, asking the same, where yesterday's evening was the same."""
    asked = what_is_seen(desk.user), desk.filters.key, evening_before(now).isoformat()
    return f"risk-desk:{sha256(repr(asked).encode()).hexdigest()}"
