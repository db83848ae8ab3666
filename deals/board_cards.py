"""A card of the board: a deal in the few words that matter while one scans a hundred of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _

from accounts.models import Account
from deals.ageing import ageing_of
from deals.models import Deal, RiskSignal, StageChange, StageKind
from deals.risk.sentences import RULE_NAMES
from deals.templatetags.words import base_money, money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from deals.ageing import Ageing
    from deals.models import Stage

# Chips of signals before the rest is a number.
CHIPS = 2
Chip = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """``chips``: severity and words, the worst first; ``rest``: the words of those that found no room."""

    deal: Deal
    chips: list[Chip]
    rest: list[str]
    ageing: Ageing | None
    won_back: bool

    @property
    def pk(self) -> str:
        """As ids are written, without the marks between thousands."""
        return str(self.deal.pk)

    @property
    def stage(self) -> str:
        return str(self.deal.stage_id)

    @property
    def stake(self) -> str:
        """What the column is sorted by, as a plain number."""
        return str(self.deal.value_at_stake)

    @property
    def is_customer(self) -> bool:
        return self.deal.account is not None and self.deal.account.lifecycle == Account.Lifecycle.CUSTOMER

    @property
    def amount(self) -> str:
        """In the base currency; as it was typed where there is no rate for it."""
        deal = self.deal
        if deal.value is not None:
            return money(deal.value)
        return money(deal.amount, deal.currency) if deal.amount is not None else ""

    @property
    def estimated(self) -> bool:
        """The list price stands in for an amount nobody named."""
        return self.deal.amount is None and self.deal.value is not None

    @property
    def about_amount(self) -> str:
        """What the figure on the card does not say; empty where it says all."""
        deal, said = self.deal, []
        if self.estimated:
            said.append(_("Nobody named an amount: the list price of the product stands in for it."))
        elif deal.amount is not None and deal.value is None:
            said.append(_("There is no rate for this currency yet, so the deal is in no sum."))
        elif deal.amount != deal.value:
            said.append(_("%(amount)s, as it was agreed.") % {"amount": money(deal.amount, deal.currency)})
        if deal.value_at_stake > (deal.value or 0):
            said.append(_("%(at_stake)s at stake, with what hangs on the customer.") % {"at_stake": base_money(deal.value_at_stake)})
        return " ".join(said)


def cards_of(ids: Sequence[int], stages: Mapping[int, Stage], parents: Mapping[int, int | None], now: datetime) -> dict[int, Card]:
    """The deals with these ids as cards: five queries, for one as for a hundred.

    ``stages`` have their rhythms loaded; ``parents``: each team's parent.
    """
    if not ids:
        return {}
    was_lost = Exists(StageChange.objects.filter(deal=OuterRef("pk"), to_stage__kind=StageKind.LOST))
    raised = RiskSignal.objects.filter(state=RiskSignal.State.RAISED).only("deal_id", "rule", "severity").order_by("-severity", "-times_over")
    whole = Deal.objects.filter(pk__in=ids).select_related("account", "owner").annotate(was_lost=was_lost)
    deals = list(whole.prefetch_related(Prefetch("signals", queryset=raised, to_attr="raised")))
    for deal in deals:
        deal.stage = stages[deal.stage_id]
    ageing = ageing_of(deals, now, parents)
    return {deal.pk: _card(deal, ageing.get(deal.pk)) for deal in deals}


def _card(deal: Any, ageing: Ageing | None) -> Card:
    chips = [(signal.severity, RULE_NAMES.get(signal.rule, signal.rule)) for signal in deal.raised]
    return Card(deal, chips[:CHIPS], [str(words) for _severity, words in chips[CHIPS:]], ageing, deal.was_lost)
