"""Locks, in the order in which everybody takes them: the contact, the deal, then what hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.refusals import Refused, still_there
from accounts.services.contacts import lock_contact
from deals.models import Deal
from deals.services.deals import lock
from winback.decline_words import ended_in_words
from winback.models import Decline

if TYPE_CHECKING:
    from accounts.models import Contact


def hold(deal: Deal, *contacts: Contact | None) -> Deal:
    """The deal as it is now, locked. Refused where it was removed meanwhile."""
    for contact in sorted({one.pk: one for one in contacts if one is not None}.values(), key=lambda one: one.pk):
        lock_contact(contact)
    try:
        locked = lock(deal)
    except Deal.DoesNotExist:
        raise Refused(_("This deal is not there any more.")) from None
    return locked


def hold_open(decline: Decline) -> Decline:
    """The request as it is now, its deal locked. Refused, in words that say how, where it has ended."""
    deal = hold(decline.deal, decline.contact, decline.introducer)
    found = Decline.objects.select_related("asked_by__departure", "contact", "introducer", "answers", "task", "ended_by").filter(pk=decline.pk)
    locked: Decline = still_there(found.select_for_update(of=("self",)).first())
    if not locked.is_open:
        raise Refused(ended_in_words(locked))
    locked.deal = deal
    return locked
