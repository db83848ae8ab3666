"""What a person types on Today, inside the row it is about. A form only reads; the services write."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.days import near
from accounts.models import Contact
from deals.deal_people import people_of
from deals.forms import END_OF_THE_DAY, NextStepForm
from deals.handoff_forms import DeclineForm
from deals.models import Deal, Interaction
from deals.today import meetings

if TYPE_CHECKING:
    from deals.today.rows import Row

Kind, Outcome, Direction = Interaction.Kind, Interaction.Outcome, Interaction.Direction
LAST_MINUTE = time(23, 59)


def end_of(day: date, now: datetime) -> datetime:
    """The end of that working day on the reader's clock; of today, once that has passed, the last minute."""
    moment = timezone.make_aware(datetime.combine(day, END_OF_THE_DAY))
    return moment if moment > now else timezone.make_aware(datetime.combine(day, LAST_MINUTE))


class AnswerForm(forms.Form):
    """What did you answer? A mail of ours or a call; the words if one likes."""

    kind = forms.ChoiceField(
        label=_("How"), choices=[(Kind.EMAIL, _("Mail")), (Kind.CALL, _("Call")), (Kind.MEETING, _("Met"))], widget=forms.RadioSelect
    )
    call_outcome = forms.ChoiceField(
        label=_("How it went"),
        choices=[(Outcome.CONNECTED, _("We spoke")), (Outcome.NO_ANSWER, _("No answer"))],
        widget=forms.RadioSelect,
        initial=Outcome.CONNECTED,
        required=False,
    )
    contact = forms.ModelChoiceField(queryset=Contact.objects.none(), required=False, widget=forms.HiddenInput)
    body = forms.CharField(label=_("What did you answer?"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what the class made
        contact.queryset = people_of(deal)

    def facts(self) -> dict[str, Any]:
        """The keywords of ``log_interaction``: it happened just now, and we did it."""
        data = self.cleaned_data
        outcomes = {Kind.CALL: data["call_outcome"] or Outcome.CONNECTED, Kind.MEETING: Outcome.HELD}
        return {
            "kind": data["kind"],
            "direction": Direction.OUT,
            "outcome": outcomes.get(Kind(data["kind"]), Outcome.NONE),
            "contact": data["contact"],
            "body": data["body"],
        }


class CloseDateForm(forms.Form):
    day = forms.DateField(label=_("You expect to close it on"), validators=[near], error_messages={"required": _("Choose the day you expect now.")})


class TaskForm(forms.Form):
    """A reminder for oneself; without a day it is for today."""

    title = forms.CharField(label=_("What"), max_length=250, error_messages={"required": _("Say what is to be done.")})
    due_on = forms.DateField(label=_("When"), required=False, validators=[near], widget=forms.DateInput(attrs={"type": "date"}))

    def due_at(self, now: datetime) -> datetime:
        return end_of(self.cleaned_data["due_on"] or timezone.localdate(now), now)


class AnotherDayForm(forms.Form):
    day = forms.DateField(label=_("When instead"), validators=[near], error_messages={"required": _("Choose another day.")})

    def due_at(self, now: datetime) -> datetime:
        return end_of(self.cleaned_data["day"], now)


def form_of(row: Row, *, call: bool = False, asks: str = "", now: datetime) -> forms.Form:
    """The empty form a row opens, with what it most likely will say. ``asks``: which one, of a row with two."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    if row.kind == "task":
        return AnotherDayForm(initial={"day": tomorrow})
    assert row.deal is not None  # noqa: S101 - only tasks stand without one
    if row.kind == "offered":
        return DeclineForm()
    if row.does == "meeting":
        return meetings.form_of(row, asks, now)
    if row.kind in ("step", "name-step"):
        return NextStepForm(initial={"what": row.found.step if row.kind == "step" else "", "due_on": tomorrow})
    if row.kind == "close-date":
        return CloseDateForm()
    spoken = call or bool(row.act.calls) or row.kind != "answer"
    return AnswerForm(deal=Deal.objects.get(pk=row.deal.pk), initial={"kind": Kind.CALL if spoken else Kind.EMAIL, "contact": row.partner.contact_id})
