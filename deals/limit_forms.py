"""The form behind the table of limits: one number a cell, empty for what is inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from deals.limits import figure
from deals.risk.policy import UNIT_NAMES, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from deals.limits import Cell


class LimitsForm(forms.Form):
    """A field for each of ``cells``. What is not changed is not saved."""

    def __init__(self, *args: Any, cells: Sequence[Cell], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells = cells
        for cell in cells:
            self.fields[cell.name] = _field(cell)

    def changed(self) -> list[tuple[Cell, Decimal | None]]:
        """The cells whose own value is another one now; None: back to what is inherited."""
        return [(cell, self.cleaned_data[cell.name]) for cell in self.cells if self.cleaned_data[cell.name] != cell.own]


def _field(cell: Cell) -> forms.DecimalField:
    setting = cell.setting
    bounds = {"low": figure(setting.low), "high": figure(setting.high), "unit": UNIT_NAMES[setting.unit]}
    words = _("From %(low)s to %(high)s %(unit)s.") % bounds
    whole = setting.unit is Unit.COUNT
    field = forms.DecimalField(
        required=False,
        min_value=setting.low,
        max_value=setting.high,
        max_digits=8,
        decimal_places=0 if whole else 2,
        initial=figure(cell.own) if cell.own is not None else None,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "max_digits", "max_whole_digits"), words)
        | {"max_decimal_places": _("A whole number, please.") if whole else _("Two places after the point are enough.")},
    )
    field.widget.attrs |= {
        "class": "form-control",
        "placeholder": cell.inherited,
        "aria-label": cell.label,
        "inputmode": "decimal",
        "step": "1" if whole else "any",
        "aria-describedby": f"{cell.name}-source",
    }
    return field
