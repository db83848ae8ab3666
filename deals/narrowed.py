"""What a screen of deals is narrowed to by its address, and what that comes to: the same for list, board, desk and export."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.cache import cache

from accounts.sight import what_is_seen
from deals.every_stage import every_stage
from deals.filters import NOBODY, DealFilter, as_named_now
from deals.terms import Terms
from deals.totals import counted_totals, kept_totals, summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from accounts.models import User
    from accounts.requests import PersonRequest
    from deals.totals import StageTotal, Summary

Counted = TypeVar("Counted")
# What the running totals can be asked for.
KEPT_BY = frozenset({"owner", "team", "stage", "pipeline", "state"})
# Up to as many deals are counted while the page waits.
LARGE = 20_000
KEPT = 60  # seconds


def narrowed(request: PersonRequest, query: QueryDict | None = None, *, whole: bool = False) -> DealFilter:
    """The filter of a request's address (or of ``query``) over the deals its person may see; ``whole``: to be shown as a form.

    An address with names of before is the request's under those of today from here on: its links say the new ones.
    """
    if query is None:
        query = as_named_now(request.GET)
        request.GET = query  # type: ignore[assignment] # nothing writes into it
    return DealFilter(as_named_now(query), request=request, whole=whole)


def totals_for(user: User, found: DealFilter, *, wait: bool = True) -> dict[int, StageTotal] | None:
    """By stage id, what the filter finds: from the running totals where they know it, otherwise counted.

    Where that has to look at more than ``LARGE`` deals, what was counted is kept for a minute; with ``wait=False`` it is None
    until somebody has counted. At most two queries.
    """
    kept = kept_totals(user, terms_of(found), **values_of(found))
    if is_usual(found):
        return kept
    large = sum(total.deals for total in kept.values()) > LARGE
    return counted_once("totals", user, found, lambda: counted_totals(found.qs), large=large, wait=wait)


def counted_once(what: str, user: User, found: DealFilter, count: Callable[[], Counted], *, large: bool, wait: bool) -> Counted | None:
    """What ``count`` finds. Where it is ``large`` it is counted once a minute for all who see and ask the same, and only for who would ``wait``."""
    if not large:
        return count()
    key = f"{what}:{sha256(repr((what_is_seen(user), found.key)).encode()).hexdigest()}"
    known: Counted | None = cache.get(key)
    if known is None and wait:
        known = count()
        cache.set(key, known, KEPT)
    return known


def summary_for(user: User, found: DealFilter, *, wait: bool) -> Summary | None:
    """The totals in one sentence; None where ``wait`` is false and it would take long. Two queries, three where deals are counted."""
    totals = totals_for(user, found, wait=wait)
    return None if totals is None else summary(totals, every_stage())


def is_usual(found: DealFilter) -> bool:
    """Whether no more is asked than terms can say."""
    return found.given.keys() <= KEPT_BY


def terms_of(found: DealFilter) -> Terms:
    """The part of a filter that the running totals can be asked for."""
    given = found.given
    owner, state = given.get("owner"), given.get("state")
    return Terms(
        owner="" if owner is None else "nobody" if owner == NOBODY else "somebody",
        team="team" in given,
        pipeline="pipeline" in given,
        stage="stage" in given,
        state="all" if state == "all" else "one" if state else "watched",
    )


def values_of(found: DealFilter) -> dict[str, Any]:
    """What fills the places of these terms."""
    values = {name: getattr(value, "pk", value) for name, value in found.given.items() if name in KEPT_BY}
    if "team" in found.given:
        values["teams"] = list(found.teams_below(found.given["team"]))
    return values
