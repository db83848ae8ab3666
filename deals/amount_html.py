"""What a deal is worth, as HTML: its amount in its own currency, with the base currency beside it where that is another one; an
estimate where nobody named one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.templatetags.words import base_money, money

if TYPE_CHECKING:
    from decimal import Decimal


def amount_html(amount: Decimal | None, currency: str, value: Decimal | None) -> SafeString:
    """``value``: in the base currency, or that of the list price; None where there is neither."""
    if amount is None:
        mark = _chip(_("estimate"), _("Nobody named an amount: the list price of the product stands in for it.")) if value is not None else ""
        return SafeString(f"{escape(money(value))}{mark}")
    beside = ""
    if value is None:
        beside = _chip(_("no rate"), _("There is no rate for this currency yet, so the deal is in no sum."))
    elif value != amount:
        beside = f' <span class="sub">{escape(base_money(value))}</span>'
    return SafeString(f"{escape(money(amount, currency))}{beside}")


def _chip(words: str, why: str) -> str:
    return f' <span class="chip outline" title="{escape(why)}">{escape(words)}</span>'
