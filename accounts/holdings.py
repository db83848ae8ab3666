"""What hangs on a person: said before their role is changed or they are kept out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Count, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Account, Team, User

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Holdings:
    """``deals``: open ones they own; ``accounts``: customers that are theirs; ``signals``: what waits for them at this moment."""

    deals: int
    accounts: int
    signals: int
    teams: tuple[str, ...]

    @property
    def any(self) -> bool:
        return bool(self.deals or self.accounts or self.signals or self.teams)


def holdings_of(person: User) -> Holdings:
    """Two queries, all counts in one of them."""
    deals = apps.get_model("deals", "Deal").objects.filter(owner=person, status__in=["inquiry", "open"])
    signals = apps.get_model("deals", "RiskSignal").objects.filter(responsible=person, state="raised")
    rows = User.objects.filter(pk=person.pk).values_list(_count(deals), _count(Account.objects.filter(owner=person)), _count(signals))
    owned, accounts, waiting = rows.get()
    return Holdings(owned, accounts, waiting, teams=tuple(Team.objects.filter(manager=person).order_by("name").values_list("name", flat=True)))


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many rows, as a value of the query around it; 0 for none."""
    one = rows.order_by().annotate(all=Q(pk__isnull=False)).values("all").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(one), 0)
