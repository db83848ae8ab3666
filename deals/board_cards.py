"""A card of the board: a deal in the few words that matter while one scans a hundred of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import Account
from deals.ageing import ageing_of
from deals.cells import CHIPS
from deals.models import Deal, RiskSignal, StageChange, StageKind
from deals.risk.sentences import rule_name
from deals.templatetags.words import base_money, money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from deals.ageing import Ageing
    from deals.models import Stage

Chip = tuple[int, Any]
SHOWN = (
    *("name", "status", "stage_id", "stage_entered_at", "team_id", "amount", "currency", "value", "value_at_stake", "source"),
    *("account__name", "account__lifecycle", "owner__name"),
)


@dataclass(frozen=True)
class Card:
    """``chips``: severity and words, the worst first; ``rest``: the words of those that found no room."""

    deal: Deal
    chips: list[Chip]
    rest: list[str]
    ageing: Ageing | None
    won_back: bool

    @property
    def marks(self) -> list[str]:
        """What kind of deal it is."""
        account = self.deal.account
        kinds = {
            "won_back": self.won_back,
            "bluebird": self.deal.is_bluebird,
            "customer": account is not None and account.lifecycle == Account.Lifecycle.CUSTOMER,
        }
        return [kind for kind, holds in kinds.items() if holds]

    @property
    def amount(self) -> str:
        """In the base currency; as it was typed where there is no rate for it; empty where nobody named one."""
        deal = self.deal
        if deal.value is not None:
            return money(deal.value)
        return money(deal.amount, deal.currency) if deal.amount is not None else ""

    @cached_property
    def about_amount(self) -> str:
        """What the figure on the card does not say; empty where it says all."""
        deal, said = self.deal, []
        if deal.is_estimated:
            said.append(_("Nobody named an amount: the list price of the product stands in for it."))
        elif deal.lacks_rate:
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
    deals = list(Deal.objects.filter(pk__in=ids).select_related("account", "owner").only(*SHOWN).annotate(was_lost=was_lost))
    for deal in deals:
        deal.stage = stages[deal.stage_id]
    ageing = ageing_of(deals, now, parents)
    chips = _chips(ids)
    return {deal.pk: _card(deal, chips.get(deal.pk, []), ageing.get(deal.pk)) for deal in deals}


def _chips(ids: Sequence[int]) -> dict[int, list[Chip]]:
    """The raised signals by deal, the worst first."""
    raised = RiskSignal.objects.filter(state=RiskSignal.State.RAISED, deal__in=ids).order_by("-severity", "-times_over")
    chips: dict[int, list[Chip]] = {}
    for deal_id, severity, rule in raised.values_list("deal_id", "severity", "rule"):
        chips.setdefault(deal_id, []).append((severity, rule_name(rule)))
    return chips


def _card(deal: Any, chips: list[Chip], ageing: Ageing | None) -> Card:
    return Card(deal, chips[:CHIPS], [str(words) for _severity, words in chips[CHIPS:]], ageing, deal.was_lost)
