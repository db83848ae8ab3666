"""What an admin looks for in the log of changes, from the address of the page; what makes no sense is left out."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.days import near
from accounts.forms import DayInput
from accounts.models import User
from deals.audit.kinds import KINDS
from deals.audit.reading import NOBODY, Wanted, things_named

if TYPE_CHECKING:
    from datetime import date


class AuditFilter(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind of thing"), required=False, choices=lambda: [("", _("Everything")), *((kind.key, kind.many) for kind in KINDS.values())]
    )
    who = forms.ChoiceField(label=_("Who did it"), required=False)
    thing = forms.CharField(label=_("Which thing"), required=False, max_length=100, widget=forms.TextInput({"placeholder": _("Name or number")}))
    since = forms.DateField(label=_("From"), required=False, validators=[near], widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, validators=[near], widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.order_by("name").values_list("pk", "name")
        self.fields["who"].choices = [("", _("Anybody")), (str(NOBODY), _("Nobody: a job or an import")), *people]  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("thing") and not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("thing", _("Choose the kind of thing as well."))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day is before the first one."))
        return cleaned

    def wanted(self) -> Wanted:
        """The filters that make sense, days in the reader's time zone with the last one included. A thing costs a query."""
        self.is_valid()
        chosen = self.cleaned_data
        key, thing = chosen.get("kind"), chosen.get("thing")
        return Wanted(
            kinds=(key,) if key else tuple(KINDS),
            who=int(chosen["who"]) if chosen.get("who") else None,
            things=tuple(things_named(KINDS[key], thing)) if key and thing else None,
            since=_start_of(chosen.get("since")),
            until=_start_of(chosen["until"] + timedelta(days=1)) if chosen.get("until") else None,
        )


def _start_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None
