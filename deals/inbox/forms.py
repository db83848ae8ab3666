"""What a person types to make a deal of mail, or to say where mail belongs. A form only reads; the services write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from deals.deal_people import people_of
from deals.forms import DealForm, StageToOpenIn
from deals.models import Stage, StageKind
from deals.services.deals import first_open_stage
from deals.services.mail.inquiries import named_by

if TYPE_CHECKING:
    from accounts.models import User
    from deals.models import Deal, MailMessage

OFFERED = 60


class MakeDealForm(DealForm):
    """Name, account, who wrote, and the stage: all of it filled in as far as the mail tells."""

    contact = forms.CharField(label=_("Who wrote"), required=False, max_length=150)
    stage = StageToOpenIn(label=_("Stage"), queryset=Stage.objects.none(), empty_label=None)
    field_order = ["name", "account", "make_account", "contact", "stage"]

    def __init__(self, *args: Any, message: MailMessage, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, initial=_initial(message), **kwargs)
        for name in ("amount", "product", "expected_close_on", "source", "introduced_by"):
            del self.fields[name]  # they can follow on the deal's page
        stage = self.fields["stage"]
        assert isinstance(stage, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what the class made
        self.fields["name"].widget.attrs["autofocus"] = True
        stage.queryset = Stage.objects.to_open_in().filter(kind=StageKind.OPEN).select_related("pipeline")
        if message.contact is not None and message.contact.account_id is not None:
            del self.fields["contact"]  # known for long: they have a page of their own


def _initial(message: MailMessage) -> dict[str, Any]:
    deal, contact = message.deal, message.contact
    account = (deal.account if deal is not None else None) or message.account or (contact.account if contact is not None else None)
    return {
        "name": deal.name if deal is not None else named_by(message.subject, message.sender_name or message.sender),
        "account": account.name if account is not None else "",
        "contact": contact.name if contact is not None else message.sender_name,
        "stage": first_open_stage().pk,
    }


class AttachForm(forms.Form):
    """Who wrote, of the people of the deal that was picked; empty: nobody of them."""

    contact = forms.ModelChoiceField(
        label=_("Who wrote it"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("Nobody of these"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, deal: Deal, message: MailMessage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)  # noqa: S101 - tells the type checker what the class made
        people = people_of(deal).only("name", "email", "account_id")
        contact.queryset = people
        address = message.sender
        theirs = [one.pk for one in people.filter(Q(pk=message.contact_id) | Q(email__iexact=address))[:1]] if not self.is_bound else []
        self.initial.setdefault("contact", theirs[0] if theirs else None)
