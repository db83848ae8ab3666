"""One worker at a time reads a mailbox or a calendar, by the database alone: whoever holds the lease may keep what they read, nobody else.

The lease is a moment, ``leased_until``. Taking it is one conditional UPDATE; it is renewed in the transaction of each batch, and a
worker whose lease ran out and was taken by another finds its batch rolled back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

# Longer than any step of the reading may take (deals.intake.mailboxes.connecting.SECONDS_A_STEP, deals.fetching.SECONDS, and
# storing what a batch brought).
LEASE = timedelta(minutes=10)


class LostLeaseError(Exception):
    """Somebody else reads it now, or it was paused or removed meanwhile."""


class Lease:
    """``until`` is what proves that it is ours, or ``before``: whether the transaction that renewed it stands, the database alone knows."""

    def __init__(self, readable: QuerySet[Any, Any], pk: int, until: datetime) -> None:
        self.readable, self.pk, self.before, self.until = readable, pk, until, until

    def renew(self, now: datetime) -> None:
        """Within the transaction of what was read. Raises :class:`LostLeaseError`, which rolls that back."""
        held = self._ours(self.readable).select_for_update(no_key=True).values_list("leased_until", flat=True).first()
        if held is None:
            raise LostLeaseError
        self.before, self.until = held, max(now + LEASE, self.until + timedelta(microseconds=1))
        self.readable.filter(pk=self.pk).update(leased_until=self.until)

    def give_back(self) -> None:
        self._ours(self.readable.model._default_manager.all()).update(leased_until=None)

    def _ours(self, among: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return among.filter(pk=self.pk, leased_until__in=[self.before, self.until])


def free(now: datetime) -> Q:
    """What nobody reads now."""
    return Q(leased_until__lt=now) | Q(leased_until=None)


def take(readable: QuerySet[Any, Any], pk: int, now: datetime) -> Lease | None:
    """None where somebody reads it, or where it is not among what is ``readable``."""
    lease = Lease(readable, pk, now + LEASE)
    return lease if readable.filter(free(now), pk=pk).update(leased_until=lease.until) else None
