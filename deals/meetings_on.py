"""The meetings of a deal for its page: those to come, the next first, a series once; then the last ones; and what is doubtful.

What calendars tell and what people have planned or logged by hand stand together, each once.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q

from deals.meeting_lines import BEFORE, LINES, TO_COME
from deals.meeting_words import titled
from deals.models import Interaction, Meeting

if TYPE_CHECKING:
    from deals.models import Deal


class Said(NamedTuple):
    """What clocks and rules read of a meeting; people by their names. ``follows_at``: when the one was that it is the new date for."""

    pk: int
    outcome: str
    at: datetime
    ends_at: datetime | None
    subject: str
    contact: str | None
    outcome_said_at: datetime | None
    outcome_said_by: str | None
    apologised_at: datetime | None
    apologised_by: str | None
    follows_at: datetime | None


class Told(NamedTuple):
    """What a calendar tells of a meeting. ``people``: the name of whoever is invited, each with their answer."""

    pk: int
    title: str
    place: str
    status: str
    starts_at: datetime
    ends_at: datetime
    is_all_day: bool
    people: tuple[tuple[str, str], ...]


class Line(NamedTuple):
    """One of ``said`` and ``told`` at least is there. ``following``: how many more of its series come after it."""

    said: Said | None
    told: Told | None
    following: int = 0

    @property
    def timed_by(self) -> Said | Told:
        """Whichever says when it is: the calendar, unless a person has said how it went."""
        if self.told is not None and (self.said is None or self.said.outcome_said_by is None):
            return self.told
        assert self.said is not None  # noqa: S101 - one of them is there
        return self.said

    @property
    def at(self) -> datetime:
        timed_by = self.timed_by
        return timed_by.at if isinstance(timed_by, Said) else timed_by.starts_at

    @property
    def title(self) -> str:
        """As the calendar has it; else what it was logged as. Empty where the calendar knows none."""
        if self.told is not None:
            return self.told.title
        assert self.said is not None  # noqa: S101 - likewise
        return titled(self.said.subject, self.said.contact)


class Doubt(NamedTuple):
    """What somebody said of a meeting that is not theirs to say; see ``deals.models.MeetingDoubt``. ``about``: the meeting's title."""

    pk: int
    kind: str
    about: str | None
    sender: str
    starts_at: datetime | None
    cancels: bool


class MeetingsOn(NamedTuple):
    """``more``: others to come that are not shown."""

    to_come: list[Line]
    more: int
    before: list[Line]
    doubts: list[Doubt]


def with_meetings() -> Q:
    """Whether the deal of a row ever had a meeting, for ``meetings_on``: no query of its own."""
    by_hand = Interaction.objects.filter(deal=OuterRef("pk"), kind=Interaction.Kind.MEETING, withdrawn_at=None)
    return Q(Exists(Meeting.objects.filter(deal=OuterRef("pk")))) | Q(Exists(by_hand))


def meetings_on(deal: Deal, now: datetime) -> MeetingsOn | None:
    """Of a deal that was read ``with_meetings``, one query; none, and None, where it never had one."""
    if not deal.met:  # type: ignore[attr-defined] # annotated
        return None
    rows = LINES.rows(deal=deal.pk, now=now)
    lines: dict[str, list[Line]] = {"to_come": [], "before": []}
    for _doubts, part, following, _of_them, *row in rows:
        if part is not None:
            lines[part].append(Line(_said(row[8:]), _told(row[:8]), following))
    to_come = sorted(lines["to_come"], key=lambda line: line.at)
    return MeetingsOn(
        to_come[:TO_COME],
        sum(of_them for _doubts, _part, _following, of_them, *_row in rows if of_them) - len(to_come[:TO_COME]),
        sorted(lines["before"], key=lambda line: line.at, reverse=True)[:BEFORE],
        [_doubt(Doubt._make(one)) for one in json.loads(rows[0][0] or "[]")],
    )


def _said(row: list[object]) -> Said | None:
    return Said._make(row) if row[0] is not None else None


def _told(row: list[object]) -> Told | None:
    return Told._make([*row[:7], tuple(map(tuple, json.loads(str(row[7] or "[]"))))]) if row[0] is not None else None


def _doubt(one: Doubt) -> Doubt:
    """With its moment as JSON writes it."""
    return one._replace(starts_at=datetime.fromisoformat(str(one.starts_at)) if one.starts_at else None)
