"""Who may come in, asked at log-in and with every request, so that an open session ends with the right to be here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from accounts.second_factors import STEPS

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest


def may_come_in(user: User, now: datetime) -> bool:
    """Not suspended, not gone, and with an address to log in by. Reads the departure."""
    if not user.is_active or not user.email:
        return False
    departure = getattr(user, "departure", None)
    return departure is None or departure.leaves_at > now


class OpenDoor(AuthenticationBackend):  # type: ignore[misc] # allauth has no types
    """Log-in by address and password. Whoever may not come in fails like somebody with a wrong password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            # allauth would show people with the right password a page of their own, which tells that it is right.
            self.unstash_authenticated_user()
        return user

    def user_can_authenticate(self, user: User) -> bool:
        return may_come_in(user, timezone.now())

    def get_user(self, user_id: int) -> User | None:
        """The user of a session: one query, with the departure, the team, and whether they have a second step."""
        steps = Authenticator.objects.filter(user=OuterRef("pk"), type__in=STEPS)
        people = User.objects.select_related("departure", "team").annotate(has_second_factor=Exists(steps))
        user: User | None = people.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
