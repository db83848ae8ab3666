"""Reading calendars that are published at an address: one worker a feed at a time, by a lease in the database.

The address is as good as a password: it is kept encrypted and stands in no log. What is not in the feed any more and lies
ahead is cancelled, where no other feed has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts import secrets
from accounts.models import User
from deals import fetching
from deals.foreign_words import foreign_words
from deals.intake.calendar.events import Unreadable
from deals.models import CalendarEntry, CalendarFeed
from deals.services import leasing
from deals.services.calendars.holding import BATCH, settled
from deals.services.calendars.letters import zone_of
from deals.services.calendars.steps import put_in_step
from deals.services.calendars.taking import Source, TakenIn, take_in
from deals.services.mail import ours as our_side

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

    from deals.fetching import Fetched
    from deals.services.leasing import Lease

log = structlog.get_logger(__name__)
PURPOSE = "calendar feed"
ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"
EVERY = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Read:
    """``fault``: the sentence it ended with, '' where all went well. ``taken``: None where nothing was new."""

    name: str
    taken: TakenIn | None = None
    fault: str = ""


def due(now: datetime) -> list[int]:
    """The feeds to be read now, the longest waiting first; those of people who left or are suspended rest."""
    waiting = Q(next_fetch_at__lte=now) | Q(next_fetch_at=None)
    found = readable().filter(waiting, leasing.free(now), owner__in=User.objects.here(now))
    return list(found.order_by("next_fetch_at", "pk").values_list("pk", flat=True))


def readable() -> QuerySet[CalendarFeed, CalendarFeed]:
    """Those that are read at all."""
    return CalendarFeed.objects.filter(is_active=True)


def get(url: str, *, etag: str = "", modified: str = "") -> Fetched:
    """What lies at the address now. Raises NotFetched. Waits for the network, so never within a transaction."""
    return fetching.fetch(url, allowed=settings.INTERNAL_HOSTS, etag=etag, modified=modified, accept=ACCEPT)


def read_feed(*, feed_id: int, clock: Callable[[], datetime]) -> Read | None:
    """Read one feed. None where somebody else is at it, or where it is not to be read (any more). Its faults are kept with it, not raised."""
    lease = leasing.take(readable(), feed_id, clock())
    if lease is None:
        return None
    try:
        return _read_leased(CalendarFeed.objects.select_related("owner").get(pk=feed_id), lease, clock)
    except leasing.LostLeaseError:
        log.warning("calendar_feed_lease_lost", feed=feed_id)
        return None
    finally:
        lease.give_back()


def _read_leased(feed: CalendarFeed, lease: Lease, clock: Callable[[], datetime]) -> Read:
    """Raises LostLeaseError, and what is no fault of the calendar, which is counted all the same."""
    try:
        taken, changes = _read(feed, lease, clock)
    except (fetching.NotFetched, Unreadable) as fault:
        _end(lease, clock(), _failed(feed, str(fault), clock(), temporary=getattr(fault, "temporary", False)))
        log.warning("calendar_feed_not_read", feed=feed.pk, reason=str(fault))
        return Read(feed.name, fault=str(fault))
    except secrets.UnreadableError:
        sentence = gettext("The address cannot be read any more, because Salvor’s key was changed; remove the calendar and add it again.")
        _end(lease, clock(), _failed(feed, sentence, clock(), temporary=False))
        return Read(feed.name, fault=sentence)
    except leasing.LostLeaseError:
        raise
    except Exception:  # a fault of ours, which waits its turn like any other; logged here, as counting it may fail as well
        log.exception("calendar_feed_reading_failed", feed=feed.pk)
        sentence = gettext("Reading it failed by a fault of Salvor’s own; whoever runs it finds it in the log.")
        _end(lease, clock(), _failed(feed, sentence, clock(), temporary=True))
        raise
    now = clock()
    _end(lease, now, {**changes, "failures": 0, "last_success_at": now, "next_fetch_at": now + EVERY})
    return Read(feed.name, taken)


@transaction.atomic
def _end(lease: Lease, now: datetime, facts: dict[str, Any]) -> None:
    """What came of the reading, if it is still ours to say."""
    lease.renew(now)
    CalendarFeed.objects.filter(pk=lease.pk).update(**facts)


def _read(feed: CalendarFeed, lease: Lease, clock: Callable[[], datetime]) -> tuple[TakenIn | None, dict[str, str]]:
    """What was taken in, and what to remember for the next time: only with the whole of it."""
    now = clock()
    found = get(secrets.read(PURPOSE, feed.secret), etag=feed.etag, modified=feed.modified)
    marks = {"etag": found.etag[: fetching.LONGEST_MARK], "modified": found.modified[: fetching.LONGEST_MARK]}
    digest = sha256(found.body).hexdigest()
    if found.unchanged or digest == feed.digest:
        return None, marks
    source = Source(user_id=feed.owner_id, zone=zone_of(feed.owner), feed=feed, still_ours=lambda: lease.renew(clock()))
    taken = take_in(found.body, source=source, now=now)
    gone(feed, found.body, taken.uids, now, still_ours=source.still_ours)
    return taken, {**marks, "digest": digest}


def gone(feed: CalendarFeed, raw: bytes, uids: frozenset[str], now: datetime, *, still_ours: Callable[[], None]) -> None:
    """What the feed had, and has no more. What it still names but nobody could read stays, and so does all where it breaks off."""
    if not raw.rstrip().upper().endswith(b"END:VCALENDAR"):
        return
    had = CalendarEntry.objects.filter(feeds=feed).values_list("pk", "uid")
    missing = sorted(pk for pk, uid in had if uid not in uids and uid.encode() not in raw)
    for start in range(0, len(missing), BATCH):
        some = missing[start : start + BATCH]
        settled(lambda some=some: _gone(feed, some, now, still_ours))  # type: ignore[misc] # of this very round


def _gone(feed: CalendarFeed, ids: list[int], now: datetime, still_ours: Callable[[], None]) -> None:
    still_ours()
    entries = list(CalendarEntry.objects.select_for_update().filter(pk__in=ids, feeds=feed).order_by("pk"))
    CalendarEntry.feeds.through.objects.filter(calendarfeed=feed, calendarentry__in=entries).delete()
    kept = set(CalendarEntry.feeds.through.objects.filter(calendarentry__in=entries).values_list("calendarentry_id", flat=True))
    over = [one for one in entries if one.pk not in kept and one.gone_at is None]
    for entry in over:
        entry.gone_at = entry.changed_at = now
    CalendarEntry.objects.bulk_update(over, ["gone_at", "changed_at"])
    put_in_step(over, ours=our_side.load(now), now=now)


def _failed(feed: CalendarFeed, sentence: str, now: datetime, *, temporary: bool) -> dict[str, Any]:
    """Twice as long each time: what may well answer later from ten minutes on, what needs a person from an hour on, up to six."""
    wait = (EVERY if temporary else timedelta(hours=1)) * 2 ** min(feed.failures, 8)
    return {
        "failures": feed.failures + 1,
        "last_error": foreign_words(sentence),
        "last_error_at": now,
        "next_fetch_at": now + min(wait, LONGEST_WAIT),
    }


def long_failing(now: datetime) -> int:
    """How many feeds could not be read for an hour and more; for health."""
    late = now - timedelta(hours=1)
    tried = Q(last_success_at__lt=late) | Q(last_success_at=None, created_at__lt=late)
    return CalendarFeed.objects.filter(tried, is_active=True, failures__gt=0, owner__in=User.objects.here(now)).count()


def left_alone(now: datetime) -> int:
    """How many feeds nobody has come to read for an hour: our own work is not done."""
    return CalendarFeed.objects.filter(is_active=True, next_fetch_at__lt=now - timedelta(hours=1), owner__in=User.objects.here(now)).count()
