"""When what is known of a customer changes, its open deals are looked at anew; and who of its people is on a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.dispatch import receiver

from accounts.services.contacts import lock_contact
from accounts.signals import customers_changed
from deals.models import Deal, DealContact
from deals.risk.again import MAKE_DUE
from deals.risk.refresh import refresh
from deals.services.deals import lock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import Contact

# So many are refreshed while a person waits for the page; the rest is due at once and the sweep takes it.
AT_ONCE = 100


@receiver(customers_changed)
def look_at_deals_of(*, account_ids: Iterable[int], now: datetime, **_more: Any) -> None:
    """In the transaction of the change: hot or not, and what is at stake, as the account now says."""
    look_at(Deal.objects.filter(account__in=account_ids).values_list("pk", flat=True), now)


def look_at(deal_ids: Iterable[int], now: datetime) -> None:
    """Bring the signals of these deals up to ``now``: a page's worth at once, the rest by the next sweep."""
    ids = sorted(Deal.objects.watched().filter(pk__in=set(deal_ids)).values_list("pk", flat=True))
    refresh(ids[:AT_ONCE], now)
    if len(ids) > AT_ONCE:
        with connection.cursor() as cursor:
            cursor.execute(MAKE_DUE, {"now": now, "ids": ids[AT_ONCE:]})


@transaction.atomic
def add_to_deal(*, deal: Deal, contact: Contact, role: str = "") -> DealContact:
    """The contact is part of the deal, in this role; one who is on it already gets the role anew."""
    # The contact's row before the deal's, as a merge takes them: so that no two wait for each other.
    contact = lock_contact(contact)
    lock(deal)
    part, made = DealContact.objects.get_or_create(deal=deal, contact=contact, defaults={"role": role.strip()})
    if not made and role.strip() and part.role != role.strip():
        part.role = role.strip()
        part.save(update_fields=["role"])
    return part
