"""The board: the open stages of one pipeline side by side, each with its first cards and what all of it comes to.

It asks the database for the same few things however many stages, people and deals there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.keyset import after, cut
from accounts.prepared import Given, prepare
from deals.ageing import ageing_of
from deals.board_cards import cards_of
from deals.every_stage import every_stage
from deals.models import Deal, Stage, StageKind
from deals.models.pipelines import WATCHED_KINDS
from deals.narrowed import is_usual, terms_of, totals_for, values_of
from deals.querysets import Shape, seen_by, shape_of
from deals.totals import StageTotal, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from accounts.models import User
    from accounts.prepared import Statement
    from deals.ageing import Ageing
    from deals.board_cards import Card
    from deals.filters import DealFilter
    from deals.models import Pipeline
    from deals.terms import Terms
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
        # Of the cards made so far, for how long they may be in their stage.
        self.ageing: dict[int, Ageing] = {}

    @cached_property
    def _every_stage(self) -> list[Stage]:
        return every_stage()

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

    @cached_property
    def stages(self) -> list[Stage]:
        """All stages of the pipeline."""
        return [one for one in self._every_stage if one.pipeline == self.pipeline]

    @cached_property
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

    @property
    def targets_said(self) -> tuple[tuple[int, str, str], ...]:
        """All that the page says of them."""
        return tuple((one.pk, one.name, one.kind) for one in self.targets)

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

    @cached_property
    def columns(self) -> list[Column]:
        """Every column with its first page: which deals these are in one query, what stands on their cards in as many as on one card."""
        first = self._first_of_each()
        cards = self._cards([pk for ids in first.values() for pk in ids[:SIZE]])
        return [self._column(stage, cards, first[stage.pk][:SIZE], more=len(first[stage.pk]) > SIZE) for stage in self.shown]

    def _first_of_each(self) -> dict[int, list[int]]:
        """By stage, the ids of its first page and one more. An index answers each stage's part, which stops where the page ends."""
        shown, shape = [stage.pk for stage in self.shown], shape_of(self._user)
        if is_usual(self._found) and shape is not Shape.NOTHING:
            given = {**values_of(self._found), **seen_by(self._user)}
            return dict(_first_cards(shape, terms_of(self._found), SIZE).rows(**given, shown=shown))
        # No array at all where Django knows beforehand that nothing fits.
        return {pk: found or [] for pk, found in _first(self._found.qs, shown, SIZE)}

    def _column(self, stage: Stage, cards: Mapping[int, Card], ids: Iterable[int], *, more: bool) -> Column:
        """``cards`` in the order of ``ids``, without a deal that went while the page was made."""
        shown = [cards[pk] for pk in ids if pk in cards]
        later = after([shown[-1].value_at_stake, shown[-1].pk], keys=KEYS) if more and shown else ""
        return Column(stage, self._total(stage), shown, later)

    def column(self, stage: Stage, token: str) -> Column:
        """One page of a column."""
        where = cut(keys=KEYS, size=SIZE, token=token)
        rows = list(where.of(self._found.qs.filter(stage=stage)).values_list("value_at_stake", "pk"))
        found = where.page_by(rows, lambda row: row)
        ids = [pk for _value, pk in found.rows]
        return self._column(stage, self._cards(ids), ids, more=bool(found.later))

    @property
    def heads(self) -> list[Column]:
        """What stands above the columns, without their cards."""
        return [self._column(stage, {}, (), more=False) for stage in self.shown]

    def card(self, deal: Deal) -> Card | None:
        """A deal as the board shows it now; None where it does not."""
        here = self._found.qs.filter(stage__in=self.shown, pk=deal.pk).values_list("pk", flat=True)
        return self._cards(here).get(deal.pk)

    def _cards(self, ids: Iterable[int]) -> dict[int, Card]:
        found = cards_of(list(ids))
        self.ageing |= ageing_of(found.values(), self._now)
        return found


def _first(deals: QuerySet[Deal, Any], stages: Sequence[int] | Given, size: int) -> QuerySet[Stage, tuple[int, list[int]]]:
    of_stage = deals.filter(stage=OuterRef("pk")).order_by(*KEYS).values("pk")[: size + 1]
    return Stage.objects.filter(pk__any_of=stages).order_by().values_list("pk", ArraySubquery(of_stage))


@cache
def _first_cards(shape: Shape, terms: Terms, size: int) -> Statement:
    return prepare(_first(Deal.objects.in_shape(shape).filter(terms.of_deals()), Given("shown"), size))
