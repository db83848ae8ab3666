"""The board: the open stages of one pipeline side by side, each with its first cards and what all of it comes to.

It asks the database for the same few things however many stages, people and deals there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.keyset import after, page
from accounts.sight import parents_of_teams
from deals.board_cards import cards_of
from deals.models import Stage, StageKind
from deals.models.pipelines import WATCHED_KINDS
from deals.narrowed import totals_for
from deals.totals import StageTotal, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User
    from deals.board_cards import Card
    from deals.filters import DealFilter
    from deals.models import Deal, Pipeline
    from deals.totals import Summary

SIZE = 20
KEYS = ("-value_at_stake", "-pk")


@dataclass(frozen=True, slots=True)
class Column:
    """One stage with its first cards. ``later`` asks for the ones after them; empty where there are none."""

    stage: Stage
    total: StageTotal
    cards: list[Card]
    later: str

    @property
    def weighted(self) -> Decimal | None:
        """None for inquiries, which are in no sum."""
        return None if self.stage.kind == StageKind.INQUIRY else self.total.weighted(self.stage.probability)


class Board:
    """What one user sees of one pipeline through one filter. Each part is asked for once, when it is needed."""

    def __init__(self, user: User, found: DealFilter, now: datetime, *, wait: bool = False) -> None:
        """``wait``: count what the running totals do not know, even where that takes longer than a page may."""
        self._wait = wait
        self._user = user
        self._found = found
        self._now = now
        self._asked = found.given

    @cached_property
    def _every_stage(self) -> list[Stage]:
        return list(Stage.objects.select_related("pipeline", "rhythm").order_by("pipeline__position", "pipeline_id", "position", "pk"))

    @cached_property
    def pipeline(self) -> Pipeline | None:
        """The one asked for, that of the stage asked for, or the default one; None in a company without any."""
        every = {one.pipeline_id: one.pipeline for one in self._every_stage}
        if "pipeline" in self._asked:
            return every.get(self._asked["pipeline"].pk)
        if "stage" in self._asked:
            return next((one.pipeline for one in self._every_stage if one == self._asked["stage"]), None)
        return next((one for one in every.values() if one.is_default), None)

    @property
    def pipelines(self) -> list[Pipeline]:
        """Those one may choose between: in use, or looked at."""
        every = {one.pipeline_id: one.pipeline for one in self._every_stage}
        return [one for one in every.values() if one.retired_at is None or one == self.pipeline]

    @property
    def stages(self) -> list[Stage]:
        """All stages of the pipeline."""
        return [one for one in self._every_stage if one.pipeline == self.pipeline]

    @property
    def shown(self) -> list[Stage]:
        """The stages that make a column: of an open kind, asked for, and in use or with deals that still stand there."""
        stage, state = self._asked.get("stage"), self._asked.get("state")
        return [
            one
            for one in self.stages
            if one.kind in WATCHED_KINDS and stage in (None, one) and state in (None, one.kind) and (one.retired_at is None or self._total(one).deals)
        ]

    @property
    def targets(self) -> list[Stage]:
        """The stages a card may go to: every one in use, of the closed ones the first of each kind."""
        in_use = [one for one in self.stages if one.retired_at is None]
        closed = [next((one for one in in_use if one.kind == kind), None) for kind in (StageKind.WON, StageKind.LOST)]
        return [one for one in in_use if one.kind in WATCHED_KINDS] + [one for one in closed if one is not None]

    @cached_property
    def _totals(self) -> dict[int, StageTotal] | None:
        """By stage, of every pipeline: the running totals where they know all that is asked for, else counted."""
        return totals_for(self._user, self._found, wait=self._wait)

    @property
    def counted(self) -> bool:
        """Whether the totals are known; where not, ``wait`` counts them."""
        return self._totals is not None

    def _total(self, stage: Stage) -> StageTotal:
        return (self._totals or {}).get(stage.pk, StageTotal())

    @property
    def summary(self) -> Summary:
        return summary(self._totals or {}, self.shown)

    @property
    def columns(self) -> list[Column]:
        """Every column with its first page: which deals these are in one query, what stands on their cards in as many as on one card."""
        first = self._first_of_each()
        cards = self._cards([pk for ids in first.values() for pk in ids[:SIZE]])
        return [self._column(stage, _those(cards, first[stage.pk][:SIZE]), more=len(first[stage.pk]) > SIZE) for stage in self.shown]

    def _first_of_each(self) -> dict[int, list[int]]:
        """By stage, the ids of its first page and one more. An index answers each stage's part, which stops where the page ends."""
        deals = self._found.qs.filter(stage=OuterRef("pk")).order_by(*KEYS).values("pk")[: SIZE + 1]
        shown = Stage.objects.filter(pk__in=[stage.pk for stage in self.shown]).order_by()
        # No array at all where Django knows beforehand that nothing fits.
        return {pk: found or [] for pk, found in shown.values_list("pk", ArraySubquery(deals))}

    def _column(self, stage: Stage, cards: list[Card], *, more: bool) -> Column:
        later = after(cards[-1].deal, keys=KEYS) if more and cards else ""
        return Column(stage, self._total(stage), cards, later)

    def column(self, stage: Stage, token: str) -> Column:
        """One page of a column."""
        found = page(self._found.qs.filter(stage=stage).only("value_at_stake"), keys=KEYS, size=SIZE, token=token)
        ids = [deal.pk for deal in found.rows]
        cards = self._cards(ids)
        return self._column(stage, _those(cards, ids), more=bool(found.later))

    @property
    def heads(self) -> list[Column]:
        """What stands above the columns, without their cards."""
        return [self._column(stage, [], more=False) for stage in self.shown]

    def card(self, deal: Deal) -> Card | None:
        """A deal as the board shows it now; None where it does not."""
        here = self._found.qs.filter(stage__in=self.shown, pk=deal.pk).values_list("pk", flat=True)
        return self._cards(here).get(deal.pk)

    def _cards(self, ids: Iterable[int]) -> dict[int, Card]:
        return cards_of(list(ids), {stage.pk: stage for stage in self.stages}, parents_of_teams(self._user), self._now)


def _those(cards: Mapping[int, Card], ids: Iterable[int]) -> list[Card]:
    """In the order of ``ids``, without a deal that went while the page was made."""
    return [cards[pk] for pk in ids if pk in cards]
