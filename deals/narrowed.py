"""What a screen of deals is narrowed to by its address, and what that comes to: the same for list, board, desk and export."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Q

from accounts.sight import sight_of
from deals.filters import NOBODY, DealFilter, as_named_now
from deals.models import Deal
from deals.models.pipelines import WATCHED_KINDS
from deals.totals import counted_totals, kept_totals

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User
    from accounts.requests import PersonRequest
    from deals.totals import StageTotal

# What the running totals can be asked for.
KEPT_BY = frozenset({"owner", "team", "stage", "pipeline", "state"})
# Up to as many deals are counted while the page waits.
LARGE = 20_000
KEPT = 60  # seconds


def narrowed(request: PersonRequest, query: QueryDict | None = None) -> DealFilter:
    """The filter of a request's address (or of ``query``) over the deals its person may see."""
    asked = as_named_now(request.GET if query is None else query)
    return DealFilter(asked, queryset=Deal.objects.visible_to(request.user), request=request)


def totals_for(user: User, found: DealFilter, *, wait: bool = True) -> dict[int, StageTotal] | None:
    """By stage id, what the filter finds: from the running totals where they know it, otherwise counted.

    Where that has to look at more than ``LARGE`` deals, what was counted is kept for a minute; with ``wait=False`` it is
    None until somebody has counted. At most four queries.
    """
    if found.given.keys() <= KEPT_BY:
        return kept_totals(user, kept_terms(found))
    most = sum(total.deals for total in kept_totals(user, kept_terms(found)).values())
    if most <= LARGE:
        return counted_totals(found.qs)
    key = _key(user, found)
    known: dict[int, StageTotal] | None = cache.get(key)
    if known is None and wait:
        known = counted_totals(found.qs)
        cache.set(key, known, KEPT)
    return known


def kept_terms(found: DealFilter) -> Q:
    """The part of a filter that the running totals can be asked for."""
    given, terms = found.given, Q()
    state = given.get("state")
    if state != "all":
        terms &= Q(stage__kind=state) if state else Q(stage__kind__in=WATCHED_KINDS)
    if "owner" in given:
        terms &= Q(owner__isnull=True) if given["owner"] == NOBODY else Q(owner=given["owner"])
    if "team" in given:
        terms &= Q(team_id__in=found.teams_below(given["team"]))
    if "pipeline" in given:
        terms &= Q(stage__pipeline=given["pipeline"])
    if "stage" in given:
        terms &= Q(stage=given["stage"])
    return terms


def _key(user: User, found: DealFilter) -> str:
    """The same for everybody who may see the same, asking the same."""
    sight = sight_of(user)
    seen = "everything" if sight.everything else (user.pk, sorted(sight.team_ids), sorted(sight.user_ids))
    asked = sorted((name, str(getattr(value, "pk", value))) for name, value in found.given.items())
    return f"totals:{sha256(repr((seen, asked)).encode()).hexdigest()}"
