"""What an account's page shows of its deals: the list, and what they come to. Over the deals the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.models import Account, AccountDomain, Contact
from accounts.prepared import Given, prepare
from accounts.prepared_objects import Objects
from deals.models import Deal
from deals.models.pipelines import WATCHED_KINDS
from deals.querysets import seen_by, shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from accounts.models import User
    from accounts.prepared import Statement
    from deals.querysets import Shape

# So many deals of one account are counted, and so many of them are listed.
AT_MOST, OPEN_SHOWN, CLOSED_SHOWN = 5000, 40, 6
OPEN = WATCHED_KINDS
REFERRED_FOR_YEARS = 2
GROUP_AT_MOST = 60
ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=28, decimal_places=2))


class Line(NamedTuple):
    """What is shown and summed up of one deal."""

    pk: int
    name: str
    status: str
    amount: Decimal | None
    currency: str
    value: Decimal | None
    value_at_stake: Decimal
    worst_severity: int
    last_contact_at: datetime | None
    closed_on: date | None
    stage: str
    owner: str | None


class Near(NamedTuple):
    """An account of the same group."""

    pk: int
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Deals:
    """Sums in the base currency. ``at_stake``: the open deals, what a customer pays a year, and what its people referred to us."""

    ids: list[int]
    open: list[Line]
    closed: list[Line]
    open_count: int
    closed_count: int
    open_value: Decimal
    at_stake: Decimal
    won_value: Decimal
    won_count: int
    lost_count: int
    worst: int
    last_contact_at: datetime | None
    more: bool

    @property
    def hidden(self) -> bool:
        """Are there more than the page lists?"""
        return self.more or self.open_count > len(self.open) or self.closed_count > len(self.closed)


def account_or_404(user: User, pk: int, today: date) -> Account:
    """The account with ``domain_names`` and ``referred``: the value of what its people brought us elsewhere. One query.

    Raises ``Http404`` where there is none that the user may see.
    """
    since = today.replace(year=today.year - REFERRED_FOR_YEARS, day=min(today.day, 28))
    found = _whole(shape_of(user)).first(account=pk, since=since, **seen_by(user))
    if found is None:
        raise Http404
    return found


@cache
def _whole(shape: Shape) -> Objects[Account]:
    lately = Q(status__in=OPEN) | Q(status="won", closed_on__gte=Given("since", DateField()))
    people = Contact.objects.filter(account_id=Given("account")).order_by().values("pk")
    referred = Deal.objects.filter(lately, introduced_by__in=people).exclude(account_id=Given("account")).order_by()
    referred = referred.annotate(one=Value(1)).values("one").annotate(total=Sum("value")).values("total")
    domains = AccountDomain.objects.filter(account=OuterRef("pk")).order_by("domain").values("domain")
    found = Account.objects.in_shape(shape).filter(pk=Given("account")).select_related("owner")
    return Objects(found.annotate(referred=Coalesce(Subquery(referred), ZERO), domain_names=ArraySubquery(domains)))


def deals_of(account: Account, user: User) -> Deals:
    """One query."""
    rows = [Line(*row) for row in _lines(shape_of(user)).rows(account=account.pk, **seen_by(user))]
    more, rows = len(rows) > AT_MOST, rows[:AT_MOST]
    opened = [row for row in rows if row.status in OPEN]
    closed = [row for row in rows if row.status not in OPEN]
    won = [row for row in closed if row.status == "won"]
    open_value = _sum(opened)
    recurring = account.recurring_value if account.lifecycle == Account.Lifecycle.CUSTOMER else Decimal(0)
    referred: Decimal = getattr(account, "referred", Decimal(0))
    return Deals(
        ids=[row.pk for row in rows],
        open=opened[:OPEN_SHOWN],
        closed=closed[:CLOSED_SHOWN],
        open_count=len(opened),
        closed_count=len(closed),
        open_value=open_value,
        at_stake=open_value + recurring + referred if opened or recurring else Decimal(0),
        won_value=_sum(won),
        won_count=len(won),
        lost_count=len(closed) - len(won),
        worst=max((row.worst_severity for row in opened), default=0),
        last_contact_at=max((row.last_contact_at for row in rows if row.last_contact_at is not None), default=None),
        more=more,
    )


@cache
def _lines(shape: Shape) -> Statement:
    seen = Deal.objects.in_shape(shape).filter(account_id=Given("account"))
    columns = [{"stage": "stage__name", "owner": "owner__name"}.get(name, name) for name in Line._fields]
    rows = seen.order_by(F("closed_on").desc(nulls_first=True), "-value_at_stake", "-pk").values_list(*columns)
    return prepare(rows[: AT_MOST + 1], planned=True)


def _sum(rows: Sequence[Line]) -> Decimal:
    return sum((row.value for row in rows if row.value is not None), Decimal(0))


def group_of(account: Account, user: User) -> tuple[Near | None, list[Near]]:
    """The parent and the subsidiaries, as far as the user may see them. One query."""
    given: dict[str, Any] = {"account": account.pk, "parent": account.parent_id, **seen_by(user)}
    around = [Near(*row) for row in _group(shape_of(user)).rows(**given)]
    return next((one for one in around if one.pk == account.parent_id), None), [one for one in around if one.parent_id == account.pk]


@cache
def _group(shape: Shape) -> Statement:
    near = Account.objects.in_shape(shape).filter(Q(pk=Given("parent")) | Q(parent_id=Given("account")))
    return prepare(near.order_by("name").values_list(*Near._fields)[:GROUP_AT_MOST], planned=True)
