"""The board's tag: one card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from deals.board_cards import Card

register = template.Library()


@register.simple_tag(takes_context=True)
def board_card(context: template.Context, card: Card) -> SafeString:
    """A card; ``html`` of the context is what makes all of them."""
    made: SafeString = context["html"].make(card)
    return made
