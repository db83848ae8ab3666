"""Adding, pausing and removing calendars that are read, and trying an address out before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import secrets
from accounts.models import User
from accounts.refusals import Refused
from deals.intake.calendar.reading import read
from deals.models import CalendarFeed
from deals.services.calendars.feeds import PURPOSE, get
from deals.services.calendars.letters import zone_of

if TYPE_CHECKING:
    from datetime import datetime

    from deals.intake.calendar.events import CalendarFile

MOST_FEEDS = 10
LONGEST_NAME, LONGEST_ADDRESS = 120, 2000


def try_out(*, url: str, owner: User) -> CalendarFile:
    """What lies there now. Refused in one sentence that says what is wrong. Waits for the network, so never within a transaction."""
    url = url.strip()
    if len(url) > LONGEST_ADDRESS:
        raise Refused(_("This address is too long to be one; copy it again from where you found it."))
    return read(get(url).body, zone=zone_of(owner))


@transaction.atomic
def add_feed(*, owner: User, name: str, url: str, now: datetime) -> CalendarFeed:
    """It is read within a minute. Refused where it is here already, and where there are ten."""
    url, name = url.strip(), " ".join(name.split())[:LONGEST_NAME]
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)  # so that two at once see each other
    here = list(CalendarFeed.objects.filter(owner=owner))
    if any(_address(one) == url for one in here):
        raise Refused(_("You have added this calendar already."))
    if len(here) >= MOST_FEEDS:
        raise Refused(_("%(n)d calendars are the most one person can have here. Remove one first.") % {"n": MOST_FEEDS})
    host = (urlsplit(url).hostname or "")[:253]
    return CalendarFeed.objects.create(
        owner=owner, name=name or host, host=host, secret=secrets.keep(PURPOSE, url), created_at=now, next_fetch_at=now
    )  # fmt: skip


def _address(feed: CalendarFeed) -> str:
    try:
        return secrets.read(PURPOSE, feed.secret)
    except secrets.UnreadableError:
        return ""


@transaction.atomic
def pause_feed(*, feed: CalendarFeed, by: User) -> None:
    """Whoever reads it right now keeps nothing more of it."""
    _own(feed, by)
    CalendarFeed.objects.filter(pk=feed.pk).update(is_active=False)


@transaction.atomic
def take_up_feed(*, feed: CalendarFeed, by: User, now: datetime) -> None:
    """It is read at the next minute, however long it would wait otherwise."""
    _own(feed, by)
    CalendarFeed.objects.filter(pk=feed.pk).update(is_active=True, failures=0, next_fetch_at=now)


@transaction.atomic
def remove_feed(*, feed: CalendarFeed, by: User) -> None:
    """The address is forgotten. The meetings it brought stay as they are; whoever reads it right now keeps nothing more of it."""
    _own(feed, by)
    CalendarFeed.objects.select_for_update().filter(pk=feed.pk).first()  # before its meetings, as whoever reads it does
    CalendarFeed.objects.filter(pk=feed.pk).delete()


def _own(feed: CalendarFeed, by: User) -> None:
    if feed.owner_id != by.pk:
        raise Refused(_("A calendar is its owner’s. Ask %(name)s.") % {"name": feed.owner.name})
