"""Who talks to whom: our people and theirs, how often and when last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Count, Max, OuterRef, Q, Subquery

from accounts.models import Contact, User
from accounts.prepared import Given, prepare
from deals.customers.said import words_alone
from deals.models import Interaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Account
    from accounts.prepared import Statement

YEAR = timedelta(days=365)
# So many of ours and of theirs the picture shows, and so many pairs the table behind it.
OURS, THEIRS, PAIRS = 8, 12, 200
# The picture's measures, in its own units.
CELL, NAMES, HEAD = 46, 150, 118


@dataclass(frozen=True, slots=True)
class Pair:
    """One of ours and one of theirs; who is not named is an empty name."""

    user_id: int | None
    us: str
    contact_id: int | None
    them: str
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """One circle of the picture: its area is how often."""

    x: float
    y: float
    radius: float
    pair: Pair
    fresh: bool


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Talks:
    """``pairs`` by how often; the picture shows the busiest people of both sides (``left_out``: some are not in it)."""

    pairs: list[Pair]
    spots: list[Spot]
    ours: list[Label]
    theirs: list[Label]
    width: int
    height: int
    left_out: bool


def talks(account: Account, deal_ids: Sequence[int], now: datetime) -> Talks:
    """Who talked to whom during the last year, on these deals and on none. One query."""
    rows = _lately().rows(account=account.pk, deals=list(deal_ids), now=now, since=now - YEAR)
    return _drawn([Pair(*row) for row in rows], now)


@cache
def _lately() -> Statement:
    said = Interaction.objects.filter(Q(deal_id__any_of=Given("deals")) | Q(account_id=Given("account"), deal__isnull=True))
    lately = words_alone(said).filter(at__gt=Given("since"), at__lte=Given("now"), contact__isnull=False, user__isnull=False)
    pairs = lately.order_by().values("user_id", "contact_id").annotate(times=Count("pk"), last=Max("moment"))
    # Of the pairs that are counted alone: as columns of the rows the names would be looked up for each word.
    us = User.objects.filter(pk=OuterRef("user_id")).order_by().values("name")
    them = Contact.objects.filter(pk=OuterRef("contact_id")).order_by().values("name")
    rows = pairs.annotate(us=Subquery(us), them=Subquery(them)).values_list("user_id", "us", "contact_id", "them", "times", "last")
    return prepare(rows.order_by("-times", "-last", "user_id", "contact_id")[:PAIRS], planned=True)


def _drawn(pairs: list[Pair], now: datetime) -> Talks:
    ours = _busiest([(pair.user_id, pair.us, pair.times) for pair in pairs])
    theirs = _busiest([(pair.contact_id, pair.them, pair.times) for pair in pairs])
    rows = {pk: place for place, (pk, _name) in enumerate(ours[:OURS])}
    columns = {pk: place for place, (pk, _name) in enumerate(theirs[:THEIRS])}
    most = max((pair.times for pair in pairs), default=1)
    spots = [
        Spot(
            x=NAMES + (columns[pair.contact_id] + 0.5) * CELL,
            y=HEAD + (rows[pair.user_id] + 0.5) * CELL,
            radius=round(5 + 15 * (pair.times / most) ** 0.5, 1),
            pair=pair,
            fresh=now - pair.last < timedelta(days=30),
        )
        for pair in pairs
        if pair.user_id in rows and pair.contact_id in columns
    ]
    return Talks(
        pairs=pairs,
        spots=spots,
        ours=[Label(NAMES - 8, HEAD + (place + 0.5) * CELL + 4, _short(name, 20)) for place, (_pk, name) in enumerate(ours[:OURS])],
        theirs=[Label(NAMES + (place + 0.5) * CELL, HEAD - 10, _short(name, 18)) for place, (_pk, name) in enumerate(theirs[:THEIRS])],
        width=NAMES + CELL * len(columns) + 60,
        height=HEAD + CELL * len(rows),
        left_out=len(ours) > OURS or len(theirs) > THEIRS,
    )


def _busiest(counted: list[tuple[int | None, str, int]]) -> list[tuple[int | None, str]]:
    """People by how often they talked."""
    sums: dict[tuple[int | None, str], int] = {}
    for pk, name, times in counted:
        sums[pk, name] = sums.get((pk, name), 0) + times
    return sorted(sums, key=lambda one: (-sums[one], one[1]))


def _short(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
