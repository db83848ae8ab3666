"""What people type on a deal's pages. A form only reads; the services write."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.days import near
from accounts.editing import OnlyWhatChanged
from accounts.models import Account, Contact, User
from deals.amount_field import AmountField
from deals.deal_people import people_of
from deals.models import Deal, Interaction, Product, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from deals.deal_people import Person

Kind, Direction, Outcome = Interaction.Kind, Interaction.Direction, Interaction.Outcome
END_OF_THE_DAY = time(17, 0)
# The most common first.
KINDS = [(kind.value, kind.label) for kind in (Kind.CALL, Kind.EMAIL, Kind.MEETING, Kind.VOICEMAIL, Kind.NOTE)]


class LogForm(forms.Form):
    """One fact of contact: its kind and, if one likes, the words. Everything else has a sensible answer already."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=KINDS, widget=forms.RadioSelect, initial=Kind.CALL)
    direction = forms.ChoiceField(
        label=gettext_lazy("Who began"),
        choices=[(Direction.OUT, gettext_lazy("We did")), (Direction.IN, gettext_lazy("They did"))],
        widget=forms.RadioSelect,
        initial=Direction.OUT,
        required=False,
    )
    call_outcome = forms.ChoiceField(
        label=gettext_lazy("How it went"),
        choices=[(Outcome.CONNECTED, gettext_lazy("We spoke")), (Outcome.NO_ANSWER, gettext_lazy("No answer"))],
        widget=forms.RadioSelect,
        initial=Outcome.CONNECTED,
        required=False,
    )
    meeting_outcome = forms.ChoiceField(
        label=gettext_lazy("How it went"),
        choices=[
            (Outcome.HELD, gettext_lazy("It was held")),
            (Outcome.PLANNED, gettext_lazy("It is planned")),
            (Outcome.MISSED_BY_THEM, gettext_lazy("They were not there")),
            (Outcome.MISSED_BY_US, gettext_lazy("We were not there")),
            (Outcome.CANCELLED_BY_THEM, gettext_lazy("They called it off")),
            (Outcome.CANCELLED_BY_US, gettext_lazy("We called it off")),
        ],
        widget=forms.RadioSelect,
        initial=Outcome.HELD,
        required=False,
    )
    contact = forms.ModelChoiceField(
        label=gettext_lazy("With"), queryset=Contact.objects.none(), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        validators=[near],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: now"),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), required=False, min_value=1, max_value=24 * 60, widget=forms.NumberInput(attrs={"class": "form-control"})
    )
    body = forms.CharField(label=gettext_lazy("In words"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what the class made
        if self.is_bound:  # else whoever shows it offers them
            contact.queryset = people_of(deal)

    def offer(self, people: Iterable[Contact | Person]) -> None:
        """Show these people, loaded already, instead of asking for them a second time."""
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)  # noqa: S101 - likewise
        contact.choices = [("", _("Nobody named")), *((person.pk, person.name) for person in people)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, at = str(data.get("kind")), data.get("at")
        outcomes = {Kind.CALL: data.get("call_outcome") or Outcome.CONNECTED, Kind.MEETING: data.get("meeting_outcome") or Outcome.HELD}
        data["outcome"] = next((outcome for known, outcome in outcomes.items() if known == kind), Outcome.NONE)
        data["direction"] = Direction.INTERNAL if kind == Kind.NOTE else data.get("direction") or Direction.OUT
        if kind == Kind.NOTE and not data.get("body"):
            self.add_error("body", _("Write the note."))
        if data["outcome"] == Outcome.PLANNED and at is None and "at" not in self.errors:
            self.add_error("at", _("Say when the meeting will be."))
        for name in {"at", "minutes"} & self.errors.keys():  # the page comes back at what is to be corrected, without script too
            self.fields[name].widget.attrs["autofocus"] = True
        return data

    def facts(self, now: datetime) -> dict[str, Any]:
        """The keywords of ``log_interaction``. A length with no start is that of something that ends now."""
        data = self.cleaned_data
        length = timedelta(minutes=data["minutes"]) if data["minutes"] and data["kind"] in (Kind.CALL, Kind.MEETING) else None
        at: datetime = data["at"] or (now - length if length else now)
        return {
            "kind": data["kind"],
            "direction": data["direction"],
            "outcome": data["outcome"],
            "contact": data["contact"],
            "at": at,
            "ends_at": at + length if length else None,
            "body": data["body"],
        }


class NextStepForm(forms.Form):
    what = forms.CharField(label=gettext_lazy("What we do next"), max_length=250)
    due_on = forms.DateField(label=gettext_lazy("By"), validators=[near], widget=forms.DateInput(attrs={"type": "date"}))

    def due_at(self) -> datetime:
        """The end of that working day, on the reader's clock."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["due_on"], END_OF_THE_DAY))


class DealForm(forms.Form):
    """What a person may say about a deal. The account is named, not picked from thousands."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=250)
    account = forms.CharField(
        label=gettext_lazy("Account"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Begin to type its name. Empty: not known yet."),
        widget=forms.TextInput(attrs={"list": "account-names", "autocomplete": "off"}),
    )
    make_account = forms.BooleanField(label=gettext_lazy("It is a new account: make it"), required=False)
    amount = AmountField(
        label=gettext_lazy("Amount"),
        required=False,
        help_text=gettext_lazy("Empty: the product's list price counts, as an estimate."),
    )
    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"), queryset=Product.objects.order_by("name"), required=False, empty_label=gettext_lazy("None")
    )
    expected_close_on = forms.DateField(
        label=gettext_lazy("Expected close"), required=False, validators=[near], widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.ChoiceField(label=gettext_lazy("How it came to us"), choices=Deal.Source.choices, initial=Deal.Source.UNKNOWN)
    introduced_by = forms.CharField(
        label=gettext_lazy("Introduced by"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("The contact who brought us in: name or e-mail address."),
        widget=forms.TextInput(attrs={"list": "contact-names", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        name = data.get("account", "").strip()
        # Only what was typed is looked up: what stands there already may be out of the person's sight.
        data["account"] = self._account(name, make=bool(data.get("make_account"))) if "account" in self.changed_data else None
        data["new_account"] = name if data["account"] is None and "account" in self.changed_data and "account" not in self.errors else ""
        data["introduced_by"] = self._contact(data.get("introduced_by", "").strip()) if "introduced_by" in self.changed_data else None
        return data

    def _account(self, name: str, *, make: bool) -> Account | None:
        """The account of that name; None where there is none and a new one is asked for."""
        if not name:
            return None
        found: list[Account] = list(Account.objects.visible_to(self.by).filter(name__iexact=name)[:2])
        if len(found) == 1:
            return found[0]
        if len(found) == 2:
            self.add_error("account", _("Two accounts have this name. Rename one of them first, so that both can be told apart."))
        elif not make:
            self.add_error("account", _("No account of this name is known to you. Correct it, or tick that it is a new one."))
        return None

    def _contact(self, words: str) -> Contact | None:
        if not words:
            return None
        contacts = Contact.objects.visible_to(self.by)
        found: list[Contact] = list(contacts.filter(email__iexact=words)[:2]) or list(contacts.filter(name__iexact=words)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            self.add_error("introduced_by", _("More than one contact has this name. Give the e-mail address instead."))
        else:
            self.add_error("introduced_by", _("No contact of this name or address is known to you. Correct it, or leave it empty."))
        return None


class EditDealForm(OnlyWhatChanged, DealForm):
    @property
    def changes(self) -> dict[str, Any]:
        """Of the deal alone: the tick that makes an account is none of its facts."""
        return {name: value for name, value in super().changes.items() if name != "make_account"}


class StageToOpenIn(forms.ModelChoiceField):  # type: ignore[type-arg] # Django's field takes no argument at run time
    """The stages by name; beside those of the default pipeline, with the name of theirs."""

    def label_from_instance(self, obj: Stage) -> str:
        return obj.name if obj.pipeline.is_default else f"{obj.pipeline.name}: {obj.name}"


class NewDealForm(DealForm):
    stage = StageToOpenIn(label=gettext_lazy("Stage"), queryset=Stage.objects.none(), empty_label=None)
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none(), required=False, empty_label=gettext_lazy("Nobody yet"))
    field_order = ["name", "account", "make_account", "amount", "product", "expected_close_on", "stage", "owner", "source", "introduced_by"]

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage, owner = self.fields["stage"], self.fields["owner"]
        assert isinstance(stage, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what the class made
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 - likewise
        stage.queryset = Stage.objects.to_open_in().select_related("pipeline")
        owner.queryset = people


def initial_of(deal: Deal) -> dict[str, Any]:
    """What the form for editing begins with."""
    return {
        "name": deal.name,
        "account": deal.account.name if deal.account else "",
        "amount": deal.amount,
        "product": deal.product_id,
        "expected_close_on": deal.expected_close_on,
        "source": deal.source,
        "introduced_by": (deal.introduced_by.email or deal.introduced_by.name) if deal.introduced_by else "",
    }
