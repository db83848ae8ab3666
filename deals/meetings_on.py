"""The meetings of a deal for its page: those to come, the next first, a series once; then the last ones; and what is doubtful.

What calendars tell and what people have planned or logged by hand stand together, each once.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import OuterRef, Prefetch, Q, Subquery

from accounts.prepared import Given, prepare
from deals.models import Interaction, Meeting, MeetingAttendee, MeetingDoubt

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.prepared import Statement
    from deals.models import Deal

TO_COME, BEFORE = 5, 3
# So many rows are looked at: several series of a day each are told apart by them.
LOOKED_AT = 300
SAID = ("contact", "outcome_said_by", "apologised_by", "follows")


class Line(NamedTuple):
    """``said``: what clocks and rules read of it; ``meeting``: what a calendar tells. One of them at least is there.

    ``following``: how many more of its series come after it.
    """

    said: Interaction | None
    meeting: Meeting | None
    following: int = 0

    @property
    def at(self) -> datetime:
        """When it is: as the calendar has it, unless a person has said how it went."""
        if self.said is not None and (self.meeting is None or self.said.outcome_said_by_id is not None):
            return self.said.at
        assert self.meeting is not None  # noqa: S101 - one of them is there
        return self.meeting.starts_at


class MeetingsOn(NamedTuple):
    """``more``: others to come that are not shown."""

    to_come: list[Line]
    more: int
    before: list[Line]
    doubts: list[MeetingDoubt]


def meetings_on(deal: Deal, now: datetime) -> MeetingsOn | None:
    """None where the deal never had one: one query then, nine otherwise."""
    if not _any().rows(deal=deal.pk):
        return None
    on_deal = Meeting.objects.filter(deal=deal)
    ahead = on_deal.filter(ends_at__gt=now).exclude(status=Meeting.Status.CANCELLED).order_by("starts_at", "pk")
    series: dict[int, list[int]] = {}
    for pk, entry_id in ahead.values_list("pk", "entry_id")[:LOOKED_AT]:
        series.setdefault(entry_id, []).append(pk)
    following = {found[0]: len(found) - 1 for found in list(series.values())[:TO_COME]}
    by_hand = Interaction.objects.filter(deal=deal, kind=Interaction.Kind.MEETING, meeting=None, withdrawn_at=None).select_related(*SAID)
    planned = Q(outcome=Interaction.Outcome.PLANNED, moment__gt=now)
    here = list(by_hand.filter(planned).order_by("at", "pk")[: TO_COME + 1])
    to_come = [Line(one.interaction, one, following[one.pk]) for one in _with_people(ahead.filter(pk__in=following))]
    to_come = sorted([*to_come, *(Line(one, None) for one in here)], key=lambda line: line.at)
    before = [Line(one.interaction, one) for one in _with_people(on_deal.filter(ends_at__lte=now).order_by("-starts_at", "-pk"))[:BEFORE]]
    before += [Line(one, None) for one in by_hand.exclude(planned).order_by("-at", "-pk")[:BEFORE]]
    doubts = MeetingDoubt.objects.filter(entry__deal=deal, settled_at=None).order_by("said_at", "pk")
    title = Meeting.objects.filter(entry=OuterRef("entry_id")).order_by("-starts_at").values("title")[:1]
    return MeetingsOn(
        to_come[:TO_COME],
        len(series) + len(here) - len(to_come[:TO_COME]),
        sorted(before, key=lambda line: line.at, reverse=True)[:BEFORE],
        list(doubts.annotate(about=Subquery(title))[:TO_COME]),
    )


def _with_people(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    people = Prefetch("attendees", MeetingAttendee.objects.select_related("user", "contact").order_by("user_id", "pk"))
    return meetings.select_related(*(f"interaction__{name}" for name in SAID)).prefetch_related(people)


@cache
def _any() -> Statement:
    """Two looks at indexes; a union, so that the one that finds something ends it."""
    calendars = Meeting.objects.filter(deal_id=Given("deal")).order_by().values_list("pk")[:1]
    by_hand = Interaction.objects.filter(deal_id=Given("deal"), kind=Interaction.Kind.MEETING, withdrawn_at=None).order_by().values_list("pk")[:1]
    return prepare(calendars.union(by_hand, all=True)[:1], planned=True)
