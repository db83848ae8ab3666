"""The first admin, whom nobody can invite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.refusals import Refused
from accounts.services.presence import tell_presence_changed

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def add_admin(*, name: str, email: str, now: datetime) -> User:
    """An admin who has not chosen a password yet. The same person again is fine; somebody with another role is refused."""
    email = email.strip().lower()
    known = User.objects.select_for_update(no_key=True).filter(email=email).first()
    if known is not None:
        if known.role != Role.ADMIN or known.last_login is not None:
            raise Refused(_("%(email)s is known already. An admin can change what they may do on the page People.") % {"email": email})
        return known
    user = User(name=name.strip(), email=email, role=Role.ADMIN)
    user.set_unusable_password()
    user.save()
    tell_presence_changed(user_ids=[user.pk], now=now)
    return user
