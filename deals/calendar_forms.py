"""What is typed or uploaded about calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.intake.calendar.reading import LARGEST, MEGABYTE
from deals.services.calendars.keeping import LONGEST_ADDRESS, LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.models import Deal


class FeedForm(forms.Form):
    """A calendar at an address. The address is no URLField: calendars are named webcal:, too, and the trial says what is wrong."""

    url = forms.CharField(
        label=gettext_lazy("Address of the calendar"),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("The secret address that your calendar names for other programs; it often ends in .ics."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME, required=False, help_text=gettext_lazy("Empty: as it calls itself."))


class CalendarFileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Calendar file"), widget=forms.ClearableFileInput(attrs={"accept": ".ics,.ical,.ifb,text/calendar"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than %(size)d MB; export a shorter period.") % {"size": LARGEST // MEGABYTE})
        return file


class DealForm(forms.Form):
    """Which of these deals a meeting is about; none of them, too."""

    NONE = "none"
    deal = forms.ChoiceField(label=gettext_lazy("It is about"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, deals: Iterable[Deal], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.deals = {str(deal.pk): deal for deal in deals}
        choices = [(key, f"{deal.account.name}: {deal.name}" if deal.account else deal.name) for key, deal in self.deals.items()]
        self.fields["deal"].choices = [*choices, (self.NONE, _("No deal"))]  # type: ignore[attr-defined] # of a choice field

    @property
    def chosen(self) -> Deal | None:
        return self.deals.get(self.cleaned_data["deal"])
