"""Notices of one fact for several people: each reads it in their own language and hours, and who has left reads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone, translation

from accounts.calendars import TeamCalendars
from accounts.models import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from accounts.organisation import Organisation


class Words(NamedTuple):
    title: str
    body: str


class Readers:
    """The people as they are at ``now``. One for all that is told at once: the calendars are read once."""

    def __init__(self, company: Organisation, now: datetime) -> None:
        self._company, self._now = company, now
        self._calendars = TeamCalendars(company.parents)

    def each(self, people: Iterable[int], words: Callable[[], Words]) -> Iterator[tuple[int, Words]]:
        """By id, each once, what ``words`` says in their language and zone."""
        for pk in dict.fromkeys(people):
            reader = self._company.people.get(pk)
            if reader is not None and not reader.has_left(self._now):
                with translation.override(reader.language), timezone.override(self._calendars.of(reader.id, reader.team_id).zone):
                    said = words()
                yield reader.id, said


def lines(*said: str) -> str:
    """Those that say anything, one below the other."""
    return "\n".join(line for line in said if line)


def is_told(*key: str | OuterRef) -> Exists:
    """Whether there is a notice whose ``dedupe_key`` is made of these words and fields of the row around it."""
    return Exists(Notice.objects.filter(dedupe_key=Concat(*(Cast(Value(part) if isinstance(part, str) else part, TextField()) for part in key))))
