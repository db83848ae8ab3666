"""The board's tags: one card, a column of them, and the head of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

from deals.board_head import head_html

if TYPE_CHECKING:
    from deals.board import Column
    from deals.board_cards import Card

register = template.Library()


@register.simple_tag(takes_context=True)
def board_card(context: template.Context, card: Card) -> SafeString:
    """A card; ``html`` of the context is what makes all of them, ``board`` knows how long they may be in their stage."""
    made: SafeString = context["html"].make(card, context["board"].ageing.get(card.pk))
    return made


@register.simple_tag(takes_context=True)
def board_cards(context: template.Context, cards: list[Card]) -> SafeString:
    """A column of them."""
    make, ageing = context["html"].make, context["board"].ageing
    return SafeString("".join([make(card, ageing.get(card.pk)) for card in cards]))


@register.simple_tag(takes_context=True)
def board_head(context: template.Context, column: Column) -> SafeString:
    """The head of a column; ``oob`` of the context is set where it is sent alone."""
    return head_html(column, context["request"].GET, counted=context["board"].counted, changed_alone=bool(context.get("oob")))
