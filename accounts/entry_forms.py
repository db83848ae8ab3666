"""allauth's forms in Salvor's words: labels that say what is meant, no placeholders, nothing said twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.forms import Form
    from django.utils.functional import _StrPromise


def _worded(form: Form, labels: dict[str, _StrPromise]) -> None:
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class LogInForm(forms.LoginForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"login": _("E-mail"), "password": _("Password")})


class ForgottenForm(forms.ResetPasswordForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"email": _("E-mail")})


class ChooseForm(forms.ResetPasswordKeyForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"password1": _("New password"), "password2": _("New password, once more")})


class ChangeForm(forms.ChangePasswordForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"oldpassword": _("Current password"), "password1": _("New password"), "password2": _("New password, once more")})
