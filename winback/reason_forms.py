"""What is typed about a reason for losing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnlyWhatChanged
from winback.models.reasons import Ending


class ReasonForm(forms.Form):
    name = forms.CharField(label=_("In words"), max_length=80)
    ended_by = forms.ChoiceField(
        label=_("What would end it"),
        choices=Ending.choices,
        initial=Ending.NOT_KNOWN,
        help_text=_("When that happens, deals lost for this reason are worth asking again."),
    )


class EditReasonForm(OnlyWhatChanged, ReasonForm):
    pass


class BuiltInReasonForm(EditReasonForm):
    """Salvor's own reasons may be called something else; without words they have Salvor's again."""

    name = forms.CharField(label=_("In words"), max_length=80, required=False, help_text=_("Empty: Salvor’s own words, in everybody’s language."))
