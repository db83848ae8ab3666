"""Lines of what was said and what happened, and of deals, written in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from deals.amount_html import amount_html
from deals.customers.deals_html import rows_html
from deals.path_html import path_html
from deals.said_html import SaidHtml
from deals.timeline_html import lines_html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.customers.account import Deals
    from deals.models import Deal
    from deals.said import Said
    from deals.stages_of_deal import Step
    from deals.timeline import Timeline

register = template.Library()


@register.simple_tag(takes_context=True)
def timeline_lines(context: template.Context, timeline: Timeline, deal: Deal) -> SafeString:
    """All that happened on the deal, with what its reader can do with it."""
    account = deal.account.name if deal.account is not None else None
    reader: Any = context["user"]
    return lines_html(
        timeline.items, account=account, reader_id=reader.pk, csrf_token=str(context["csrf_token"]), write=reverse("deal-write", args=[deal.pk])
    )


@register.simple_tag
def said_lines(said: Iterable[Said]) -> SafeString:
    """What was said on many deals."""
    lines = SaidHtml()
    return SafeString("".join(lines.of_many(one) for one in said))


@register.simple_tag
def deal_rows(deals: Deals) -> SafeString:
    """The deals of an account's page."""
    return rows_html(deals.open, deals.closed)


@register.simple_tag
def amount(deal: Deal) -> SafeString:
    return amount_html(deal.amount, deal.currency, deal.value)


@register.simple_tag(takes_context=True)
def deal_path(context: template.Context, deal: Deal, path: list[Step]) -> SafeString:
    return path_html(deal, path, str(context["csrf_token"]))
