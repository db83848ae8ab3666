"""Days and numbers written out, quickly: a list shows hundreds of them, and Django's own way takes a hundredth of a millisecond and more for each.

What depends on the language alone is kept by it. Nothing here looks at the time or at the reader's zone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.defaultfilters import date as date_filter
from django.utils.formats import get_format, number_format
from django.utils.translation import get_language

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal


def written_day(value: date, form: str) -> str:
    """A day (no moment) in one of Django's formats that name no hour, such as ``j F Y``."""
    return _day(value, form, get_language())


def written_moment(local: datetime) -> str:
    """``Monday 2 March 2026, 09:30 CET``, of a moment in the zone it is shown in."""
    return f"{written_day(local.date(), 'l j F Y')}, {local:%H:%M} {local.tzname()}"


def written_number(value: int | Decimal, decimals: int = 0) -> str:
    """``1,234.50``: grouped, with the signs of the language."""
    signs = _signs(get_language())
    if signs is None:
        return number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    text = f"{value:,.{decimals}f}"
    return text if signs == (".", ",") else text.translate(str.maketrans(".,", "".join(signs)))


@lru_cache(maxsize=8192)
def _day(value: date, form: str, _language: str | None) -> str:
    return date_filter(value, form)


@lru_cache(maxsize=64)
def _signs(language: str | None) -> tuple[str, str] | None:
    """The sign before decimals and the one between thousands; None where the language groups its digits otherwise."""
    if get_format("NUMBER_GROUPING", language) not in (3, (3, 0)):
        return None
    signs = str(get_format("DECIMAL_SEPARATOR", language)), str(get_format("THOUSAND_SEPARATOR", language))
    return signs if all(len(sign) == 1 for sign in signs) else None
