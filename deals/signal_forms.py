"""Parking a signal, and handing a deal to somebody else."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.template.defaultfilters import date as date_words
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deals.risk.policy import PARK_AT_MOST

if TYPE_CHECKING:
    from deals.models import Deal


class ParkForm(forms.Form):
    """Until when, and why it can wait. A day means its morning, in the reader's time zone."""

    reason = forms.CharField(
        label=_("Why can it wait?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        error_messages={"required": _("Say why it can wait.")},
    )
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most 30 days on. It comes back by itself."),
        error_messages={"required": _("Choose the day it comes back."), "invalid": _("Write the day as 2026-03-31.")},
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate(now)
        self.latest = timezone.localdate(now + PARK_AT_MOST)
        self.earliest = date.fromordinal(today.toordinal() + 1)
        self.fields["until"].widget.attrs |= {"min": self.earliest.isoformat(), "max": self.latest.isoformat()}
        self.fields["until"].initial = date.fromordinal(today.toordinal() + 7)

    def clean_until(self) -> date:
        chosen: date = self.cleaned_data["until"]
        if not self.earliest <= chosen <= self.latest:
            days = {"first": date_words(self.earliest, "j F"), "last": date_words(self.latest, "j F")}
            raise forms.ValidationError(_("Choose a day from %(first)s to %(last)s: nothing waits longer than 30 days."), params=days)
        return chosen

    def until_moment(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time(0)))

    def day(self) -> str:
        return date_words(self.cleaned_data["until"], "j F")


if TYPE_CHECKING:
    PersonField = forms.ModelChoiceField[User]
else:
    PersonField = forms.ModelChoiceField


class PersonChoice(PersonField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} · {obj.team.name}" if obj.team else obj.name


class OwnerForm(forms.Form):
    """Who it goes to: somebody in the user's sight who is still here, other than the owner."""

    owner = PersonChoice(
        label=_("Who takes it over?"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        widget=forms.Select(attrs={"autofocus": True}),
        error_messages={
            "required": _("Choose who takes it over."),
            "invalid_choice": _("Choose somebody of your teams who has not left."),
        },
    )

    def __init__(self, *args: Any, user: User, deal: Deal, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, PersonChoice)  # noqa: S101 - declared above; tells the type
        field.queryset = User.objects.visible_to(user).here(now).exclude(pk=deal.owner_id).select_related("team").order_by("name", "pk")
