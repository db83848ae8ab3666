"""Somebody's second step at log-in: told to them whenever it changes, and taken away where the device is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.refusals import Refused
from accounts.second_factors import STEPS
from accounts.services.notices import NewNotice, tell
from accounts.services.people import lock_person
from accounts.services.sessions import end_all_sessions

if TYPE_CHECKING:
    from datetime import datetime

HIGH = 3


def _tell(user: User, now: datetime, title: str, body: str, key: str) -> None:
    tell(
        [
            NewNotice(
                user.pk, "second_factor", "log-in", title, body, "/account/2fa/", HIGH, now, f"second_factor:{user.pk}:{key}:{now:%Y%m%d%H%M%S%f}"
            )
        ]
    )


@transaction.atomic
def switch_off(*, user: User, by: User, now: datetime) -> int:
    """Take every second step of ``user`` away and log them out everywhere: for somebody whose device is lost.

    Only admins do this, for others. The database's history keeps who did; the person is told. Returns how many there were.
    """
    if by.role != Role.ADMIN:
        raise Refused(_("Only an admin can switch off somebody's second step. Ask one of yours."))
    if user.pk == by.pk:
        raise Refused(_("Your own second step you change on your profile. If you lost the device, ask another admin."))
    user = lock_person(user)
    removed: int = Authenticator.objects.filter(user=user, type__in=STEPS).count()
    if not removed:
        raise Refused(_("%(name)s has no second step at log-in.") % {"name": user.name})
    Authenticator.objects.filter(user=user).delete()
    end_all_sessions(user=user)
    with translation.override(user.language):
        _tell(
            user,
            now,
            _("%(name)s switched off your second step at log-in") % {"name": by.name},
            _("You were logged out everywhere. Until you set up a new one, your password alone lets you in.")
            + " "
            + _("If you did not ask for it, tell an admin."),
            "off",
        )
    return removed


WORDS = {
    Authenticator.Type.TOTP: lambda: (_("An authenticator app was added to your log-in"), _("The authenticator app was taken off your log-in")),
    Authenticator.Type.WEBAUTHN: lambda: (_("A passkey was added to your log-in"), _("A passkey was taken off your log-in")),
}


@receiver(authenticator_added)
@receiver(authenticator_removed)
def tell_of_change(signal: Any, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Whoever sits at an open browser must not change the locks unseen."""
    words = WORDS.get(authenticator.type)
    if words is None:  # recovery codes come and go with the others
        return
    with translation.override(user.language):
        title = words()[0 if signal is authenticator_added else 1]
        _tell(user, timezone.now(), title, _("If it was not you, change your password and tell an admin."), str(authenticator.type))


@receiver(authenticator_reset)
def tell_of_new_codes(user: User, **_kwargs: Any) -> None:
    with translation.override(user.language):
        _tell(
            user,
            timezone.now(),
            _("Your recovery codes were made anew"),
            _("The old ones no longer work. If it was not you, tell an admin."),
            "codes",
        )
