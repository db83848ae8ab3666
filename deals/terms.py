"""What the list, the board and the running totals are asked most: for each combination there is one prepared statement.

The values themselves are no part of it. They are given when the statement is run, under the names of the filters; a team
as the ids of all below it (``teams``).
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from accounts.prepared import Given
from deals.models.pipelines import WATCHED_KINDS


class Terms(NamedTuple):
    """``owner``: "somebody", "nobody" or "" for anybody. ``state``: "all", "watched" (open or an inquiry), or "one" that is given."""

    owner: str = ""
    team: bool = False
    pipeline: bool = False
    stage: bool = False
    state: str = "all"

    def of_deals(self) -> Q:
        return self._terms(kind="status", pipeline="pipeline_id")

    def of_totals(self) -> Q:
        return self._terms(kind="stage__kind", pipeline="stage__pipeline_id")

    def _terms(self, *, kind: str, pipeline: str) -> Q:
        terms = Q()
        if self.owner:
            terms &= Q(owner_id=Given("owner")) if self.owner == "somebody" else Q(owner__isnull=True)
        if self.team:
            terms &= Q(team_id__any_of=Given("teams"))
        if self.pipeline:
            terms &= Q(**{pipeline: Given("pipeline")})
        if self.stage:
            terms &= Q(stage_id=Given("stage"))
        if self.state != "all":
            terms &= Q(**{kind: Given("state")}) if self.state == "one" else Q(**{f"{kind}__in": WATCHED_KINDS})
        return terms


EVERY = Terms()
