"""The second step at log-in: who must have one, and how what it rests on is kept (encrypted, :mod:`accounts.secrets`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import secrets
from accounts.models.users import Role

if TYPE_CHECKING:
    from accounts.models import User

PURPOSE = "second factor"
# Recovery codes come with one of these and are none by themselves.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def must_have_one(user: User) -> bool:
    """Whether the company asks this person for a second step (``REQUIRE_TWO_FACTOR``)."""
    return settings.REQUIRE_TWO_FACTOR == "everybody" or (settings.REQUIRE_TWO_FACTOR == "admins" and user.role == Role.ADMIN)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not fit. Codes change every 30 seconds: try the one that is shown now."),
        "cannot_delete_authenticator": _("Your company asks for a second step at log-in. Set up another one first, then remove this one."),
    }

    def encrypt(self, text: str) -> str:
        return secrets.keep(PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ``ValidationError`` where no key of ours fits: SECRET_KEY was changed without keeping the old one."""
        try:
            return secrets.read(PURPOSE, encrypted_text)
        except secrets.UnreadableError as error:
            raise self.validation_error("incorrect_code") from error

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last step of somebody who must have one stays."""
        if not must_have_one(authenticator.user):
            return True
        return bool(Authenticator.objects.filter(user=authenticator.user, type__in=STEPS).exclude(pk=authenticator.pk).exists())

    def build_totp_svg(self, url: str) -> str:
        """Drawn from the page's own elements: no picture in an address, no style, dark on white by its classes."""
        import qrcode  # type: ignore[import-untyped] # it has no types

        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
        size = len(rows)
        label = gettext("The square to photograph with the app")
        return f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}"><path d="{path}"></path></svg>'

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey") if number == 1 else gettext("Passkey %(n)s") % {"n": number}

    def _get_site_name(self) -> str:
        return "Salvor"


def in_words(kinds: list[str]) -> str:
    """What somebody's second step consists of: ``Authenticator app, 2 passkeys``."""
    words = []
    if Authenticator.Type.TOTP in kinds:
        words.append(gettext("Authenticator app"))
    if passkeys := kinds.count(Authenticator.Type.WEBAUTHN):
        words.append(ngettext("%(n)s passkey", "%(n)s passkeys", passkeys) % {"n": passkeys})
    return ", ".join(words)
