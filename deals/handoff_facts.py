"""What whoever is to take over a deal should see before they decide: who waits, what comes next, how much it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from deals.deal_people import Person, people_on
from deals.models import RiskSignal
from deals.planned import Planned, planned_on
from deals.risk.sentences import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from deals.models import Deal

AT_MOST = 4
# That nobody has accepted is not what waits on the deal.
OF_THE_OFFER = "handoff_pending"


class Waiting(NamedTuple):
    """Something owed on the deal, in words. ``since``: when it began."""

    severity: int
    words: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """``more``: how many more things are owed than ``waiting`` names. ``answer_due``: of a message that is not overdue yet.
    ``people``: on the customer's side, the latest word first."""

    waiting: Sequence[Waiting]
    more: int
    answer_due: datetime | None
    step: Planned | None
    people: Sequence[Person]


def facts_of(deal: Deal) -> Facts:
    """Three queries."""
    raised = list(_raised(deal))
    waiting = [Waiting(one.severity, say(one.rule, one.facts), one.since) for one in raised]
    answer_due = None if any(one.rule == "reply_overdue" for one in raised) else deal.reply_due_at
    people = [person for person in people_on(deal) if person.on_deal]
    return Facts(waiting[:AT_MOST], max(len(waiting) - AT_MOST, 0), answer_due, planned_on(deal)[0], people[:AT_MOST])


def _raised(deal: Deal) -> QuerySet[RiskSignal]:
    return RiskSignal.objects.filter(deal=deal, state=RiskSignal.State.RAISED).exclude(rule=OF_THE_OFFER).order_by("-severity", "since", "pk")
