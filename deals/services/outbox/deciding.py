"""A mail whose fate is unknown: somebody looks, or asks, and says whether it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authority import SENIORS
from accounts.refusals import Refused, still_there
from deals.models import OutgoingMail
from deals.services.outbox.recording import record
from deals.services.outbox.soon import TO_UNDO, hand_on

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

State = OutgoingMail.State


def may_decide(by: User, mail: OutgoingMail) -> bool:
    """Who wrote it; and whoever leads and sees the deal, since the author may be away."""
    return mail.author_id == by.pk or by.role in SENIORS


@transaction.atomic
def it_was_sent(*, mail: OutgoingMail, by: User, now: datetime) -> None:
    """It went when it was under way: recorded as said then, which stops the clocks."""
    _check(mail, by)
    if not record(mail, sent_at=mail.claimed_at or now, now=now, of=[State.UNKNOWN], decided_by=by):
        raise Refused(_("This is settled already. Load the page again."))


@transaction.atomic
def send_again(*, mail: OutgoingMail, by: User, now: datetime) -> OutgoingMail:
    """It did not go: once more, under the same Message-ID, so that mail programs know a second copy for what it is."""
    _check(mail, by)
    row: OutgoingMail = still_there(OutgoingMail.objects.select_for_update().filter(pk=mail.pk).first())
    if row.state != State.UNKNOWN:
        raise Refused(_("This is settled already. Load the page again."))
    row.state, row.decided_by, row.attempts, row.last_error, row.claimed_at = State.WAITING, by, 0, "", None
    row.send_at = row.next_try_at = now + TO_UNDO
    row.save()
    transaction.on_commit(lambda: hand_on(row.send_at, now))
    return row


def _check(mail: OutgoingMail, by: User) -> None:
    if not may_decide(by, mail):
        raise Refused(_("%(name)s wrote this mail. They, or who leads them, say whether it went.") % {"name": mail.author.name})
