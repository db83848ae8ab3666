"""Notices as they are read: grouped by what they are about, the group that was told of last first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber

from accounts.keyset import Page, page
from accounts.models import Notice

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

# Lines a group lists; what was told before that is counted only. The deal's own page knows it all.
LINES = 12


@dataclass(frozen=True, slots=True)
class Group:
    """One topic, or one notice that has none. ``lines``: newest first, at most LINES; ``more``: how many there are beyond."""

    lines: list[Notice]
    more: int

    @property
    def newest(self) -> Notice:
        return self.lines[0]

    @property
    def earlier(self) -> list[Notice]:
        return self.lines[1:]

    @property
    def earlier_count(self) -> int:
        return len(self.lines) - 1 + self.more

    @property
    def asking(self) -> Notice | None:
        """The newest one that asks something which can be answered right here, see :mod:`accounts.notice_acts`."""
        return next((line for line in self.lines if getattr(line, "acts", ())), None)

    @property
    def severity(self) -> int:
        return max(line.severity for line in self.lines)

    @property
    def is_unread(self) -> bool:
        return any(line.read_at is None for line in self.lines)


def groups_of(user: User, *, unread_only: bool, size: int, token: str = "") -> tuple[list[Group], Page[Notice]]:
    """One page of groups and the page's tokens: two queries, whose cost follows the page and not how much there is.

    A group stands where its newest notice stands: the one that no later notice of its topic follows.
    """
    mine = Notice.objects.visible_to(user)
    if unread_only:
        mine = mine.filter(read_at__isnull=True)
    later = mine.filter(topic=OuterRef("topic")).filter(
        Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__gt=OuterRef("pk"))
    )
    found = page(mine.filter(Q(topic="") | ~Exists(later)), keys=("-created_at", "-pk"), size=size, token=token)
    lines = _lines(mine, [head.topic for head in found.rows if head.topic])
    return [_group(head, lines.get(head.topic, [])) for head in found.rows], found


def _lines(mine: QuerySet[Notice], topics: list[str]) -> dict[str, list[Notice]]:
    """The newest lines of each topic, with how many there are in all."""
    if not topics:
        return {}
    rows = (
        mine.filter(topic__in=topics)
        .annotate(
            place=Window(RowNumber(), partition_by=F("topic"), order_by=[F("created_at").desc(), F("pk").desc()]),
            in_all=Window(Count("pk"), partition_by=F("topic")),
        )
        .filter(place__lte=LINES)
        .order_by("topic", "place")
    )
    lines: dict[str, list[Notice]] = {}
    for row in rows:
        lines.setdefault(row.topic, []).append(row)
    return lines


def _group(head: Notice, lines: list[Notice]) -> Group:
    if not lines:
        return Group([head], 0)
    return Group(lines, max(0, lines[0].in_all - len(lines)))  # type: ignore[attr-defined] # annotated by _lines
