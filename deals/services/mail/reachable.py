"""Saying that an address mail came back from works again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from deals.models import UndeliverableAddress

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Contact


@transaction.atomic
def say_it_works(*, contact: Contact, address: str, now: datetime) -> bool:
    """An address of this contact's is no longer warned of. False where it is not theirs, or nothing was known against it.

    Mail that came back before this moment marks it no more; what comes back later does.
    """
    address = address.strip().lower()
    theirs = {contact.email.lower(), *(email.lower() for email in contact.addresses.values_list("email", flat=True))}
    if not address or address not in theirs:
        return False
    return bool(UndeliverableAddress.objects.filter(address=address, cleared_at__isnull=True).update(cleared_at=now))
