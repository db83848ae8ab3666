"""The cells of a row of deals as HTML, made in Python: fifty rows of many columns are on every page.

Each cell is written as one text. What people typed goes through ``escape`` where it is put in; our own words do, too, where
they are made, for a translation may hold any sign. What the page's rows share is said once, when the page begins.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Account
from deals.models import Deal
from deals.row_facts import chips
from deals.templatetags.words import FAR, ageing_bar, ago, ago_short, base_money, count, day_seen, far_moment, icon, money, signal_chip, who

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from decimal import Decimal

    from deals.ageing import Ageing
    from deals.row_facts import RowFacts

# Chips of signals before the rest is a number.
CHIPS = 2
# Signs of an amount that the usual column holds in one line.
FITS = 11


class Cells:
    """``of`` has what makes the cell of each column. ``apart``: columns that the name need not repeat."""

    def __init__(self, apart: frozenset[str], ageing: dict[int, Ageing], now: datetime) -> None:
        self._ageing = ageing
        self._now = now
        self._today = timezone.localdate(now)
        self._zone = timezone.get_current_timezone()
        self._language = get_language()
        self._name_says_account = "account" not in apart
        self._address = reverse("deal", args=[0]).rsplit("0", 1)
        self.of: dict[str, Callable[[RowFacts], str]] = {
            "name": self._name,
            "severity": self._owed,
            "at_stake": self._at_stake,
            "age": self._age,
            "owner": lambda deal: who(deal.owner),
            "close": self._close,
            "closed": lambda deal: ago(deal.closed_on),
            "contact": self._contact,
            "account": self._account,
            "team": lambda deal: escape(deal.team or ""),
            "stage": lambda deal: escape(deal.stage_name),
            "value": self._value,
            "amount": self._amount,
            "weighted": self._weighted,
            "probability": lambda deal: f"{deal.probability} %",
            "opened": lambda deal: ago(deal.opened_on),
            "next_step": self._next_step,
            "source": lambda deal: self._sources[deal.source],
            "product": lambda deal: escape(deal.product or ""),
            "lifecycle": lambda deal: self._lifecycles[deal.lifecycle] if deal.lifecycle is not None else "",
        }

    # --- said once a page ------------------------------------------------------------------------------------

    @cached_property
    def _sources(self) -> dict[str, str]:
        return {str(key): escape(str(words)) for key, words in Deal.Source.choices}

    @cached_property
    def _lifecycles(self) -> dict[str, str]:
        return {str(key): escape(str(words)) for key, words in Account.Lifecycle.choices}

    @cached_property
    def _bluebird(self) -> str:
        title, words = escape(_("bluebird: they came to us, or somebody brought them")), escape(_("bluebird"))
        return f' <span class="chip bird" title="{title}">{icon("bird")}<span class="visually-hidden">{words}</span></span>'

    @cached_property
    def _no_account(self) -> str:
        return f'<span class="chip outline">{escape(_("no account yet"))}</span>'

    @cached_property
    def _nothing_owed(self) -> str:
        return f'<span class="visually-hidden">{escape(_("nothing"))}</span>'

    @cached_property
    def _said(self) -> dict[str, str]:
        words = {"not_set": _("not set"), "none_yet": _("none yet"), "none": _("none"), "dash": money(None), "not_named": _("not named")}
        return {name: f'<span class="dim">{escape(said)}</span>' for name, said in words.items()}

    # --- cells -----------------------------------------------------------------------------------------------

    def _name(self, deal: RowFacts) -> str:
        before, after = self._address
        sub = self._account(deal) if self._name_says_account else ""
        marks = self._bluebird if deal.is_bluebird else ""
        if deal.dates_shifted_by:
            title = _("The import moved every date of this deal forward by %(days)s days.") % {"days": count(deal.dates_shifted_by)}
            marks += f' <span class="chip outline" title="{escape(title)}">{icon("calendar-clock")}{escape(_("shifted"))}</span>'
        return f'<a class="say" href="{before}{deal.pk}{after}">{escape(deal.name)}</a><div class="sub">{sub}{marks}</div>'

    def _account(self, deal: RowFacts) -> str:
        return escape(deal.account) if deal.account is not None else self._no_account

    def _owed(self, deal: RowFacts) -> str:
        return _chips(tuple(deal.raised), self._nothing_owed if deal.is_watched else "", self._language)

    def _at_stake(self, deal: RowFacts) -> str:
        return _stake(deal.value_at_stake, deal.value, deal.amount, deal.currency, self._language) if deal.is_watched else self._said["dash"]

    def _value(self, deal: RowFacts) -> str:
        """In the base currency; what was typed in another one stands below."""
        if deal.value is None:
            words = _("no amount") if deal.amount is None else _("no rate")
            typed = money(deal.amount, deal.currency) if deal.amount is not None else ""
            return f'<span class="dim">{escape(words)}</span><div class="sub">{escape(typed)}</div>'
        sub = _("estimate") if deal.amount is None else money(deal.amount, deal.currency) if deal.amount != deal.value else ""
        return _two_lines(money(deal.value), sub)

    def _amount(self, deal: RowFacts) -> str:
        """As it was agreed; its value in the base currency below where that is another one."""
        if deal.amount is None:
            return self._said["not_named"]
        sub = _("no rate") if deal.value is None else base_money(deal.value) if deal.value != deal.amount else ""
        return _two_lines(money(deal.amount, deal.currency), sub)

    def _weighted(self, deal: RowFacts) -> str:
        value = weighted(deal.value, deal.probability)
        return _figure(money(value)) if value is not None else self._said["dash"]

    def _age(self, deal: RowFacts) -> str:
        ageing = self._ageing.get(deal.pk)
        if ageing is not None:
            bar = ageing_bar(ageing.times, ageing.label)
            days = _days(ageing.days, self._language)
            return f'<div class="stage-line"><span>{escape(deal.stage_name)}</span><span class="sub">{days}</span></div>{bar}'
        days = _days(max((self._now - deal.stage_entered_at).days, 0), self._language) if deal.is_watched else ""
        return f'<div class="stage-line"><span>{escape(deal.stage_name)}</span><span class="sub">{days}</span></div>'

    def _close(self, deal: RowFacts) -> str:
        if deal.expected_close_on is None:
            return self._said["not_set"]
        late = ' class="high strong"' if deal.is_watched and deal.expected_close_on < self._today else ""
        return f"<span{late}>{day_seen(deal.expected_close_on, self._today, self._language)}</span>"

    def _contact(self, deal: RowFacts) -> str:
        at = deal.last_contact_at
        if at is None:
            return self._said["none_yet"]
        return far_moment(at, self._zone, self._today, self._language) if self._now - at > FAR else ago_short(at)

    def _next_step(self, deal: RowFacts) -> str:
        if deal.step is None:
            return self._said["none"]
        what = escape(deal.step)
        return f'<span class="clip" title="{what}">{what}</span><div class="sub">{ago_short(deal.step_due_at)}</div>'


def _two_lines(above: str, below: str) -> str:
    return f'{_figure(above)}<div class="sub">{escape(below)}</div>' if below else _figure(above)


def _figure(words: str) -> str:
    """An amount; of a very long one the page knows, and makes its column wider, for no figure breaks."""
    return f'<span class="long">{escape(words)}</span>' if len(words) > FITS else escape(words)


# What many rows, many pages and many readers share is kept, each by all that it is made of.


@lru_cache(maxsize=4096)
def _chips(raised: tuple[str, ...], nothing: str, _language: str | None) -> str:
    """``raised``: signals as :data:`deals.row_facts.SIGNALS` has them; ``nothing``: what stands for none."""
    found = chips(raised)
    shown = "".join([signal_chip(severity, words) for severity, words in found[:CHIPS]]) or nothing
    rest = ", ".join([words for _severity, words in found[CHIPS:]])
    more = f'<span class="chip" title="{escape(rest)}">+{len(found) - CHIPS}</span>' if rest else ""
    return f'<span class="chips">{shown}{more}</span>'


@lru_cache(maxsize=8192)
def _stake(at_stake: Decimal, value: Decimal | None, amount: Decimal | None, currency: str, _language: str | None) -> str:
    """``value``: of the deal alone, in the base currency; ``amount``: as it was agreed, None where nobody named one."""
    if value is None:
        sub = _("no amount") if amount is None else _("no rate for %(amount)s") % {"amount": money(amount, currency)}
    elif amount is None:
        sub = _("estimate")
    else:
        sub = _("deal %(amount)s") % {"amount": money(value)} if value != at_stake else ""
    return _two_lines(money(at_stake), sub)


@lru_cache(maxsize=2048)
def _days(days: int, _language: str | None) -> str:
    return escape(ngettext("%(n)s d", "%(n)s d", days) % {"n": count(days)})


def weighted(value: Any, probability: int) -> Any:
    """The value times the chance of its stage, in the base currency; None without a value."""
    return None if value is None else (value * probability / 100).quantize(value)
