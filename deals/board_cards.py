"""A card of the board: a deal in the few words that matter while one scans a hundred of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.prepared import named
from deals.models.deals import BLUEBIRDS
from deals.row_facts import SIGNALS
from deals.templatetags.words import base_money, money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from accounts.prepared import Statement

CUSTOMER = str(Account.Lifecycle.CUSTOMER)
CARDS = f"""
SELECT d.id, d.name, d.status, d.stage_id, s.name, d.stage_entered_at, d.team_id, u.name, a.name, a.lifecycle,
       d.amount, d.currency, d.value, d.value_at_stake, d.source, {SIGNALS},
       EXISTS (SELECT FROM deals_stagechange c JOIN deals_stage l ON l.id = c.to_stage_id WHERE c.deal_id = d.id AND l.kind = 'lost')
FROM unnest(%(ids)s::bigint[]) AS page (pk)
JOIN deals_deal d ON d.id = page.pk
JOIN deals_stage s ON s.id = d.stage_id
LEFT JOIN accounts_account a ON a.id = d.account_id
LEFT JOIN accounts_user u ON u.id = d.owner_id
"""  # noqa: S608 - made of constants


class Card(NamedTuple):
    """``raised``: its signals as the statement has them. ``won_back``: it was lost once."""

    pk: int
    name: str
    status: str
    stage_id: int
    stage_name: str
    stage_entered_at: datetime
    team_id: int | None
    owner: str | None
    account: str | None
    lifecycle: str | None
    amount: Decimal | None
    currency: str
    value: Decimal | None
    value_at_stake: Decimal
    source: str
    raised: list[str]
    won_back: bool

    @property
    def marks(self) -> tuple[str, ...]:
        """What kind of deal it is."""
        kinds = (("won_back", self.won_back), ("bluebird", self.source in BLUEBIRDS), ("customer", self.lifecycle == CUSTOMER))
        return tuple(kind for kind, holds in kinds if holds)

    @property
    def price(self) -> Price:
        return Price(self.amount, self.currency, self.value, self.value_at_stake)


class Price(NamedTuple):
    """What a card says of money: all in the base currency but ``amount``, which is as it was agreed."""

    amount: Decimal | None
    currency: str
    value: Decimal | None
    at_stake: Decimal

    @property
    def is_estimated(self) -> bool:
        """The list price stands in for an amount nobody named."""
        return self.amount is None and self.value is not None

    @property
    def figure(self) -> str:
        """In the base currency; as it was typed where there is no rate for it; empty where nobody named one."""
        if self.value is not None:
            return money(self.value)
        return money(self.amount, self.currency) if self.amount is not None else ""

    @property
    def about(self) -> str:
        """What the figure does not say; empty where it says all."""
        said = []
        if self.is_estimated:
            said.append(_("Nobody named an amount: the list price of the product stands in for it."))
        elif self.amount is not None and self.value is None:
            said.append(_("There is no rate for this currency yet, so the deal is in no sum."))
        elif self.amount != self.value:
            said.append(_("%(amount)s, as it was agreed.") % {"amount": money(self.amount, self.currency)})
        if self.at_stake > (self.value or 0):
            said.append(_("%(at_stake)s at stake, with what hangs on the customer.") % {"at_stake": base_money(self.at_stake)})
        return " ".join(said)


def cards_of(ids: Sequence[int]) -> dict[int, Card]:
    """The deals with these ids as cards: one query, for one as for a hundred."""
    return {row[0]: Card._make(row) for row in _asked().rows(ids=list(ids))} if ids else {}


@cache
def _asked() -> Statement:
    return named(CARDS, planned=True)
