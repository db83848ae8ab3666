"""Tags of a message's page, and of what mail told of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from deals.letters import words
from deals.templatetags.words import capital

if TYPE_CHECKING:
    from datetime import date

register = template.Library()


@register.simple_tag
def away(until: date | None, stand_in: str, address: str = "") -> str:
    """As a sentence of its own."""
    said = words.away(until, stand_in, address)
    return f"{capital(said)}." if said else ""
