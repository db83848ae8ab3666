"""The meetings of a deal for its page: those to come, the next first, then the last ones; and what is doubtful about them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Prefetch

from accounts.prepared import Given, prepare
from deals.models import Meeting, MeetingAttendee, MeetingDoubt

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.prepared import Statement
    from deals.models import Deal

TO_COME, BEFORE = 5, 2


class MeetingsOn(NamedTuple):
    to_come: list[Meeting]
    more: int
    before: list[Meeting]
    doubts: list[MeetingDoubt]


def meetings_on(deal: Deal, now: datetime) -> MeetingsOn | None:
    """None where the deal never had one from a calendar: one query then, five otherwise."""
    if not _any().rows(deal=deal.pk):
        return None
    on_deal = Meeting.objects.filter(deal=deal)
    people = Prefetch("attendees", MeetingAttendee.objects.select_related("user", "contact").order_by("user_id", "pk"))
    ahead = list(on_deal.filter(ends_at__gt=now).order_by("starts_at", "pk").prefetch_related(people)[: TO_COME + 50])
    before = list(on_deal.filter(ends_at__lte=now).order_by("-starts_at", "-pk").prefetch_related(people)[:BEFORE])
    standing = [one for one in ahead if one.status != Meeting.Status.CANCELLED]
    doubts = MeetingDoubt.objects.filter(entry__deal=deal, settled_at=None).select_related("entry").order_by("said_at", "pk")[:TO_COME]
    return MeetingsOn(standing[:TO_COME], max(len(standing) - TO_COME, 0), before, list(doubts))


@cache
def _any() -> Statement:
    return prepare(Meeting.objects.filter(deal_id=Given("deal")).values_list("pk")[:1], planned=True)
