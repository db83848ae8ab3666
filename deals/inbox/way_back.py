"""Undoing a decision about mail: what the toast's button carries, signed and good for as long as that of a move."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.core import signing
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.services.mail import triage
from deals.way_back import GOOD_FOR

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from deals.services.mail.thread_moves import Before

SALT = "deals.inbox"


def token(before: Before, *, by: User) -> str:
    """Only the same person can use it."""
    return signing.dumps([by.pk, json.dumps(before.as_dict(), default=str)], salt=SALT, compress=True)


def take_back(sealed: str, *, by: User, now: datetime) -> None:
    """Put it back. Refused for a token that is too old or was never given to this person, and by the service."""
    try:
        given_to, kept = signing.loads(sealed, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise Refused(_("This can be undone for an hour only. Open the message and say where it belongs.")) from None
    if given_to != by.pk:
        raise Refused(_("Somebody else decided this. Open the message and say where it belongs."))
    triage.take_back(before=triage.before_of(json.loads(kept)), by=by, now=now)
