"""How a reading ended, and when the next one is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, F, Max, Q

from deals.foreign_words import foreign_words
from deals.mail_querysets import CONNECTED, READ
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


@transaction.atomic
def ended(*, lease: Lease, sentence: str, spent: str, now: datetime) -> None:
    """Its provider takes the refresh token ``spent`` no more: it is forgotten, and the mailbox rests until somebody connects it again."""
    lease.renew(now)
    facts = {"secret": "", "refresh_token": "", "token_expires_at": None, "last_error": foreign_words(sentence), "last_error_at": now}
    if Mailbox.objects.filter(pk=lease.pk, refresh_token=spent).update(**facts, failures=F("failures") + 1):
        tell_of_failing(Mailbox.objects.get(pk=lease.pk), now)


def long_failing() -> Q:
    """Those that could not be read for an hour, or can no longer be read at all."""
    return Q(kind=Mailbox.Kind.IMAP, is_active=True) & (Q(failures__gte=AN_HOUR_OF_FAILURES) | ~CONNECTED)


def left_alone(now: datetime) -> Q:
    """Those that nobody has come to read for an hour: our own work is not done."""
    held = Q(leased_until__isnull=False, leased_until__gte=now)
    return READ & Q(next_poll_at__lt=now - NOBODY_CAME) & ~held


def counted(now: datetime) -> dict[str, int | None]:
    """How many are read, fail, have to be connected again and are left alone, and the longest lag in seconds. One query."""
    return Mailbox.objects.aggregate(
        read=Count("pk", filter=READ),
        failing_for_an_hour=Count("pk", filter=long_failing()),
        to_be_connected_again=Count("pk", filter=Q(kind=Mailbox.Kind.IMAP, is_active=True) & ~CONNECTED),
        left_alone_for_an_hour=Count("pk", filter=left_alone(now)),
        longest_lag_seconds=Max("lag", filter=READ),
    )
