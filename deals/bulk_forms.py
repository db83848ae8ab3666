"""What is asked before an act on many deals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.days import near
from accounts.models import User
from deals.forms import END_OF_THE_DAY
from deals.signal_forms import PersonChoice


class ReassignForm(forms.Form):
    """Who takes them over: somebody in the user's sight who is here."""

    owner = PersonChoice(
        label=_("Who takes them over?"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        widget=forms.Select(attrs={"autofocus": True, "class": "form-select"}),
        error_messages={
            "required": _("Choose who takes them over."),
            "invalid_choice": _("Choose somebody of your teams who has not left."),
        },
    )

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, PersonChoice)  # noqa: S101 - declared above; tells the type
        field.queryset = User.objects.visible_to(user).here(now).select_related("team").order_by("name", "pk")


class NextStepsForm(forms.Form):
    """The same step for each, by the end of a working day on the reader's clock."""

    what = forms.CharField(
        label=_("What happens next on each of them?"), max_length=250, widget=forms.TextInput(attrs={"autofocus": True, "class": "form-control"})
    )
    due_on = forms.DateField(
        label=_("By"), validators=[near], widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget.attrs["min"] = timezone.localdate(now).isoformat()

    def due_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["due_on"], END_OF_THE_DAY))
