"""What is typed about a mailbox. The password is never shown again; an empty field leaves it as it is, where nobody else renews it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import Mailbox

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Team

    TeamField = forms.ModelChoiceField[Team]
else:
    TeamField = forms.ModelChoiceField

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Tokens of some providers are some thousand signs long.
LONGEST_SECRET = 8_000


class MailboxForm(forms.Form):
    """``kept``: the mailbox as it is, where there is one already."""

    address = forms.EmailField(label=gettext_lazy("Address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    host = forms.CharField(
        label=gettext_lazy("Server for incoming mail (IMAP)"),
        max_length=253,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("Your provider names it: imap.gmail.com, outlook.office365.com, imap.example.com."),
    )
    security = forms.ChoiceField(label=gettext_lazy("Encryption"), choices=Mailbox.Security, initial=Mailbox.Security.TLS)
    port = forms.IntegerField(
        label=gettext_lazy("Port"),
        min_value=1,
        max_value=65_535,
        initial=993,
        help_text=gettext_lazy("993 with TLS, 143 with STARTTLS."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    log_in_by = forms.ChoiceField(label=gettext_lazy("Log in by"), choices=Mailbox.LogInBy, initial=Mailbox.LogInBy.PASSWORD)
    login = forms.CharField(
        label=gettext_lazy("Log-in name"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("Leave it empty if it is your address."),
    )
    secret = forms.CharField(
        label=gettext_lazy("Password or token"),
        max_length=LONGEST_SECRET,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Where your provider asks for a second step, make an app password there. It is kept encrypted and never shown."),
    )

    def __init__(self, *args: Any, kept: Mailbox | None = None, teams: QuerySet[Team] | None = None, **kwargs: Any) -> None:
        if kept is not None:
            names = ("address", "host", "security", "port", "log_in_by", "login")
            kwargs["initial"] = {name: getattr(kept, name) for name in names} | kwargs.get("initial", {})
            if kept.provider:
                kwargs["initial"]["log_in_by"] = Mailbox.LogInBy.PASSWORD
        super().__init__(*args, **kwargs)
        if kept is not None and not kept.provider:
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _(
                "Left empty, the one that is kept stays. It is asked for again where the server or the log-in changes."
            )
        if teams is not None:
            self.fields = {"team": _whose(teams), **self.fields}

    def clean_secret(self) -> str:
        return _on_one_line(self.cleaned_data["secret"])

    def clean_login(self) -> str:
        return _on_one_line(self.cleaned_data["login"])

    def clean_host(self) -> str:
        return _on_one_line(self.cleaned_data["host"])

    @property
    def way_in(self) -> dict[str, Any]:
        """All but the secret and the team."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("secret", "team")}


class ConnectForm(forms.Form):
    """Its provider asks for everything else."""

    address = forms.EmailField(
        label=gettext_lazy("Address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The one you log in with there."),
    )

    def __init__(self, *args: Any, teams: QuerySet[Team] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if teams is not None:
            self.fields = {"team": _whose(teams), **self.fields}


def _whose(teams: QuerySet[Team]) -> forms.ModelChoiceField[Team]:
    return TeamField(label=_("Whose mailbox it is"), queryset=teams, empty_label=None)


def _on_one_line(words: str) -> str:
    """A line end within a command would be the next command to the server."""
    if CONTROL.search(words):
        raise forms.ValidationError(_("This stands on one line: copy it once more, without anything before or after it."))
    return words
