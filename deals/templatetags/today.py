"""Filters of Today's forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

register = template.Library()


@register.filter
def iso(value: Any) -> str:
    """What stands in a date field: a day as browsers write it, or what somebody typed."""
    return value.isoformat() if isinstance(value, date) else str(value or "")
