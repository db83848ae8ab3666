"""Every night: series get the rows of one more day, meetings without a deal are looked at again, feeds are read as a whole."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from deals.models import CalendarEntry, CalendarFeed, JobRun, Meeting
from deals.services.calendars.holding import BATCH, settled
from deals.services.calendars.steps import put_in_step
from deals.services.calendars.window import AHEAD
from deals.services.mail import ours as our_side

if TYPE_CHECKING:
    from datetime import datetime

    from django.db import models

    from deals.services.mail.ours import Ours

# Run again within it, the job finds nothing to do.
PAUSE = timedelta(hours=12)


def extend(now: datetime) -> int:
    """How many entries were looked at. Killed in the middle, it goes on with what is left; twice at once does no harm."""
    run, _made = JobRun.objects.update_or_create(name="extend_meetings", defaults={"started_at": now})
    ours = our_side.load(now)
    after, seen = 0, 0
    while ids := list(_waiting(now).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        after, seen = ids[-1], seen + len(ids)
        settled(lambda ids=ids: _again(ids, ours, now))  # type: ignore[misc] # of this very round
    # A customer may have become known since: then what a feed says of meetings with them counts.
    CalendarFeed.objects.exclude(digest="").update(digest="", etag="", modified="")
    JobRun.objects.filter(pk=run.pk).update(finished_at=now, done=seen, failed=0)
    return seen


def _waiting(now: datetime) -> models.QuerySet[CalendarEntry]:
    ahead = Meeting.objects.filter(entry=OuterRef("pk"), starts_at__gt=now)
    series = Q(repeats=True, rows_until__lt=now + AHEAD - PAUSE)
    return CalendarEntry.objects.filter(series | Q(deal=None, deal_chosen_at=None) & Exists(ahead))


def _again(ids: list[int], ours: Ours, now: datetime) -> None:
    put_in_step(list(CalendarEntry.objects.select_for_update().filter(pk__in=ids).order_by("pk")), ours=ours, now=now)
