"""What people type about accounts and contacts. A form only reads; the services write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.authority import may_steer
from accounts.days import near
from accounts.editing import OnlyWhatChanged
from accounts.models import Account, User
from accounts.requests import typed_number
from deals.amount_field import AmountField

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Contact

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
# Quick add opens on the name: what is typed at once is meant for it.
FIRST = forms.TextInput(attrs={"autofocus": True})
NAMES = {"list": "account-names", "autocomplete": "off"}

# What a buyer can be on a deal; any other word may be typed.
ROLES = (
    gettext_lazy("Decision maker"),
    gettext_lazy("Economic buyer"),
    gettext_lazy("Sponsor"),
    gettext_lazy("Champion"),
    gettext_lazy("Evaluator"),
    gettext_lazy("Influencer"),
    gettext_lazy("User"),
    gettext_lazy("Procurement"),
    gettext_lazy("Legal"),
)


class AccountNamed(forms.Form):
    """A field that names one account among those the person may see; its cleaned value is the account, or None where it is empty.

    Where two share the name, the id that a page put beside it decides.
    """

    naming = "account"

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        words = (data.get(self.naming) or "").strip()
        data[self.naming] = self._named(words) if words else None
        return data

    def _named(self, words: str) -> Account | None:
        named = Account.objects.visible_to(self.by).filter(name__iexact=words)
        known = self.data.get(f"{self.naming}_id", "")
        number = typed_number(known)
        found: list[Account] = (list(named.filter(pk=number)) if number else []) or list(named[:2])
        if len(found) == 1:
            return found[0]
        if found:
            self.add_error(self.naming, _("Two accounts have this name. Merge them, or rename one of them first."))
        else:
            self.add_error(self.naming, _("No account of this name is known to you. Correct it, or add the account first."))
        return None


class NewAccountForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, widget=FIRST)
    domain = forms.CharField(
        label=gettext_lazy("Website or mail domain"),
        required=False,
        max_length=253,
        help_text=gettext_lazy("Mail from there is known to be theirs."),
        widget=forms.TextInput(attrs={"placeholder": "norwood.example"}),
    )
    country = forms.CharField(label=gettext_lazy("Country"), required=False, max_length=120)


class NewContactForm(AccountNamed):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, widget=FIRST)
    account = forms.CharField(
        label=gettext_lazy("Account"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Begin to type its name. Empty: not known yet."),
        widget=forms.TextInput(attrs=NAMES),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=150)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=60)


class DealPersonForm(forms.Form):
    """A person for a deal: somebody who is known, or a new contact at the deal's account."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, widget=FIRST)
    role = forms.CharField(
        label=gettext_lazy("Role on this deal"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("What they are in this deal, as the buyer."),
        widget=forms.TextInput(attrs={"list": "deal-roles"}),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=150)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=60)


class EditAccountForm(OnlyWhatChanged, AccountNamed):
    naming = "parent"

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    lifecycle = forms.ChoiceField(label=gettext_lazy("What they are to us"), choices=Account.Lifecycle.choices)
    recurring_value = AmountField(label=gettext_lazy("Recurring value a year"), required=False)
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none(), required=False, empty_label=gettext_lazy("Nobody yet"))
    sector = forms.CharField(label=gettext_lazy("Sector"), required=False, max_length=120)
    country = forms.CharField(label=gettext_lazy("Country"), required=False, max_length=120)
    parent = forms.CharField(
        label=gettext_lazy("Part of"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The account it belongs to: a group, a holding."),
        widget=forms.TextInput(attrs=NAMES),
    )

    def __init__(self, *args: Any, account: Account, by: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        people = User.objects.visible_to(by).here(now)
        if account.owner_id is not None:
            people = people | User.objects.filter(pk=account.owner_id)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what the class made
        owner.queryset = people.distinct().order_by("name")
        if not may_steer(by, account):
            for name in ("lifecycle", "recurring_value", "owner"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        if "parent" not in self.changed_data:
            self.cleaned_data["parent"] = ""  # what stands there may be out of the person's sight; it is not written
        data = super().clean()
        if "recurring_value" in data and data["recurring_value"] is None:
            data["recurring_value"] = 0
        return data


class EditContactForm(OnlyWhatChanged, AccountNamed):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    account = forms.CharField(label=gettext_lazy("Account"), required=False, max_length=200, widget=forms.TextInput(attrs=NAMES))
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, help_text=gettext_lazy("The one we write to. The address before stays as one more of theirs.")
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=60)

    def clean(self) -> dict[str, Any]:
        if "account" not in self.changed_data:
            self.cleaned_data["account"] = ""
        return super().clean()


class LeavingForm(forms.Form):
    left_on = forms.DateField(
        label=gettext_lazy("Last day there"), validators=[near], widget=DAY, error_messages={"required": gettext_lazy("Say on which day they left.")}
    )


def account_initial(account: Account) -> dict[str, Any]:
    fields = ("name", "lifecycle", "recurring_value", "sector", "country")
    return {name: getattr(account, name) for name in fields} | {
        "owner": account.owner_id,
        "parent": account.parent.name if account.parent else "",
    }


def contact_initial(contact: Contact) -> dict[str, Any]:
    fields = ("name", "title", "email", "phone")
    return {name: getattr(contact, name) for name in fields} | {"account": contact.account.name if contact.account else ""}
