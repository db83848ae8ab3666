"""How a reading ended, and when the next one is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Max, Q

from deals.foreign_words import foreign_words
from deals.models import Mailbox
from deals.services.mailboxes.telling import tell_of_failing

if TYPE_CHECKING:
    from datetime import datetime

    from deals.services.leasing import Lease

EVERY = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
# Failures in a row after which a single message that the server does not hand out keeps the others waiting no more: half an hour.
FORGIVING_AFTER = 6
# The failure that comes more than an hour after the first (1 + 2 + 4 + 8 + 16 + 32 minutes).
AN_HOUR_OF_FAILURES = 7
NOBODY_CAME = timedelta(hours=1)


def wait_after(failures: int) -> timedelta:
    """Twice as long each time, up to an hour: a server is not pestered, and a wrong password locks no account."""
    times: int = 2 ** min(max(failures - 1, 0), 10)
    return min(EVERY * times, LONGEST_WAIT)


@transaction.atomic
def succeeded(*, lease: Lease, now: datetime, left: bool) -> None:
    """``left``: there is more to read, at once. The last error stays told, as something of before."""
    lease.renew(now)
    Mailbox.objects.filter(pk=lease.pk).update(last_success_at=now, failures=0, next_poll_at=now if left else now + EVERY)


@transaction.atomic
def failed(*, lease: Lease, sentence: str, now: datetime) -> None:
    lease.renew(now)
    mailbox = Mailbox.objects.get(pk=lease.pk)
    mailbox.failures += 1
    mailbox.last_error, mailbox.last_error_at, mailbox.next_poll_at = foreign_words(sentence), now, now + wait_after(mailbox.failures)
    mailbox.save(update_fields=["failures", "last_error", "last_error_at", "next_poll_at"])
    if mailbox.failures >= AN_HOUR_OF_FAILURES:
        tell_of_failing(mailbox, now)


def long_failing() -> Q:
    """Those that could not be read for an hour."""
    return Q(kind=Mailbox.Kind.IMAP, is_active=True, failures__gte=AN_HOUR_OF_FAILURES)


def left_alone(now: datetime) -> Q:
    """Those that nobody has come to read for an hour: our own work is not done."""
    held = Q(leased_until__isnull=False, leased_until__gte=now)
    return Q(kind=Mailbox.Kind.IMAP, is_active=True, next_poll_at__lt=now - NOBODY_CAME) & ~held


def counted(now: datetime) -> dict[str, int | None]:
    """How many are read, fail and are left alone, and the longest lag in seconds. One query."""
    read = Q(kind=Mailbox.Kind.IMAP, is_active=True)
    return Mailbox.objects.aggregate(
        read=Count("pk", filter=read),
        failing_for_an_hour=Count("pk", filter=long_failing()),
        left_alone_for_an_hour=Count("pk", filter=left_alone(now)),
        longest_lag_seconds=Max("lag", filter=read),
    )
