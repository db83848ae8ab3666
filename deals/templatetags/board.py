"""The board's tags: one card, and a column of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString

if TYPE_CHECKING:
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
