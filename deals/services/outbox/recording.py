"""A mail that went becomes what was said: an interaction on its deal, once, whoever reads a copy of it later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Contact
from deals.models import DealContact, Interaction, OutgoingMail
from deals.risk.refresh import refresh
from deals.services.deals import lock
from deals.services.mail import others
from deals.services.mail.deciding import external_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

State = OutgoingMail.State


def record(mail: OutgoingMail, *, sent_at: datetime, now: datetime, of: Sequence[str], decided_by: User | None = None) -> bool:
    """Sent, and said. In the caller's transaction. False where it stands otherwise by now: ``of`` names the states it may come from.

    Rows are locked as everywhere: the contact's, the deal's, then the mail's.
    """
    contact = Contact.objects.select_for_update(no_key=True).filter(pk=mail.contact_id).first() if mail.contact_id is not None else None
    deal = lock(mail.deal)
    row = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if row.state not in of or row.claimed_at != mail.claimed_at:
        return False
    key = external_id(row.message_id)
    said = Interaction.objects.filter(external_id=key).first()
    if said is None:  # else its copy was read in the sent folder before we came here
        said = Interaction.objects.create(
            deal=deal,
            account_id=deal.account_id,
            contact=contact,
            user_id=row.author_id,
            kind=Interaction.Kind.EMAIL,
            direction=Interaction.Direction.OUT,
            is_human=True,
            at=sent_at,
            subject=row.subject,
            body=row.body,
            external_id=key,
            recorded_at=now,
        )
    row.state, row.sent_at, row.interaction, row.last_error = State.SENT, sent_at, said, ""
    row.decided_by = decided_by or row.decided_by  # who said that it goes once more stays known
    row.save(update_fields=["state", "sent_at", "interaction", "last_error", "decided_by"])
    others.settle([said.pk])
    if contact is not None:
        DealContact.objects.get_or_create(deal=deal, contact=contact)
    refresh([deal.pk], now)
    return True
