"""Customer organisations: made when somebody first names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.refusals import Refused

if TYPE_CHECKING:
    from accounts.models import User


def add_account(*, name: str, owner: User | None) -> Account:
    """A new account, a prospect until a deal says otherwise. Refused without a name."""
    if not name.strip():
        raise Refused(_("An account needs a name."))
    return Account.objects.create(name=name.strip(), owner=owner)
