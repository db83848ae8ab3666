"""Telling the author that their mail did not go, or may not have gone. Under the bell, where they are not looking at the deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.doors import may_come_in
from accounts.services.notices import NewNotice, tell
from deals.models import OutgoingMail
from deals.models.signals import Severity

if TYPE_CHECKING:
    from datetime import datetime

KIND = "mail_not_sent"


def tell_author(mail: OutgoingMail, now: datetime) -> None:
    """In the caller's transaction. Where the author is not here any more, the deal's owner is told."""
    reader = mail.author if may_come_in(mail.author, now) else mail.deal.owner
    if reader is None:
        return
    whom = {"to": mail.contact.name if mail.contact is not None else mail.to[0]}
    unknown = mail.state == OutgoingMail.State.UNKNOWN
    title = _("Your mail to %(to)s may have been sent: look, and say so") % whom if unknown else _("Your mail to %(to)s was not sent") % whom
    tell([
        NewNotice(
            user_id=reader.pk,
            kind=KIND,
            topic=f"deal:{mail.deal_id}",
            title=title,
            body=f"{mail.deal.name}: {mail.last_error}",
            path=f"/deals/{mail.deal_id}/#outgoing",
            severity=Severity.HIGH,
            created_at=now,
            dedupe_key=f"{KIND}:{mail.pk}:{mail.state}:{now.isoformat()}:{reader.pk}",
        )
    ])  # fmt: skip
