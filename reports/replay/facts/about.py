"""Which deal is meant where a fact names only people: the one a person of ours would open to write it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from deals.models import Deal

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Contact, User


def deal_about(contact: Contact, user: User, now: datetime) -> Deal | None:
    """An open deal they are part of or introduced, else one of their account: of several the user's own, the latest spoken of."""
    for with_them in (Q(contacts=contact) | Q(introduced_by=contact), Q(account__isnull=False, account=contact.account_id)):
        found: list[Deal] = list(Deal.objects.watched().filter(with_them).distinct())
        if found:
            return max(found, key=lambda deal: (deal.owner_id == user.pk, deal.last_contact_at is not None, deal.last_contact_at or now, deal.pk))
    return None
