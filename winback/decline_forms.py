"""What is asked when we pass on a deal: a note of four parts, guided. A form only reads; the services write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Contact
from deals.deal_people import people_of
from winback.decline_note import LONGEST_PART, Note
from winback.models import Decline
from winback.reasons import choices as reason_choices

if TYPE_CHECKING:
    from deals.models import Deal, Interaction
    from winback.services.declines import Passing

if TYPE_CHECKING:
    ContactField = forms.ModelChoiceField[Contact]
else:
    ContactField = forms.ModelChoiceField


LONGEST_ID = 19


class ContactChoice(ContactField):
    def label_from_instance(self, obj: Contact) -> str:
        return f"{obj.name} · {obj.email}" if obj.email else _("%(name)s · no address") % {"name": obj.name}


def part(label: Any, help_text: Any, missing: Any, *, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_PART,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class NoteForm(forms.Form):
    """The words. A manager who changes some of them gets these alone."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=300, required=False)
    greeting = forms.CharField(label=gettext_lazy("Greeting"), max_length=200, required=False)
    thanks = part(
        gettext_lazy("Thank them"),
        gettext_lazy("They gave us their time. Say that it is noticed."),
        gettext_lazy("Thank them for their time."),
    )
    reason = part(
        gettext_lazy("Say why, plainly"),
        gettext_lazy("What we cannot do well, not what they did. One honest sentence is enough."),
        gettext_lazy("Say why. A no without a reason is a silence with words."),
    )
    helpers = part(
        gettext_lazy("Name who else may help"),
        gettext_lazy("A colleague, a partner, another vendor. If you know of nobody, say so, and where you would look."),
        gettext_lazy("Name somebody who may help, or where you would look."),
    )
    door = part(
        gettext_lazy("Leave the door open"),
        gettext_lazy("To whom they may come back, and when it would be worth it."),
        gettext_lazy("Say that the door stays open."),
    )
    farewell = forms.CharField(label=gettext_lazy("Farewell"), max_length=200, required=False)
    introducer_words = forms.CharField(label=gettext_lazy("To who brought us in"), max_length=LONGEST_PART, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, goes_by: str = Decline.Way.MAIL, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goes_by = goes_by

    @property
    def parts(self) -> list[forms.BoundField]:
        """The four parts in their order."""
        return [self["thanks"], self["reason"], self["helpers"], self["door"]]

    @property
    def note(self) -> Note:
        data = self.cleaned_data
        return Note(**{name: data[name] for name in ("thanks", "reason", "helpers", "door", "greeting", "farewell", "subject")})

    @property
    def as_typed(self) -> Note:
        """As far as it is typed, valid or not: for looking at it."""
        return Note(**{name: str(self[name].value() or "") for name in ("thanks", "reason", "helpers", "door", "greeting", "farewell", "subject")})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("way", self.goes_by) == Decline.Way.MAIL and not data.get("subject", "").strip():
            self.add_error("subject", _("Say in a subject what it is about."))
        return data


class DeclineForm(NoteForm):
    """Everything: to whom, by which way, why for ourselves, the words, and the word to who brought us in (on, unless taken off)."""

    contact = ContactChoice(
        label=gettext_lazy("To"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody named"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    way = forms.ChoiceField(label=gettext_lazy("How do they hear of it?"), choices=Decline.Way.choices, widget=forms.RadioSelect)
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Why, for ourselves"),
        choices=reason_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one. It says when asking them again is worth it.")},
    )
    tell = forms.BooleanField(required=False)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal
        field = self.fields["contact"]
        assert isinstance(field, ContactChoice)  # noqa: S101 - declared above; tells the type
        field.queryset = people_of(deal)
        person = deal.introduced_by
        self.introducer = person if person is not None and person.email else None
        if self.introducer is not None:
            self.fields["tell"].label = _("Tell %(name)s, who brought it to us") % {"name": self.introducer.name}

    @property
    def chosen(self) -> Contact | None:
        """To whom, as far as it is typed."""
        typed = str(self["contact"].value() or "")
        found: Contact | None = people_of(self.deal).filter(pk=typed).first() if typed.isdecimal() and len(typed) < LONGEST_ID else None
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        contact = data.get("contact")
        if data.get("way") == Decline.Way.MAIL and "contact" not in self.errors and (contact is None or not contact.email):
            self.add_error("contact", _("There is no address to send it to. Choose somebody with one, or say it by phone."))
        if self.introducer is not None and data.get("tell") and not data.get("introducer_words", "").strip():
            self.add_error("introducer_words", _("Write them a line or two, or take the tick off."))
        return data

    def passing(self, answers: Interaction | None) -> Passing:
        from winback.services.declines import Passing

        data = self.cleaned_data
        contact = data["contact"]
        return Passing(
            note=self.note,
            reasons=data["reasons"],
            contact=contact,
            way=data["way"],
            introducer_words=data["introducer_words"] if data["tell"] else "",
            answers=answers if answers is not None and contact is not None and answers.contact_id == contact.pk else None,
        )


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=1000,
        error_messages={"required": gettext_lazy("Say why in a few words, so that they know what to do instead.")},
    )
