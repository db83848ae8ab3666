"""What is asked of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.authority import SENIORS
from deals.models import MailTemplate
from deals.outbox import fields
from deals.services.mail_templates import LONGEST

if TYPE_CHECKING:
    from accounts.models import User


class TemplateForm(forms.Form):
    """Name, words, and who may take it: only what this person may share is offered."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False, help_text=_("Empty: the subject stays as it is."))
    body = forms.CharField(label=_("Words"), max_length=LONGEST, strip=False, widget=forms.Textarea(attrs={"rows": 10}))
    sharing = forms.ChoiceField(
        label=_("Who may take it"), choices=MailTemplate.Sharing.choices, widget=forms.RadioSelect, initial=MailTemplate.Sharing.PRIVATE
    )

    def refuse_unknown_fields(self) -> None:
        """Called before it is kept: nobody is to send braces to a customer."""
        for name in ("subject", "body"):
            for sentence in fields.unknown_in(self.cleaned_data.get(name, "")):
                self.add_error(name, sentence)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [MailTemplate.Sharing.PRIVATE]
        if user.team_id is not None:
            offered.append(MailTemplate.Sharing.TEAM)
        if user.role in SENIORS or self.initial.get("sharing") == MailTemplate.Sharing.EVERYBODY:
            offered.append(MailTemplate.Sharing.EVERYBODY)
        field = self.fields["sharing"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above; tells the type
        field.choices = [(one.value, one.label) for one in offered]
