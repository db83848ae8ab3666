"""Who talks to whom: our people and theirs, how often and when last. And everything that was said, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Max, OuterRef, Q

from accounts.keyset import Page, page
from deals.models import Deal, Interaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import Account, Contact, User

YEAR = timedelta(days=365)
PAGE = 25
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


def said_with(account: Account, deal_ids: Iterable[int]) -> QuerySet[Interaction]:
    """Everything said on these deals of the account, and what belongs to the account alone."""
    return Interaction.objects.filter(Q(deal__in=list(deal_ids)) | Q(account=account, deal__isnull=True))


def said_to(contact: Contact, user: User, *, at_account: bool) -> QuerySet[Interaction]:
    """Everything said with a person on deals the user may see; ``at_account``: what is on no deal, too."""
    found = Interaction.objects.filter(contact=contact)
    on_deals = Q(Exists(Deal.objects.visible_to(user).filter(pk=OuterRef("deal"))))
    return found.filter(on_deals | Q(deal__isnull=True)) if at_account else found.filter(on_deals)


def words_alone(said: QuerySet[Interaction]) -> QuerySet[Interaction]:
    """Words between us and them: no notes, no machines, nothing withdrawn, planned or cancelled, no call that nobody took."""
    said = said.filter(is_human=True, withdrawn_at__isnull=True).exclude(kind=Interaction.Kind.NOTE)
    return said.exclude(direction=Interaction.Direction.INTERNAL).exclude(outcome__in=["planned", "cancelled", "no_answer"])


def happened(said: QuerySet[Interaction], token: str = "") -> Page[Interaction]:
    """A page of all that was said, the latest first. One query."""
    said = said.select_related("contact", "user", "deal", "withdrawn_by")
    return page(said, keys=("-at", "-pk"), size=PAGE, token=token)


def talks(said: QuerySet[Interaction], now: datetime) -> Talks:
    """Who talked to whom during the last year. One query."""
    lately = words_alone(said).filter(at__gt=now - YEAR, at__lte=now, contact__isnull=False, user__isnull=False)
    rows = lately.order_by().values_list("user_id", "user__name", "contact_id", "contact__name").annotate(times=Count("pk"), last=Max("moment"))
    return _drawn([Pair(*row) for row in rows.order_by("-times", "-last", "user_id", "contact_id")[:PAIRS]], now)


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
