"""One worker a mailbox at a time, by the database alone: whoever holds the lease may keep what they read, nobody else.

The lease is a moment. Taking it is one conditional UPDATE; it is renewed in the transaction of each batch, and a worker whose
lease ran out and was taken by another finds its batch rolled back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from datetime import datetime

# Longer than any step of the reading may take (deals.intake.mailboxes.connecting.SECONDS_A_STEP, and storing what it brought).
LEASE = timedelta(minutes=10)
TAKE = """
UPDATE deals_mailbox SET leased_until = %(until)s
WHERE id = %(id)s AND kind = 'imap' AND is_active AND (leased_until IS NULL OR leased_until < %(now)s) RETURNING id
"""
RENEW = "UPDATE deals_mailbox SET leased_until = %(until)s WHERE id = %(id)s AND is_active AND leased_until = %(held)s RETURNING id"
GIVE_BACK = "UPDATE deals_mailbox SET leased_until = NULL WHERE id = %(id)s AND leased_until = %(held)s"


class LostLeaseError(Exception):
    """Somebody else reads this mailbox now, or it was paused or removed meanwhile."""


class Lease:
    """``until`` is what proves that it is ours."""

    def __init__(self, mailbox_id: int, until: datetime) -> None:
        self.mailbox_id, self.until = mailbox_id, until

    def renew(self, now: datetime) -> None:
        """Within the transaction of what was read. Raises :class:`LostLeaseError`, which rolls that back."""
        until = max(now + LEASE, self.until + timedelta(microseconds=1))
        if not _changed(RENEW, id=self.mailbox_id, held=self.until, until=until):
            raise LostLeaseError
        self.until = until

    def give_back(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, {"id": self.mailbox_id, "held": self.until})


def take(mailbox_id: int, now: datetime) -> Lease | None:
    """None where somebody reads it, or where it is not to be read."""
    lease = Lease(mailbox_id, now + LEASE)
    return lease if _changed(TAKE, id=mailbox_id, now=now, until=lease.until) else None


def _changed(sql: str, **values: int | datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() is not None
