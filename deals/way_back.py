"""The way back from a move: what its undo carries, on the deal's page as on the board."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import StageChange
from deals.models.pipelines import CLOSED_KINDS
from deals.services.stages import take_back_move

if TYPE_CHECKING:
    from accounts.models import User
    from deals.models import Deal
    from deals.services.stages import Move

SALT = "deals.move"
GOOD_FOR = timedelta(hours=1)


def way_back(move: Move) -> str:
    """What taking the move back needs, good for an hour: the move, and since when the deal stood where it was.

    Empty where there is no way back: the deal was closed before.
    """
    before = move.change.from_stage
    if before is None or before.kind in CLOSED_KINDS:
        return ""
    return signing.dumps([move.change.pk, move.stood_since.isoformat()], salt=SALT)


def take_back(token: str, *, deal: Deal, by: User, now: datetime) -> Deal:
    """Take the move back that ``way_back`` gave this for. Refused once it is too late, or the deal has moved on."""
    try:
        change_id, entered_at = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise Refused(_("This can be undone for an hour only. Move the deal to the stage it belongs in.")) from None
    change = StageChange.objects.filter(pk=change_id, deal=deal).first()
    if change is None:
        raise Refused(_("The deal has moved on since. Move it to the stage it belongs in."))
    return take_back_move(change=change, entered_at=datetime.fromisoformat(entered_at), by=by, now=now)
