"""Words of the training pages. Times are the clock on the wall of the story, without an offset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.template.defaultfilters import date as date_words
from django.utils.formats import number_format

from deals.templatetags.words import who

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def person(name: str) -> SafeString:
    """Somebody of the story, with initials; nobody is shown too."""
    return who(name or None)


@register.filter
def wall_day(moment: datetime) -> str:
    return date_words(moment, "l j F Y")


@register.filter
def wall_clock(moment: datetime) -> str:
    return date_words(moment, "H:i")


@register.filter
def wall_short(moment: datetime) -> str:
    return date_words(moment, "D j M, H:i")


@register.filter
def whole(amount: str) -> str:
    """An amount as it was written down, in groups of three."""
    return number_format(amount.partition(".")[0], use_l10n=True, force_grouping=True)
