"""What people type about meetings: how we apologised, and when instead. A form only reads; the services write."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.days import near
from deals.services.meetings.apologies import LONGEST

if TYPE_CHECKING:
    from deals.models import Interaction

USUAL = timedelta(minutes=30)
TEN_IN_THE_MORNING = time(10, 0)


class ApologyForm(forms.Form):
    asks = "apology"

    words = forms.CharField(
        label=gettext_lazy("How did you apologise?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        error_messages={"required": gettext_lazy("Say in a few words how you apologised: by phone, by mail, to whom.")},
    )


class WhenForm(forms.Form):
    """A day, the time it begins and how long it takes, on the reader's clock."""

    asks = "when"

    day = forms.DateField(
        label=gettext_lazy("Day"),
        validators=[near],
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose the day.")},
    )
    begins = forms.TimeField(
        label=gettext_lazy("From"),
        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M"),
        error_messages={"required": gettext_lazy("Say when it begins.")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=5, max_value=24 * 60, widget=forms.NumberInput(attrs={"class": "form-control", "step": 5})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("begins"):
            wall = datetime.combine(data["day"], data["begins"])
            if timezone.make_naive(timezone.make_aware(wall).astimezone(UTC)) != wall:
                self.add_error("begins", _("The clocks go forward in that night: there is no such time. Choose another one."))
        return data

    def span(self) -> tuple[datetime, datetime]:
        """From and until. Of an hour that comes twice in a night it is the first one."""
        starts_at = timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["begins"]))
        # Through UTC: half an hour is half an hour, also while the clocks change.
        ends_at = starts_at.astimezone(UTC) + timedelta(minutes=self.cleaned_data["minutes"])
        return starts_at, ends_at


def new_date_of(meeting: Interaction, now: datetime, data: Any = None) -> WhenForm:
    """For the same hour and as long as it was to be; the day is agreed on with them, so it is left open."""
    length = meeting.ends_at - meeting.at if meeting.ends_at is not None and meeting.ends_at > meeting.at else USUAL
    local = timezone.localtime(meeting.at)
    begins = local.time() if meeting.ends_at is not None and length < timedelta(hours=12) else TEN_IN_THE_MORNING
    return WhenForm(data, initial={"begins": begins.replace(second=0, microsecond=0), "minutes": max(5, int(length.total_seconds() // 60))})
