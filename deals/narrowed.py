"""What a screen of deals is narrowed to by its address, and what that comes to: the same for list, board, desk and export."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.sight import sight_of, what_is_seen
from deals.filters import NOBODY, DealFilter, as_named_now
from deals.models import Deal, PipelineTotal, Stage
from deals.models.pipelines import WATCHED_KINDS
from deals.totals import counted_totals, kept_totals, summary

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User
    from accounts.requests import PersonRequest
    from deals.totals import StageTotal, Summary

# What the running totals can be asked for.
KEPT_BY = frozenset({"owner", "team", "stage", "pipeline", "state"})
# Up to as many deals are counted while the page waits.
LARGE = 20_000
KEPT = 60  # seconds


def narrowed(request: PersonRequest, query: QueryDict | None = None) -> DealFilter:
    """The filter of a request's address (or of ``query``) over the deals its person may see.

    An address with names of before is the request's under those of today from here on: its links say the new ones.
    """
    if query is None:
        query = as_named_now(request.GET)
        request.GET = query  # type: ignore[assignment] # nothing writes into it
    return DealFilter(as_named_now(query), queryset=Deal.objects.visible_to(request.user), request=request)


def totals_for(user: User, found: DealFilter, *, wait: bool = True, most: int | None = None) -> dict[int, StageTotal] | None:
    """By stage id, what the filter finds: from the running totals where they know it, otherwise counted.

    Where that has to look at more than ``LARGE`` deals (``most``, where the caller knows), what was counted is kept for a
    minute; with ``wait=False`` it is None until somebody has counted. At most three queries.
    """
    if found.given.keys() <= KEPT_BY:
        return kept_totals(user, kept_terms(found))
    if most is None:
        most = sum(total.deals for total in kept_totals(user, kept_terms(found)).values())
    if most <= LARGE:
        return counted_totals(found.qs)
    key = f"totals:{sha256(repr((what_is_seen(user), found.key)).encode()).hexdigest()}"
    known: dict[int, StageTotal] | None = cache.get(key)
    if known is None and wait:
        known = counted_totals(found.qs)
        cache.set(key, known, KEPT)
    return known


def summary_for(user: User, found: DealFilter, *, wait: bool) -> Summary | None:
    """The totals in one sentence; None where ``wait`` is false and it would take long. Two queries, seldom three."""
    if found.given.keys() <= KEPT_BY:
        return summary(kept_totals(user, kept_terms(found)), Stage.objects.all())
    sight, kept = sight_of(user), PipelineTotal.objects.filter(kept_terms(found), stage=OuterRef("pk"))
    if not sight.everything:
        kept = kept.filter(Q(team_id__in=sight.team_ids) | Q(owner_id__in=sight.user_ids))
    of_stage = Subquery(kept.order_by().values("stage").annotate(of_stage=Sum("deals")).values("of_stage"))
    stages = list(Stage.objects.annotate(most=Coalesce(of_stage, 0)))
    most: int = sum(stage.most for stage in stages)  # type: ignore[attr-defined] # annotated
    totals = totals_for(user, found, wait=wait, most=most)
    return None if totals is None else summary(totals, stages)


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
