"""The risk desk's questions, answered in the database: which deals need somebody, whom they wait for, by which rule.

Everything starts from the deals a user may see. A deal counts once wherever values are summed, and so does an account:
the value at stake of a deal holds what hangs on its account (what the customer pays a year, what its people referred),
the same part in each deal of that account. A plain sum would add the part once a deal, and a customer with ten deals
at risk would stand for ten customers. So a sum is of the deals' own values, and of the largest part of each account.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, DecimalField, F, FilteredRelation, Max, OuterRef, Prefetch, Q, Subquery, Sum, Value, When, Window
from django.db.models.functions import Coalesce

from accounts.keyset import Page, page
from accounts.models import User
from accounts.sight import sight_of
from deals.desk_rows import Owed, Row, owed, row
from deals.models import Deal, RiskSignal, SignalEvent
from deals.models.signals import OPEN_STATES
from deals.risk.sentences import rule_name
from deals.today.words import evening_before

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.db.models.sql import Query

    from deals.filters import DealFilter
    from deals.querysets import DealQuerySet

# Rows of a page; the map shows those of the first one.
SIZE = 50
KEYS = ("-rank", "-value_at_stake", "-over", "-pk")
PARKED_KEYS = ("parked_until", "pk")
# What a row says of its deal, and of its signal: the rest stays in the database.
SHOWN = (
    "name",
    "amount",
    "source",
    "dates_shifted_by",
    "value_at_stake",
    "last_contact_at",
    "stage_entered_at",
    "account__name",
    "account__lifecycle",
)
WORDED = ("deal", "rule", "severity", "facts", "since", "times_over", "responsible__name", "taken_by__name")
RAISED = RiskSignal.State.RAISED
OLDER = Q(rule="stage_overdue", facts__contains={"older_than_any_won": True})
ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=24, decimal_places=2))

# Sums in two steps: the deals of each account (a deal without one stands for itself), then the accounts. Only a deal
# whose value at stake is about to be counted anew has a part below zero.
TOTALS = """
SELECT COALESCE(sum(deals), 0)::bigint, COALESCE(sum(own + hangs), 0) FROM (
    SELECT count(*) AS deals, sum(COALESCE(value, 0)) AS own, GREATEST(max(value_at_stake - COALESCE(value, 0)), 0) AS hangs
    FROM (%s) AS deal (account_id, id, value, value_at_stake) GROUP BY COALESCE(account_id, -id)
) AS account
"""
PEOPLE = """
SELECT person.id, person.name, sum(deals)::bigint, sum(own + hangs), max(worst) FROM (
    SELECT pair.responsible_id, count(*) AS deals, sum(COALESCE(deal.value, 0)) AS own,
           GREATEST(max(deal.value_at_stake - COALESCE(deal.value, 0)), 0) AS hangs, max(pair.severity) AS worst
    FROM (%s) AS pair (responsible_id, deal_id, severity) JOIN deals_deal AS deal ON deal.id = pair.deal_id
    GROUP BY pair.responsible_id, COALESCE(deal.account_id, -deal.id)
) AS account
LEFT JOIN accounts_user AS person ON person.id = account.responsible_id
GROUP BY person.id ORDER BY 4 DESC, 3 DESC, person.id
"""
RULES = """
SELECT rule, sum(deals)::bigint, sum(parked)::bigint, sum(COALESCE(own, 0) + GREATEST(hangs, 0)), COALESCE(max(worst), 0), sum(older)::bigint
FROM (%s) AS account (rule, of_account, deals, parked, own, hangs, worst, older) GROUP BY rule
"""


@dataclass(frozen=True, slots=True)
class OfPerson:
    """What waits for one person; None for what waits for nobody."""

    person: User | None
    deals: int
    value: Decimal
    worst: int


@dataclass(frozen=True, slots=True)
class OfRule:
    rule: str
    deals: int
    parked: int
    value: Decimal
    worst: int
    older: int

    @property
    def name(self) -> str:
        return rule_name(self.rule)


class Desk:
    """One user's risk desk, narrowed by ``filters``. Each method is one query unless it says otherwise."""

    def __init__(self, user: User, filters: DealFilter) -> None:
        self.user = user
        self.filters = filters

    def totals(self) -> tuple[int, Decimal]:
        """How many deals need somebody, and what is at stake in them."""
        deals = self._at_risk().order_by().values("account_id", "pk", "value", "value_at_stake")
        ((count, value),) = _rows(TOTALS, deals.query) or [(0, Decimal(0))]
        return count, value

    def deals(self, *, token: str = "") -> Page[Deal]:
        """The deals, the most severe first, then by value at stake, then by how far past the limit."""
        return page(self._ranked().select_related("account").only(*SHOWN), keys=KEYS, size=SIZE, token=token)

    def rows(self, deals: Sequence[Deal]) -> list[Row]:
        """The signals that lead these deals, put into words. Two queries."""
        signals = self._worded(RiskSignal.objects.filter(deal__in=[deal.pk for deal in deals], state=RAISED))
        of_deal = Window(Count("pk"), partition_by="deal_id")
        leads = {signal.deal_id: signal for signal in signals.annotate(of_deal=of_deal).order_by("deal_id", *self._first()).distinct("deal_id")}
        return [row(deal, leads[deal.pk], leads[deal.pk].of_deal - 1, self.user) for deal in deals if deal.pk in leads]

    def owed_on(self, deal: Deal) -> list[Owed]:
        """Everything raised on one deal, what was asked for first. Two queries."""
        signals = self._worded(RiskSignal.objects.filter(deal=deal, state=RAISED))
        return [owed(signal, self.user) for signal in signals.order_by(*self._first())]

    def row(self, deal_id: int) -> Row | None:
        """One deal as this list would show it; None where it would not. Three queries."""
        found = self.rows(list(self._at_risk().filter(pk=deal_id).select_related("account").only(*SHOWN)))
        return found[0] if found else None

    def people(self) -> list[OfPerson]:
        """Whom it waits for, by value at stake. Counts as if no person were chosen."""
        pairs = self._signals(without="person").filter(state=RAISED).values("responsible_id", "deal_id").annotate(severity=Max("severity")).order_by()
        return [OfPerson(_named(pk, name), deals, value, worst) for pk, name, deals, value, worst in _rows(PEOPLE, pairs.query)]

    def rules(self) -> list[OfRule]:
        """By rule, the most severe first. Counts as if no rule were chosen."""
        raised = Q(state=RAISED)
        own = Coalesce("deal__value", ZERO)
        by_account = (
            self._signals(without="signal")
            .order_by()
            .values("rule", of=Coalesce("deal__account_id", -F("deal_id")))
            .annotate(
                deals=Count("pk", filter=raised),
                parked=Count("pk", filter=~raised),
                own=Sum(own, filter=raised),
                hangs=Max(F("deal__value_at_stake") - own, filter=raised),
                worst=Max("severity", filter=raised),
                older=Count("pk", filter=raised & OLDER),
            )
        )
        rules = [OfRule(rule, deals, parked, value, worst, older) for rule, deals, parked, value, worst, older in _rows(RULES, by_account.query)]
        return sorted(rules, key=lambda rule: (-rule.worst, -rule.value, rule.rule))

    def climbed(self, *, now: datetime) -> int:
        """How many raised signals climbed since yesterday evening, in the reader's time zone."""
        events = SignalEvent.objects.filter(kind=SignalEvent.Kind.CLIMBED, at__gte=evening_before(now), at__lte=now)
        return events.filter(signal__in=self._signals().filter(state=RAISED)).values("signal").distinct().count()

    def parked(self, *, token: str = "") -> Page[RiskSignal]:
        """What is set aside, the next to come back first."""
        parked = (
            self._signals().filter(state=RiskSignal.State.PARKED).select_related("deal__account", "responsible", "parked_by").prefetch_related("told")
        )
        return page(parked, keys=PARKED_KEYS, size=SIZE, token=token)

    def parked_count(self) -> int:
        return self._signals().filter(state=RiskSignal.State.PARKED).count()

    def _at_risk(self) -> DealQuerySet:
        return self.filters.with_signals(self._of_deals())

    def _of_deals(self) -> DealQuerySet:
        """The deals at risk in sight, by what is asked of the deals themselves."""
        return self.filters.of_deals(Deal.objects.visible_to(self.user).at_risk())

    def _ranked(self) -> DealQuerySet:
        """With ``rank``, the severity of the signal that leads, and ``over``, how many times past its limit."""
        ranked: DealQuerySet
        if self.filters.asks_of_signals:
            asked = FilteredRelation("signals", condition=self.filters.signal_terms("signals__") & Q(signals__state=RAISED))
            deals = self._of_deals().annotate(asked=asked).filter(asked__isnull=False)
            ranked = deals.annotate(rank=Max("asked__severity"), over=Max("asked__times_over"))
        else:
            worst = RiskSignal.objects.filter(deal=OuterRef("pk"), state=RAISED, severity=OuterRef("worst_severity")).order_by("-times_over")
            ranked = self._at_risk().annotate(rank=F("worst_severity"), over=Coalesce(Subquery(worst.values("times_over")[:1]), 1.0))
        return ranked

    def _signals(self, *, without: str = "") -> QuerySet[RiskSignal]:
        """The open signals, with the filters but one."""
        signals = RiskSignal.objects.filter(self.filters.signal_terms(without=without), state__in=OPEN_STATES)
        if sight_of(self.user).everything and not self.filters.asks_of_deals:
            return signals
        return signals.filter(deal__in=self.filters.of_deals(Deal.objects.visible_to(self.user).watched()))

    def _worded(self, signals: QuerySet[RiskSignal]) -> QuerySet[RiskSignal]:
        """With the names a row says, and ``asked``: 0 for what the filters ask for."""
        told = Prefetch("told", User.objects.only("name").extra(order_by=["deals_risksignal_told.id"]))  # as the climbs told them
        asked = Case(When(self.filters.signal_terms(), then=Value(0)), default=Value(1)) if self.filters.asks_of_signals else Value(0)
        return signals.select_related("responsible", "taken_by").only(*WORDED).prefetch_related(told).annotate(asked=asked)

    def _first(self) -> tuple[str, ...]:
        """What was asked for first, then the most severe, the furthest past its limit."""
        return ("asked", "-severity", "-times_over", "pk")


def _rows(sql: str, found: Query) -> list[Any]:
    """What a statement makes of what was found; its ``%s`` stands for that."""
    try:
        inner, params = found.sql_with_params()
    except EmptyResultSet:  # Django knows beforehand that nothing fits
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%s", inner), params)
        rows: list[Any] = cursor.fetchall()
    return rows


def _named(pk: int | None, name: str) -> User | None:
    """A person of whom only the name was asked."""
    return User.from_db(connection.alias, ["id", "name"], [pk, name]) if pk is not None else None
