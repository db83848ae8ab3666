"""Who asks, and for what: the same every time for the same company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import Account, Role, User
from deals.models import Deal

if TYPE_CHECKING:
    from collections.abc import Sequence

# Pages about one thing are asked for as many different things in turn.
DIFFERENT = 20


@dataclass(frozen=True)
class Scene:
    """``rep``: the first rep of the first team, with deals of their own. ``leader``: sees every team."""

    rep: User
    leader: User
    deals: Sequence[int]
    accounts: Sequence[int]
    words: Sequence[str]

    @property
    def teams(self) -> list[int]:
        from accounts.sight import sight_of

        return sorted(sight_of(self.leader).team_ids)


def look() -> Scene:
    leader = User.objects.filter(role=Role.EXECUTIVE, managed_teams__parent__isnull=True).earliest("pk")
    rep = User.objects.filter(role=Role.REP, email__startswith="rep").earliest("pk")
    mine = Deal.objects.watched().filter(owner=rep).order_by("pk")
    # Spread over all there are, not the first ones.
    step = max(mine.count() // DIFFERENT, 1)
    deals = list(mine.values_list("pk", flat=True)[: step * DIFFERENT : step])
    accounts = list(Account.objects.filter(deals__in=deals).order_by("pk").distinct().values_list("pk", flat=True))
    names = Account.objects.filter(pk__in=accounts).order_by("pk").values_list("name", flat=True)
    return Scene(rep, leader, deals, accounts, [name.split()[0] for name in names])
