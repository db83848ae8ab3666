"""allauth's forms in Salvor's words: labels that say what is meant, no placeholders, nothing said twice."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from allauth.account import forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.forms import HiddenInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.doors import may_come_in

if TYPE_CHECKING:
    from django.forms import Form
    from django.utils.functional import _StrPromise

    from accounts.models import User


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


class LinkForm(forms.UserTokenForm):  # type: ignore[misc] # allauth has no types
    """A link from a mail to choose a password by. Of somebody who may not come in it is as good as one that is too old."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user is not None and may_come_in(user, timezone.now()) else None


class ChangeForm(forms.ChangePasswordForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"oldpassword": _("Current password"), "password1": _("New password"), "password2": _("New password, once more")})


class ConfirmForm(forms.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"password": _("Password")})


def _code(form: Form, label: _StrPromise) -> None:
    """A code is typed from a phone: figures first on its keyboard, filled in by itself where the device can."""
    _worded(form, {"code": label})
    form.fields["code"].widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True})


class CodeForm(mfa.AuthenticateForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code from your app, or a recovery code"))


class ConfirmByCodeForm(mfa.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("Code from your app, or a recovery code"))


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, _("The six figures the app shows"))


# What reading a credential ends in where it is not one a browser made.
UNREADABLE = (KeyError, TypeError, AttributeError, IndexError, ValueError, struct.error)


class ByPasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """What a passkey answered. Anybody may send anything here."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error


class LogInByPasskeyForm(ByPasskeyForm, LoginWebAuthnForm):  # type: ignore[misc] # likewise
    pass


class ConfirmByPasskeyForm(ByPasskeyForm, ReauthenticateWebAuthnForm):  # type: ignore[misc] # likewise
    pass


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """Each passkey opens the door by itself, so that nobody has to know the difference."""

    def clean(self) -> Any:
        try:
            return super().clean()
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"name": _("Name of the passkey")})
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60
        self.fields["passwordless"].widget = HiddenInput()
        self.fields["passwordless"].initial = True


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc] # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _worded(self, {"name": _("Name of the passkey")})
        self.fields["name"].widget.attrs["maxlength"] = 60
