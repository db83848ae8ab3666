"""Radio buttons and lists to choose from, written in Python as Django's widgets write them: those take a template for each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.forms.utils import flatatt
from django.utils.html import escape
from django.utils.safestring import SafeString

from deals.templatetags.deal_words import kind_icon
from deals.templatetags.words import icon

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

register = template.Library()


@register.simple_tag
def radios(field: BoundField, css: str, *, icons: bool = False, hidden_legend: bool = False) -> SafeString:
    """One fieldset; ``icons``: each choice with that of the kind of interaction it stands for."""
    chosen, said = str(_or_empty(field.value())), flatatt(field.build_widget_attrs({}))
    name, of = escape(field.html_name), escape(field.auto_id)
    made = [
        f'<label for="{of}_{place}"><input type="radio" name="{name}" value="{escape(value)}" id="{of}_{place}"{said}'
        f"{' checked' if str(value) == chosen else ''}>{icon(kind_icon(value)) if icons else ''}{escape(words)}</label>"
        for place, (value, words) in enumerate(field.field.choices)  # type: ignore[attr-defined] # of fields with choices
    ]
    quiet = ' class="visually-hidden"' if hidden_legend else ""
    legend = f"<legend{quiet}>{escape(field.label)}</legend>"
    return SafeString(f'<fieldset class="choices {escape(css)}">{legend}{"".join(made)}</fieldset>')


@register.simple_tag
def picked(field: BoundField) -> SafeString:
    """One list, closed, without groups."""
    chosen = str(_or_empty(field.value()))
    said = flatatt({**field.build_widget_attrs(field.field.widget.attrs), "id": field.auto_id})
    made = [
        f'<option value="{escape(_or_empty(value))}"{" selected" if str(_or_empty(value)) == chosen else ""}>{escape(words)}</option>'
        for value, words in field.field.choices  # type: ignore[attr-defined] # of fields with choices
    ]
    return SafeString(f'<select name="{escape(field.html_name)}"{said}>{"".join(made)}</select>')


def _or_empty(value: object) -> object:
    return "" if value is None else value
