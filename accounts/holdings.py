"""What hangs on a person: said before their role is changed or they are kept out."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps

from accounts.models import Account, Team, User
from accounts.querysets import CountOf


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
    rows = User.objects.filter(pk=person.pk).values_list(
        *(CountOf(of.order_by().values("pk")) for of in (deals, Account.objects.filter(owner=person), signals))
    )
    owned, accounts, waiting = rows.get()
    return Holdings(owned, accounts, waiting, teams=tuple(Team.objects.filter(manager=person).order_by("name").values_list("name", flat=True)))
