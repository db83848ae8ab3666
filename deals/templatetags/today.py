"""Tags of Today: its rows, and what stands in its forms."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.today.rows import Row

register = template.Library()


@register.filter
def iso(value: Any) -> str:
    """What stands in a date field: a day as browsers write it, or what somebody typed."""
    return value.isoformat() if isinstance(value, date) else str(value or "")


@register.simple_tag(takes_context=True)
def duties(context: template.Context, rows: Iterable[Row], waits: bool) -> SafeString:
    """The rows of a list, the open one with its form."""
    return SafeString("".join(f'{row.html}<div class="open-form" id="form-{row.key}">{_form(context, row, waits)}</div>\n</li>' for row in rows))


def _form(context: template.Context, row: Row, waits: bool) -> str:
    if row.key != context.get("opened"):
        return ""
    with context.push(row=row, waits=waits):
        return str(context.template.engine.get_template("deals/today/_form.html").render(context))  # type: ignore[union-attr] # it is being rendered
