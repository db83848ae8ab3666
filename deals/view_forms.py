"""What is asked of a saved view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.authority import SENIORS
from deals.models import SavedView

if TYPE_CHECKING:
    from accounts.models import User


class ViewForm(forms.Form):
    """Its name, and who sees it: only what this person may share is offered."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}))
    sharing = forms.ChoiceField(
        label=_("Who sees it"),
        choices=SavedView.Sharing.choices,
        widget=forms.RadioSelect,
        initial=SavedView.Sharing.PRIVATE,
        help_text=_("Each reader sees in it the deals they may see anyway, no others."),
    )
    start = forms.BooleanField(label=_("My day begins with it"), required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [SavedView.Sharing.PRIVATE]
        if user.team_id is not None:
            offered.append(SavedView.Sharing.TEAM)
        if user.role in SENIORS:
            offered.append(SavedView.Sharing.EVERYBODY)
        field = self.fields["sharing"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above; tells the type
        field.choices = [(one.value, one.label) for one in offered]
