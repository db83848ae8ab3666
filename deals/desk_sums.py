"""The counts and sums of the risk desk: all in one pass over the raised signals.

A deal counts once wherever values are summed, and so does an account: the value at stake of a deal holds what hangs on
its account (what the customer pays a year, what its people referred), the same part in each deal of that account. A plain
sum would add the part once a deal, and a customer with ten deals at risk would stand for ten customers. So a sum is of
the deals' own values, and of the largest part of each account; a deal without an account stands for itself. Only a deal
whose value at stake is about to be counted anew has a part below zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.models import User
from accounts.prepared import woven
from deals.desk_found import FITS_PERSON, FITS_REST, FITS_RULE, OLDER
from deals.risk.sentences import rule_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.prepared import Statement
    from deals.models import Deal

# ``at_risk``: the deals with something raised as (id, account, value, value at stake); ``watched``: ids of all deals whose
# signals may be parked. People are counted as if no person were chosen, rules as if no rule were.
SUMS = f"""
WITH deal (id, account_id, value, value_at_stake) AS MATERIALIZED ({{at_risk}}),
raised AS MATERIALIZED (
    SELECT s.id, s.deal_id, COALESCE(deal.account_id, -deal.id) AS of_account, s.rule, s.severity, s.responsible_id,
           COALESCE(deal.value, 0) AS own, GREATEST(deal.value_at_stake - COALESCE(deal.value, 0), 0) AS hangs,
           {OLDER} AS older, {FITS_RULE} AS of_rule, {FITS_PERSON} AS of_person
    -- One look-up for each deal, never a walk through everybody's signals (OFFSET keeps the planner from that).
    FROM deal CROSS JOIN LATERAL (SELECT * FROM deals_risksignal r WHERE r.deal_id = deal.id AND r.state = 'raised' OFFSET 0) AS s
    WHERE {FITS_REST}
)
SELECT 'all', 0::bigint, '', COALESCE(sum(deals), 0)::bigint, COALESCE(sum(own + hangs), 0), 0, 0::bigint
FROM (SELECT count(*) AS deals, sum(COALESCE(value, 0)) AS own, GREATEST(max(value_at_stake - COALESCE(value, 0)), 0) AS hangs
      FROM deal WHERE id IN (SELECT deal_id FROM raised WHERE of_rule AND of_person) GROUP BY COALESCE(account_id, -id)) AS account
UNION ALL
SELECT 'person', person.id, person.name, sum(deals)::bigint, sum(own + hangs), max(worst), 0
FROM (SELECT responsible_id, count(*) AS deals, sum(own) AS own, max(hangs) AS hangs, max(worst) AS worst
      FROM (SELECT responsible_id, deal_id, min(of_account) AS of_account, min(own) AS own, min(hangs) AS hangs, max(severity) AS worst
            FROM raised WHERE of_rule GROUP BY responsible_id, deal_id) AS deals
      GROUP BY responsible_id, of_account) AS account
LEFT JOIN accounts_user AS person ON person.id = account.responsible_id GROUP BY person.id
UNION ALL
SELECT 'rule', 0, rule, sum(deals)::bigint, sum(own + hangs), max(worst), sum(older)::bigint
FROM (SELECT rule, count(*) AS deals, sum(own) AS own, max(hangs) AS hangs, max(severity) AS worst, count(*) FILTER (WHERE older) AS older
      FROM raised WHERE of_person GROUP BY rule, of_account) AS account GROUP BY rule
UNION ALL
SELECT 'parked', 0, s.rule, count(*), 0, 0, 0
FROM deals_risksignal s WHERE s.state = 'parked' AND {FITS_PERSON} AND {FITS_REST} AND s.deal_id IN ({{watched}}) GROUP BY s.rule
UNION ALL
SELECT 'climbed', 0, '', count(DISTINCT e.signal_id), 0, 0, 0
FROM deals_signalevent e JOIN raised ON raised.id = e.signal_id AND of_rule AND of_person
WHERE e.kind = 'climbed' AND e.at >= %(evening)s::timestamptz AND e.at <= %(now)s::timestamptz
"""  # noqa: S608 - made of the project's own words
NONE = (0, "", 0, Decimal(0), 0, 0)


@dataclass(frozen=True, slots=True)
class OfPerson:
    """What waits for one person; None for what waits for nobody."""

    pk: int | None
    name: str
    deals: int
    value: Decimal
    worst: int

    @property
    def person(self) -> User | None:
        """A person of whom only the name was asked."""
        return User.from_db(connection.alias, ["id", "name"], [self.pk, self.name]) if self.pk is not None else None


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


class Sums:
    """What the statement found, by what it is of."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._of: dict[str, list[tuple[Any, ...]]] = {}
        for kind, *row in rows:
            self._of.setdefault(kind, []).append(tuple(row))

    @property
    def deals(self) -> int:
        """How many deals need somebody."""
        return int(self._of.get("all", [NONE])[0][2])

    @property
    def at_stake(self) -> Decimal:
        """What is at stake in them, in the base currency."""
        return Decimal(self._of.get("all", [NONE])[0][3])

    @property
    def climbed(self) -> int:
        """How many raised signals climbed since yesterday evening."""
        return int(self._of.get("climbed", [NONE])[0][2])

    @cached_property
    def people(self) -> list[OfPerson]:
        """Whom it waits for, by value at stake; who waits for nobody last of equals."""
        people = [OfPerson(*row[:5]) for row in self._of.get("person", [])]
        return sorted(people, key=lambda one: (-one.value, -one.deals, one.pk is None, one.pk))

    @cached_property
    def rules(self) -> list[OfRule]:
        """By rule, the most severe first."""
        parked = {row[1]: row[2] for row in self._of.get("parked", [])}
        raised = {row[1]: row for row in self._of.get("rule", [])}
        rules = []
        for rule in raised.keys() | parked.keys():
            _pk, _rule, deals, value, worst, older = raised.get(rule, NONE)
            rules.append(OfRule(rule, deals, parked.get(rule, 0), value, worst, older))
        return sorted(rules, key=lambda one: (-one.worst, -one.value, one.rule))


def statement(at_risk: QuerySet[Deal, Any], watched: QuerySet[Deal, Any], *, planned: bool = False) -> Statement:
    """Run it with what the filters ask of signals (``desk.asked``), ``evening`` and ``now``."""
    sums = at_risk.order_by().values_list("pk", "account_id", "value", "value_at_stake")
    return woven(SUMS, planned=planned, at_risk=sums, watched=watched.order_by().values_list("pk"))
