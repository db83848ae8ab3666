"""Handing a deal over, and declining one. A form only reads; the services write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deals.handoff_people import candidates

if TYPE_CHECKING:
    from datetime import datetime

    from deals.models import Deal

if TYPE_CHECKING:
    PersonField = forms.ModelChoiceField[User]
else:
    PersonField = forms.ModelChoiceField


class PersonChoice(PersonField):
    """Of people who are here."""


class HandOverForm(forms.Form):
    """To whom, and what they need to know. Whether they can take it now, the service says."""

    person = PersonChoice(
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who should take it over."), "invalid_choice": _("This person is not here any more. Choose somebody.")},
    )
    brief = forms.CharField(
        label=_("Brief"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say in a few words what they need to know to begin.")},
    )

    def __init__(self, *args: Any, deal: Deal, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, PersonChoice)  # noqa: S101 - declared above; tells the type
        field.queryset = candidates(deal, now)


class DeclineForm(forms.Form):
    """Why one does not take over a deal."""

    reason = forms.CharField(
        label=_("Why not?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why in a few words, so that they can find somebody else.")},
    )
