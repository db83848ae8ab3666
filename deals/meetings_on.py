"""The meetings of a deal for its page: those to come, the next first, a series once; then the last ones; and what is doubtful."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import OuterRef, Prefetch, Subquery

from accounts.prepared import Given, prepare
from deals.models import Meeting, MeetingAttendee, MeetingDoubt

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.prepared import Statement
    from deals.models import Deal

TO_COME, BEFORE = 5, 2
# So many rows are looked at: several series of a day each are told apart by them.
LOOKED_AT = 300


class MeetingsOn(NamedTuple):
    """``to_come``: each meeting with how many more of its series follow. ``more``: others that are not shown."""

    to_come: list[tuple[Meeting, int]]
    more: int
    before: list[Meeting]
    doubts: list[MeetingDoubt]


def meetings_on(deal: Deal, now: datetime) -> MeetingsOn | None:
    """None where the deal never had one from a calendar: one query then, seven otherwise."""
    if not _any().rows(deal=deal.pk):
        return None
    on_deal = Meeting.objects.filter(deal=deal)
    people = Prefetch("attendees", MeetingAttendee.objects.select_related("user", "contact").order_by("user_id", "pk"))
    ahead = on_deal.filter(ends_at__gt=now).exclude(status=Meeting.Status.CANCELLED).order_by("starts_at", "pk")
    series: dict[int, list[int]] = {}
    for pk, entry_id in ahead.values_list("pk", "entry_id")[:LOOKED_AT]:
        series.setdefault(entry_id, []).append(pk)
    following = {found[0]: len(found) - 1 for found in list(series.values())[:TO_COME]}
    to_come = ahead.filter(pk__in=following).prefetch_related(people)
    before = list(on_deal.filter(ends_at__lte=now).order_by("-starts_at", "-pk").prefetch_related(people)[:BEFORE])
    doubts = MeetingDoubt.objects.filter(entry__deal=deal, settled_at=None).order_by("said_at", "pk")
    title = Meeting.objects.filter(entry=OuterRef("entry_id")).order_by("-starts_at").values("title")[:1]
    shown = [(one, following[one.pk]) for one in to_come]
    return MeetingsOn(shown, len(series) - len(shown), before, list(doubts.annotate(about=Subquery(title))[:TO_COME]))


@cache
def _any() -> Statement:
    return prepare(Meeting.objects.filter(deal_id=Given("deal")).values_list("pk")[:1], planned=True)
