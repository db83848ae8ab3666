"""Tags of the table of limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html

from deals import limits
from deals.risk.policy import UNIT_NAMES, Unit

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from deals.limit_forms import LimitsForm

register = template.Library()
register.filter("figure", limits.figure)


@register.filter
def unit_name(unit: Unit) -> str:
    return str(UNIT_NAMES[unit])


@register.simple_tag
def limit_field(form: LimitsForm, cell: limits.Cell) -> SafeString:
    """The field of a cell as somebody left it, with what is wrong about it."""
    field = form[cell.name]
    if not field.errors:
        return field.as_widget(attrs={"class": "form-control own" if cell.own is not None else "form-control"})
    widget = field.as_widget(attrs={"class": "form-control is-invalid", "aria-invalid": "true", "aria-describedby": f"{cell.name}-error"})
    words = " ".join(str(error) for error in field.errors)
    return format_html('{}<div class="invalid-feedback d-block" id="{}-error" role="alert">{}</div>', widget, cell.name, words)
