"""The deals of an account as rows of a table, written in Python: a template for each would cost more than all else of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.amount_html import amount_html
from deals.templatetags.words import ago, severity, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deals.customers.account import Line


def rows_html(opened: Sequence[Line], closed: Sequence[Line]) -> SafeString:
    """Open deals first, then the closed ones."""
    url = reverse("deal", args=[0])
    return SafeString("".join([*(_open(one, url) for one in opened), *(_closed(one, url) for one in closed)]))


def _open(deal: Line, url: str) -> str:
    last = deal.last_contact_at
    when = f"{escape(_('last contact'))} {ago(last)}" if last is not None else escape(_("no contact yet"))
    stage = f'<span class="chips"><span class="chip">{escape(deal.stage)}</span>{severity(deal.worst_severity)}</span>'
    return f"<tr>{_cells(deal, url, when, stage)}</tr>\n"


def _closed(deal: Line, url: str) -> str:
    when = f"{escape(_('closed'))} {ago(deal.closed_on)}"
    stage = f'<span class="chip{" good" if deal.status == "won" else ""}">{escape(deal.stage)}</span>'
    return f'<tr class="closed">{_cells(deal, url, when, stage)}</tr>\n'


def _cells(deal: Line, url: str, when: str, stage: str) -> str:
    name = f'<a class="say" href="{url.replace("/0/", f"/{deal.pk}/")}">{escape(deal.name)}</a>'
    amount = amount_html(deal.amount, deal.currency, deal.value)
    return (
        f'<td>{name}<div class="sub">{when}</div></td>\n<td>{stage}</td>\n<td class="owner">{who(deal.owner)}</td>\n<td class="num val">{amount}</td>'
    )
