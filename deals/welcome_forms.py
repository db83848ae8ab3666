"""What is asked on the first run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import HoursField, countries, time_zones

MOST_TEAMS = 30
WORKING_DAYS = 5


class HoursForm(forms.Form):
    """The usual calendar in three answers; single days are set on its own page."""

    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=time_zones)
    country = forms.ChoiceField(label=gettext_lazy("Public holidays of"), required=False, choices=countries)
    subdivision = forms.CharField(
        label=gettext_lazy("Region"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Where holidays differ: its name or code, like Bayern, BY or CA"),
    )
    hours = HoursField(label=gettext_lazy("Monday to Friday"), help_text=gettext_lazy("Like 09:00-12:30, 13:30-17:00"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].required = True
        self.fields["time_zone"].widget.attrs["data-guess-zone"] = ""

    def week(self, known: list[list[list[str]]]) -> list[list[list[str]]]:
        """``known`` with other hours from Monday to Friday."""
        return [self.cleaned_data["hours"]] * WORKING_DAYS + known[WORKING_DAYS:]


class TeamsForm(forms.Form):
    names = forms.CharField(
        label=gettext_lazy("Your teams, one a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        error_messages={"required": gettext_lazy("Write at least one name, such as Sales.")},
    )

    def clean_names(self) -> list[str]:
        names = list(dict.fromkeys(line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()))
        if len(names) > MOST_TEAMS:
            raise forms.ValidationError(_("These are more than %(most)d teams. Bring them as a file instead.") % {"most": MOST_TEAMS})
        if any(len(name) > 120 for name in names):
            raise forms.ValidationError(_("A name has at most 120 letters."))
        return names
