"""What a person types when they write a mail. A form only reads; the services write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.days import near
from deals.models import MailTemplate
from deals.outbox import times
from deals.outbox.addresses import typed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User

NOW, AT = "now", "at"


class WriteForm(forms.Form):
    """``to`` is one of the people of the deal, ``cc`` any addresses. ``key`` makes a form that is sent twice one mail."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    to = forms.ChoiceField(
        label=gettext_lazy("To"),
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": gettext_lazy("Choose whom it goes to."), "invalid_choice": gettext_lazy("Choose one of the people of the deal.")},
    )
    cc = forms.CharField(label=gettext_lazy("Cc"), required=False, max_length=4000)
    template = forms.ModelChoiceField(
        label=gettext_lazy("Template"),
        queryset=MailTemplate.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=300, error_messages={"required": gettext_lazy("Say in a subject what it is about.")}
    )
    body = forms.CharField(
        label=gettext_lazy("Words"),
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    when = forms.ChoiceField(label=gettext_lazy("When it goes"), widget=forms.RadioSelect, initial=NOW)
    at = forms.DateTimeField(
        label=gettext_lazy("Another time"),
        required=False,
        validators=[near],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"),
    )
    all_the_same = forms.BooleanField(label=gettext_lazy("Send it all the same"), required=False)

    def __init__(self, *args: Any, author: User, people: Iterable[tuple[str, str]], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        to, template, when = self.fields["to"], self.fields["template"], self.fields["when"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101 - tells the type checker what the class made
        assert isinstance(template, forms.ModelChoiceField)  # noqa: S101 - likewise
        assert isinstance(when, forms.ChoiceField)  # noqa: S101 - likewise
        to.choices = list(people)
        template.queryset = MailTemplate.objects.visible_to(author).filter(retired_at__isnull=True).order_by("name", "pk")
        self.is_closed = not times.is_working_time(author, now)
        when.choices = [(NOW, _("Now")), *self._later(author, now), (AT, _("Another time"))]
        self.fields["key"].initial = str(uuid4())

    def _later(self, author: User, now: datetime) -> list[tuple[str, str]]:
        """The next opening as it is now, and the one that stood in the form when it was opened."""
        offered = [times.next_opening(author, now), times.read(str(self["when"].value() or ""))]
        moments = sorted({one for one in offered if one is not None})
        return [(one.isoformat(), times.in_words(one, now)) for one in moments]

    def clean_cc(self) -> list[str]:
        return typed(self.cleaned_data["cc"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == AT and "at" not in self.errors:
            if data.get("at") is None:
                self.add_error("at", _("Say when it is to go."))
            elif data["at"] <= self.now:
                self.add_error("at", _("That has passed. Choose a later time, or send it now."))
        return data

    def facts(self) -> dict[str, Any]:
        """The keywords of ``write`` and ``change``."""
        data = self.cleaned_data
        send_at = data["at"] if data["when"] == AT else times.read(data["when"])
        return {"to": [data["to"]], "cc": data["cc"], "subject": data["subject"], "body": data["body"], "send_at": send_at}
