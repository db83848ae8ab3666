"""How allauth behaves here: nobody signs up, people are invited; who may not come in gets no mail and no hint."""

from __future__ import annotations

from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.doors import may_come_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User

log = structlog.get_logger(__name__)

NOT_IN = _("Address and password do not belong together, or this person cannot log in. Check both, or ask your admin.")
NO_ADDRESS = _("Salvor cannot tell where this request comes from, so nobody can log in this way. Ask whoever runs Salvor to look at its proxy.")
NO_WAY_TO_SHOW = _("This asks you to show that it is you, and you have no password yet. Log out, and choose one by the link for a forgotten one.")


class ClosedDoorAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": NOT_IN,
        "invalid_login": NOT_IN,
        "too_many_login_attempts": _("There were too many attempts. Wait five minutes, then try again."),
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """An address that cannot be read is nowhere to go."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """The last gate, also for those who come from a link in a mail."""
        if may_come_in(user, timezone.now()):
            return None
        return self.respond_user_inactive(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, NOT_IN)
        return redirect("account_login")

    def get_client_ip(self, request: HttpRequest) -> str:
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied as error:
            raise PermissionDenied(NO_ADDRESS) from error

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways to show that it is oneself, in our words."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code of your app, or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        found = [{**method, "description": words[method["id"]]} for method in super().get_reauthentication_methods(user)]
        if user.is_authenticated and not found:
            raise PermissionDenied(NO_WAY_TO_SHOW)
        return found

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        if may_come_in(user, timezone.now()):
            super().send_password_reset_mail(user, email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built from SITE_URL, never from the Host header a stranger may have chosen."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not tell a stranger which addresses exist: logged, and the page stays the same."""
        message = self.render_mail(template_prefix, email, {"site_url": settings.SITE_URL, **context})
        try:
            message.send()
        except (SMTPException, OSError) as error:
            log.error("mail_not_sent", mail=template_prefix, error=str(error))
