"""What is typed or uploaded about exchange rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.days import near
from deals.intake.rates import number

# A file of rates is small; larger ones are something else.
LARGEST = 8 * 1024 * 1024


class RateField(forms.DecimalField):
    """As in a file of rates the last sign parts the decimals: ``1,08`` is no hundred and eight."""

    def to_python(self, value: Any) -> Any:
        read = number(str(value)) if value not in self.empty_values else None
        return super().to_python(value if read is None else read)


class RateForm(forms.Form):
    """One unit of ``currency`` is worth ``rate`` in the base currency, from ``day`` on."""

    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        label=gettext_lazy("Currency"),
        widget=forms.TextInput(attrs={"maxlength": 3, "list": "currencies", "autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Write the three letters of the currency, like EUR.")},
    )
    rate = RateField(
        max_digits=17,
        decimal_places=8,
        min_value=Decimal("0.00000001"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"min_value": gettext_lazy("A rate is above zero.")},
    )
    day = forms.DateField(label=gettext_lazy("From"), validators=[near], widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            data["currency"] = data.get("currency", "").strip().upper()
        super().__init__(data, **kwargs)
        self.fields["rate"].label = _("Worth of one unit, in %(base)s") % {"base": settings.BASE_CURRENCY}


class RateFileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This is too large for a file of rates. Cut it to the years you need."))
        return file
