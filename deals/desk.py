"""The risk desk's questions, answered in the database: which deals need somebody, whom they wait for, by which rule.

Everything starts from the deals a user may see. What is asked most (of an owner, a team, a stage, whatever is asked of the
signals) is compiled once a process, everything else when it is asked.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, F, FilteredRelation, Max, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.keyset import cut, page
from accounts.models import User
from accounts.prepared import Given
from accounts.sight import sight_of
from deals import desk_found, desk_sums
from deals.desk_found import raised, shown
from deals.desk_rows import Owed, Row, owed, rows
from deals.desk_sums import Sums
from deals.filters import OF_SIGNALS
from deals.models import Deal, RiskSignal
from deals.narrowed import KEPT_BY, terms_of, values_of
from deals.querysets import seen_by, shape_of
from deals.risk_rows import risk_rows, usual_risk_rows
from deals.today.words import evening_before

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.keyset import Page
    from accounts.prepared import Statement
    from deals.desk_found import Shown
    from deals.filters import DealFilter
    from deals.querysets import DealQuerySet, Shape
    from deals.terms import Terms

# Rows of a page; the map shows those of the first one.
SIZE = 50
KEYS = ("-rank", "-value_at_stake", "-over", "-pk")
PARKED_KEYS = ("parked_until", "pk")
# What a panel says of a signal: the rest stays in the database.
WORDED = ("deal", "rule", "severity", "facts", "since", "times_over", "responsible__name", "taken_by__name")
RAISED = RiskSignal.State.RAISED
# The filters that the statements know which are compiled once.
USUAL = KEPT_BY | set(OF_SIGNALS)


class Desk:
    """One user's risk desk, narrowed by ``filters``. Each method is one query unless it says otherwise."""

    def __init__(self, user: User, filters: DealFilter) -> None:
        self.user = user
        self.filters = filters

    def sums(self, *, now: datetime) -> Sums:
        """What stands above the list; what climbed counts from yesterday evening on, in the reader's time zone."""
        try:
            sums = _sums(shape_of(self.user), self._terms) if self._is_usual else self._sums()
        except EmptyResultSet:
            return Sums([])
        return Sums(sums.rows(**self._asked(), evening=evening_before(now), now=now))

    def deals(self, *, token: str = "") -> Page[Shown]:
        """The deals, the most severe first, then by value at stake, then by how far past the limit."""
        where = cut(keys=KEYS, size=SIZE, token=token)
        try:
            if self._is_usual and where.start is None and not self.filters.asks_of_signals:
                found = _first_page(shape_of(self.user), self._terms)
            else:
                found = desk_found.statement(_as_page(where.of(self._ranked())))
        except EmptyResultSet:
            return where.page([])
        rows = [shown(one) for one in found.rows(**self._asked())]
        return where.page(rows[::-1] if where.backwards else rows)

    def rows(self, deals: Sequence[Shown]) -> list[Row]:
        """Those of the deals that a signal leads, in words. No query."""
        return rows(deals, self.user)

    def owed_on(self, deal: Deal) -> list[Owed]:
        """Everything raised on one deal, what was asked for first. Two queries."""
        terms = self.filters.signal_terms()
        asked = Case(When(terms, then=Value(0)), default=Value(1)) if self.filters.asks_of_signals else Value(0)
        told = Prefetch("told", User.objects.only("name").extra(order_by=["deals_risksignal_told.id"]))  # as the climbs told them
        signals = RiskSignal.objects.filter(deal=deal, state=RAISED).select_related("responsible", "taken_by").only(*WORDED)
        ordered = signals.prefetch_related(told).annotate(asked=asked).order_by("asked", "-severity", "-times_over", "pk")
        return [owed(raised(signal), self.user, deal.pk) for signal in ordered]

    def row(self, deal_id: int) -> Row | None:
        """One deal as this list would show it; None where it would not."""
        try:
            found = desk_found.statement(_as_page(self._ranked().filter(pk=deal_id)))
        except EmptyResultSet:
            return None
        rows = self.rows([shown(one) for one in found.rows(**self._asked())])
        return rows[0] if rows else None

    def parked(self, *, token: str = "") -> Page[RiskSignal]:
        """What is set aside, the next to come back first."""
        parked = self._parked().select_related("deal__account", "responsible", "parked_by").prefetch_related("told")
        return page(parked, keys=PARKED_KEYS, size=SIZE, token=token)

    def parked_count(self) -> int:
        return self._parked().count()

    @property
    def _is_usual(self) -> bool:
        """Whether no more is asked of the deals themselves than terms can say."""
        return self.filters.given.keys() <= USUAL

    @property
    def _terms(self) -> Terms:
        """What is raised is raised on watched deals: that need not be asked, and no index of theirs knows it."""
        terms = terms_of(self.filters)
        return terms._replace(state="all") if terms.state == "watched" else terms

    def _asked(self) -> dict[str, Any]:
        """What fills the places of the statements."""
        given = self.filters.given
        person = given.get("person")
        return {
            **seen_by(self.user),
            **values_of(self.filters),
            "rule": given.get("signal"),
            "severity": int(given.get("severity", 0)),
            "older": "older" in given,
            "anybody": person is None,
            "person": person.pk if isinstance(person, User) else None,
        }

    def _sums(self) -> Statement:
        seen = self.filters.of_deals(Deal.objects.visible_to(self.user))
        return desk_sums.statement(risk_rows(self.user, self.filters).at_risk(), seen.watched())

    def _ranked(self) -> DealQuerySet:
        """With ``rank``, the severity of the signal that leads, and ``over``, how many times past its limit."""
        seen = risk_rows(self.user, self.filters).at_risk()
        if not self.filters.asks_of_signals:
            return _ranked(seen)
        asked = FilteredRelation("deal__signals", condition=self.filters.signal_terms("deal__signals__") & Q(deal__signals__state=RAISED))
        deals = seen.annotate(asked=asked).filter(asked__isnull=False)
        ranked: DealQuerySet = deals.annotate(rank=Max("asked__severity"), over=Max("asked__times_over"))
        return ranked

    def _parked(self) -> QuerySet[RiskSignal]:
        signals = RiskSignal.objects.filter(self.filters.signal_terms(), state=RiskSignal.State.PARKED)
        if sight_of(self.user).everything and not self.filters.asks_of_deals:
            return signals
        return signals.filter(deal__in=self.filters.of_deals(Deal.objects.visible_to(self.user).watched()))


def _ranked(deals: DealQuerySet) -> DealQuerySet:
    worst = RiskSignal.objects.filter(deal=OuterRef("pk"), state=RAISED, severity=OuterRef("worst_severity")).order_by("-times_over")
    ranked: DealQuerySet = deals.annotate(rank=F("worst_severity"), over=Coalesce(Subquery(worst.values("times_over")[:1]), 1.0))
    return ranked


def _as_page(ranked: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return ranked.values_list("pk", "rank", "value_at_stake", "over")


@cache
def _first_page(shape: Shape, terms: Terms) -> Statement:
    ranked = _ranked(usual_risk_rows(shape, terms).at_risk().filter(worst_severity__gte=Given("severity")))
    return desk_found.statement(_as_page(cut(keys=KEYS, size=SIZE).of(ranked)), planned=True)


@cache
def _sums(shape: Shape, terms: Terms) -> Statement:
    watched = Deal.objects.in_shape(shape).filter(terms.of_deals()).watched()
    return desk_sums.statement(usual_risk_rows(shape, terms).at_risk(), watched, planned=True)
