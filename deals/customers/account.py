"""What an account's page shows of its deals: the list, and what they come to. Over the deals the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import Account, AccountDomain, Contact
from deals.models import Deal
from deals.models.pipelines import WATCHED_KINDS

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from accounts.models import User

# So many deals of one account are counted, and so many of them are listed.
AT_MOST, OPEN_SHOWN, CLOSED_SHOWN = 5000, 40, 6
OPEN = WATCHED_KINDS
REFERRED_FOR_YEARS = 2
ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=28, decimal_places=2))
KNOWN = ("pk", "status", "value", "worst_severity", "last_contact_at", "value_at_stake", "closed_on")


@dataclass(frozen=True, slots=True)
class Deals:
    """Sums in the base currency. ``at_stake``: the open deals, what a customer pays a year, and what its people referred to us."""

    ids: list[int]
    open: list[Deal]
    closed: list[Deal]
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


def accounts_of(user: User, today: date) -> QuerySet[Account]:
    """Accounts the user may see, with ``domain_names`` and ``referred``: the value of what their people brought us elsewhere."""
    since = today.replace(year=today.year - REFERRED_FOR_YEARS, day=min(today.day, 28))
    lately = Q(status__in=OPEN) | Q(status="won", closed_on__gte=since)
    people = Contact.objects.filter(account=OuterRef(OuterRef("pk"))).values("pk")
    referred = Deal.objects.filter(lately, introduced_by__in=people).exclude(account=OuterRef("pk")).order_by()
    referred = referred.annotate(one=Value(1)).values("one").annotate(total=Sum("value")).values("total")
    domains = AccountDomain.objects.filter(account=OuterRef("pk")).order_by().values("account")
    found: QuerySet[Account] = Account.objects.visible_to(user).select_related("owner")
    return found.annotate(
        referred=Coalesce(Subquery(referred), ZERO),
        domain_names=Subquery(domains.annotate(names=ArrayAgg("domain", order_by="domain")).values("names")),
    )


def deals_of(account: Account, user: User) -> Deals:
    """Two queries: what is known of each in short, and the ones to be listed in full."""
    seen = Deal.objects.visible_to(user).filter(account=account)
    rows: list[Any] = list(
        seen.order_by(F("closed_on").desc(nulls_first=True), "-value_at_stake", "-pk").values_list(*KNOWN, named=True)[: AT_MOST + 1]
    )
    more, rows = len(rows) > AT_MOST, rows[:AT_MOST]
    opened = [row for row in rows if row.status in OPEN]
    closed = [row for row in rows if row.status not in OPEN]
    won = [row for row in closed if row.status == "won"]
    shown = [row.pk for row in opened[:OPEN_SHOWN]], [row.pk for row in closed[:CLOSED_SHOWN]]
    whole = Deal.objects.select_related("stage", "owner").in_bulk([*shown[0], *shown[1]])
    open_value = _sum(opened)
    recurring = account.recurring_value if account.lifecycle == Account.Lifecycle.CUSTOMER else Decimal(0)
    referred: Decimal = getattr(account, "referred", Decimal(0))
    return Deals(
        ids=[row.pk for row in rows],
        open=[whole[pk] for pk in shown[0] if pk in whole],
        closed=[whole[pk] for pk in shown[1] if pk in whole],
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


def _sum(rows: list[Any]) -> Decimal:
    return sum((row.value for row in rows if row.value is not None), Decimal(0))


def group_of(account: Account, user: User) -> tuple[Account | None, list[Account]]:
    """The parent and the subsidiaries, as far as the user may see them. One query."""
    around = list(Account.objects.visible_to(user).filter(Q(pk=account.parent_id) | Q(parent=account)).order_by("name")[:60])
    return next((one for one in around if one.pk == account.parent_id), None), [one for one in around if one.parent_id == account.pk]
