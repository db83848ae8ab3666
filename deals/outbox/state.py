"""How the outbox is, for those who watch the installation: numbers only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Count, Min, Q

from deals.models import OutgoingMail

# It goes every ten seconds; a server that is away for a moment is noticed by nobody.
LATE_AFTER = timedelta(minutes=15)
State = OutgoingMail.State


class Counted(TypedDict):
    """``late``: due for more than a quarter of an hour; ``oldest``: since when the first of them; ``unknown``: a person decides."""

    late: int
    oldest: datetime | None
    unknown: int


def counted(now: datetime) -> Counted:
    """One query."""
    late = Q(state__in=[State.WAITING, State.SENDING], send_at__lt=now - LATE_AFTER)
    found = OutgoingMail.objects.filter(state__in=[State.WAITING, State.SENDING, State.UNKNOWN]).aggregate(
        late=Count("pk", filter=late), oldest=Min("send_at", filter=late), unknown=Count("pk", filter=Q(state=State.UNKNOWN))
    )
    return Counted(late=found["late"], oldest=found["oldest"], unknown=found["unknown"])
