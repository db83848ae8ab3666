"""What the assistant for somebody who leaves shows: what they hold, to whom it goes, and what there is to know before it does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from accounts import organisation
from accounts.heirs import Warning, line_of, warnings
from accounts.leaving import HOLDINGS, chosen
from accounts.models import Bequest, User
from accounts.querysets import CountOf
from accounts.services.leaving.moving import named_heirs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from accounts.leaving import Example, Holding
    from accounts.leaving_forms import HeirsForm

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of what they hold. ``field``: where its heir is chosen, in a form that has one."""

    holding: Holding
    count: int
    value: Decimal | None = None
    examples: Sequence[Example] = ()
    field: Any = None

    @property
    def words(self) -> str:
        return self.holding.words(self.count)

    @property
    def more(self) -> int:
        return self.count - len(self.examples)


@dataclass(slots=True)
class Share:
    """What goes, or went, to one person; ``place``: where it is found now, by the kind's key."""

    heir: User
    held: list[Held] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[Held, str]]:
        return [(one, self.places.get(one.holding.key, "")) for one in self.held]


@dataclass(frozen=True, slots=True)
class Going:
    """A plan in words: who gets what, what stays until the last day, what ends with it, and what is to be confirmed."""

    shares: list[Share]
    staying: list[Held]
    ending: list[Held]
    warnings: list[Warning]


def counted(leaver: User, now: datetime, holdings: Iterable[Holding]) -> dict[Holding, int]:
    """How much of each kind there is, where there is any; one query for all of them."""
    asked = list(holdings)
    counts = [CountOf(one.rows(leaver, now)[one.fields[0]].order_by().values("pk")) for one in asked]
    found = User.objects.filter(pk=leaver.pk).values_list(*counts).first() or ()
    return {one: count for one, count in zip(asked, found, strict=False) if count}


def held_by(leaver: User, now: datetime, *, in_detail: bool = True) -> list[Held]:
    """What an heir is to be named for. One query; in detail one or two more for each kind there is."""
    counts = counted(leaver, now, chosen()).items()
    if not in_detail:
        return [Held(one, count) for one, count in counts]
    return [Held(one, count, one.value(leaver, now), one.examples(leaver, now, EXAMPLES)) for one, count in counts]


def with_fields(held: Iterable[Held], form: HeirsForm) -> list[Held]:
    return [Held(one.holding, one.count, one.value, one.examples, form[f"to_{one.holding.key}"]) for one in held]


def default_heir(leaver: User, now: datetime, leaves_at: datetime | None) -> User | None:
    """Who takes over where nobody is named; ``leaves_at``: None while no day was said yet."""
    return next(iter(line_of(leaver, organisation.load(at=now), now, leaves_at)), None)


def going(
    *,
    leaver: User,
    held: Sequence[Held],
    heirs: Mapping[str, User | None],
    keep: Sequence[str],
    mail_to: User | None,
    leaves_at: datetime,
    now: datetime,
) -> Going:
    """Raises Refused where somebody who was named cannot take over."""
    company = organisation.load(at=now)
    has_left = leaves_at <= now
    named = named_heirs(leaver=leaver, choices=heirs, leaves_at=leaves_at, now=now, keep=() if has_left else keep)
    shares: dict[int, Share] = {}
    given: defaultdict[User, list[str]] = defaultdict(list)
    for one in held:
        if one.holding.key in named:
            heir = named[one.holding.key]
            shares.setdefault(heir.pk, Share(heir)).held.append(one)
            given[heir].append(one.holding.key)
    reader = mail_to or default_heir(leaver, now, leaves_at)
    if reader is not None:
        given[reader].append("mail")
    ending = [Held(one, count) for one, count in counted(leaver, now, [one for one in HOLDINGS.values() if one.ends]).items()]
    staying = [one for one in held if one.holding.key not in named]
    return Going(list(shares.values()), staying, ending, warnings(leaver=leaver, given=given, company=company, now=now, leaves_at=leaves_at))


def went(leaver: User, *, only_to: User | None = None) -> list[Share]:
    """What went to whom, the one who got most kinds first. One query."""
    rows = Bequest.objects.filter(leaver=leaver, heir__isnull=False).select_related("heir__team").order_by("pk")
    counts: dict[User, dict[str, int]] = {}
    for one in rows.filter(heir=only_to) if only_to is not None else rows:
        if one.heir is not None and one.kind in HOLDINGS:
            of_heir = counts.setdefault(one.heir, {})
            of_heir[one.kind] = of_heir.get(one.kind, 0) + one.count
    shares = [
        Share(
            heir,
            [Held(HOLDINGS[key], count) for key, count in kinds.items() if not HOLDINGS[key].follows],
            {key: HOLDINGS[key].place(heir) for key in kinds},
        )
        for heir, kinds in counts.items()
    ]
    return sorted((one for one in shares if one.held), key=lambda share: -len(share.held))
