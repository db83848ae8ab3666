"""The list of accounts: a page of them in an order, and then what is known of the deals of these alone.

Orders by a deal (most at stake, largest, longest silence) walk the open deals along an index and take each account at
its first one. So a page costs the same however many deals there are, but lists only accounts with something open.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from accounts.keyset import page
from accounts.models import Account, AccountDomain
from accounts.plain import Plain, every_word, plain
from accounts.sight import sight_of
from deals.models import Deal
from deals.models.pipelines import WATCHED_KINDS

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from accounts.models import User

SIZE = 50
OPEN = Q(status__in=WATCHED_KINDS)


@dataclass(frozen=True, slots=True)
class Order:
    """``by``: the field of the deal an account is ranked by, its greatest one; empty: by the account's own name.

    ``column``: the amount it is ranked by, in a column of its own: no sum of the account would show this order.
    """

    name: str
    words: _StrPromise
    by: str = ""
    down: bool = True
    lead: _StrPromise | str = ""
    column: _StrPromise | str = ""


ORDERS = {
    order.name: order
    for order in (
        Order(
            "stake",
            _("Most at stake in one deal"),
            "value_at_stake",
            lead=_("Accounts with an open deal, by the deal that puts the most at stake: its value, plus what hangs on the account."),
            column=_("At stake in one deal"),
        ),
        Order(
            "value",
            _("Largest open deal"),
            "value",
            lead=_("Accounts with an open deal that has a value, the largest first."),
            column=_("Largest deal"),
        ),
        Order(
            "contact", _("Longest silence"), "last_contact_at", down=False, lead=_("Accounts with an open deal, the longest without a word first.")
        ),
        Order("name", _("Name"), down=False, lead=_("All accounts you may see, by name.")),
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """One account; sums in the base currency, over the deals the reader may see. ``worst``: of the raised signals, 0 for none.

    ``ranked_by``: the amount that gives it its place in the list; None where that is no amount.
    """

    account: Account
    open: int = 0
    value: Decimal = Decimal(0)
    worst: int = 0
    contact: datetime | None = None
    ranked_by: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    rows: list[Row]
    later: str
    earlier: str


def begins(field: str, words: str) -> Q:
    """Each of the words begins one of the field's, whatever case and accents; answered by the field's index of plain words."""
    return every_word(Plain(field), plain(words).split())


@dataclass(frozen=True, slots=True)
class Filters:
    """``owner``: an id, or ``nobody``; empty: any."""

    words: str = ""
    lifecycle: str = ""
    owner: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.lifecycle or self.owner)

    def of(self, account: str = "") -> Q:
        """As conditions on an account, or on what has one in the field ``account``."""
        start, pk = (f"{account}__", account) if account else ("", "pk")
        found = Q()
        if self.words:
            # A union, not an OR: each part is answered by its index.
            by_domain = AccountDomain.objects.filter(begins("domain", self.words)).values("account_id")
            found &= Q(**{f"{pk}__in": Account.objects.filter(begins("name", self.words)).values("pk").union(by_domain)})
        if self.lifecycle:
            found &= Q(**{f"{start}lifecycle": self.lifecycle})
        if self.owner:
            found &= Q(**{f"{start}owner__isnull": True}) if self.owner == "nobody" else Q(**{f"{start}owner": self.owner})
        return found


def listing(user: User, *, wanted: Filters, order: Order, token: str = "", size: int = SIZE) -> Listing:
    """One page: three queries."""
    amounts: dict[int, Decimal] = {}
    if order.by:
        # Few of many: walking an index over everybody's deals would pass by a thousand for each that fits.
        by = "rank" if wanted and not sight_of(user).everything else order.by
        found = page(_leading(user, wanted, order), keys=_keys(by, order), size=size, token=token)
        ids = [deal.account_id for deal in found.rows if deal.account_id is not None]
        if order.column:
            amounts = {deal.account_id: getattr(deal, order.by) for deal in found.rows if deal.account_id is not None}
        later, earlier = found.later, found.earlier
    else:
        named = Account.objects.visible_to(user).filter(wanted.of()).annotate(lower_name=Lower("name")).only("pk")
        by_name = page(named, keys=("lower_name", "pk"), size=size, token=token)
        ids, later, earlier = [account.pk for account in by_name.rows], by_name.later, by_name.earlier
    accounts = Account.objects.select_related("owner").in_bulk(ids)
    sums = _sums(user, ids)
    # One that was merged meanwhile is gone from the page, too.
    return Listing([Row(accounts[pk], **sums.get(pk, {}), ranked_by=amounts.get(pk)) for pk in ids if pk in accounts], later, earlier)


def _keys(by: str, order: Order) -> tuple[str, str]:
    return (f"-{by}", "-pk") if order.down else (by, "pk")


def _leading(user: User, wanted: Filters, order: Order) -> QuerySet[Deal]:
    """The open deals that stand for their account: of each the one that is greatest in this order.

    ``rank`` is the same value in words that no index answers, to sort those that were found.
    """
    seen = Deal.objects.visible_to(user).watched().filter(**{f"{order.by}__isnull": False})
    greater = Q(**{f"{order.by}__gt": OuterRef(order.by)}) | Q(**{order.by: OuterRef(order.by)}, pk__gt=OuterRef("pk"))
    leading: QuerySet[Deal] = seen.filter(account__isnull=False).exclude(Exists(seen.filter(greater, account=OuterRef("account"))))
    if wanted:
        leading = leading.filter(wanted.of("account"))
    return leading.annotate(rank=Coalesce(F(order.by), F(order.by))).only("pk", "account_id", order.by)


def _sums(user: User, ids: list[int]) -> dict[int, dict[str, Any]]:
    """What is known of the deals of these accounts that the user may see."""
    rows = Deal.objects.visible_to(user).filter(account__in=ids).order_by().values("account_id")
    rows = rows.annotate(
        # The last word on what is open; where nothing is, the last word there was.
        contact=Coalesce(Max("last_contact_at", filter=OPEN), Max("last_contact_at")),
        open=Count("pk", filter=OPEN),
        worst=Max("worst_severity"),
        total=Coalesce(Sum("value", filter=OPEN), Decimal(0)),
    )
    return {row["account_id"]: {"open": row["open"], "value": row["total"], "worst": row["worst"], "contact": row["contact"]} for row in rows}
