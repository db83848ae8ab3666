"""An amount of money as people type it in a form."""

from __future__ import annotations

import re
from typing import Any

from django import forms

# One or two digits after a comma are cents, whatever parts the thousands before it; three are thousands.
DECIMAL_COMMA = re.compile(r"(\d+|\d{1,3}(?:[.\s']\d{3})+),(\d{1,2})")


class AmountField(forms.DecimalField):
    """``1,250.50`` as we write it, and ``1250,50`` and ``1.250,50``: left to Django the comma would go, and the cents be hundreds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=14, decimal_places=2, localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        found = DECIMAL_COMMA.fullmatch(value.strip()) if isinstance(value, str) else None
        return super().to_python(f"{re.sub(r'[^0-9]', '', found[1])}.{found[2]}" if found else value)
