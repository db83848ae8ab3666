"""One line of time for a deal: what was said, and what moved beside it. Two queries a page, whatever happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core import signing

from deals.risk.policy import DEFAULT, WORKING_DAY
from deals.said import Direction, Said, is_answer, is_word
from deals.timeline_rows import WORDS, moves_below, words_below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.working_time import WorkingTime
    from deals.models import Deal
    from deals.timeline_rows import Start

PAGE = 25
# From so many working days on a silence is shown; from the default limit of "no contact" on it is a serious one.
SILENCE = 5
LONG_SILENCE = DEFAULT.number("no_contact")
SILENCE_LINE = "silence"


@dataclass(frozen=True, slots=True)
class Item:
    """One line. ``kind``: words, stage, close, signal, step, handoff, handoff-end or mail (that came back);
    or silence, with its working days without a word."""

    at: datetime
    kind: str
    id: int
    said: Said | None = None
    by: str = ""
    was: str = ""
    now: str = ""
    what: str = ""
    rule: str = ""
    severity: int = 0
    facts: dict[str, Any] | None = None
    silence: int = 0
    waits: bool = False  # a message of theirs that nobody has answered since

    @property
    def long(self) -> bool:
        return self.silence >= LONG_SILENCE

    @property
    def rank(self) -> tuple[datetime, str, int]:
        return self.at, self.kind, self.id


@dataclass(frozen=True, slots=True)
class Timeline:
    items: list[Item]
    earlier: str


def timeline(deal: Deal, *, clock: WorkingTime, now: datetime, token: str = "", size: int = PAGE) -> Timeline:
    """The latest lines, or those before a token's; silences are counted in ``clock``'s working days."""
    start, later_word = _read(token)
    said = _said(deal, start, size + 1)
    items = sorted([*said, *_moved(deal, start, size + 1)], key=lambda item: item.rank, reverse=True)
    shown, more = items[:size], len(items) > size
    if start is None and deal.is_watched:
        later_word = now
        shown = _with_waiting(shown)
    silences, later_word = _silences(said, {item.id for item in shown if item.kind == WORDS}, later_word, clock)
    return Timeline(items=_with_silences(shown, silences, now), earlier=_write(shown[-1], later_word) if more else "")


def _with_waiting(items: Sequence[Item]) -> list[Item]:
    """The latest lines, with their messages that still wait for an answer marked."""
    found: list[Item] = []
    answered = False
    for item in items:
        said = item.said
        answered = answered or (said is not None and is_answer(said))
        theirs = said is not None and said.direction == Direction.IN and is_word(said) and said.no_answer_needed_at is None
        found.append(replace(item, waits=True) if theirs and not answered else item)
    return found


def _silences(
    said: Sequence[Item], shown: set[int], later_word: datetime | None, clock: WorkingTime
) -> tuple[dict[int | None, int], datetime | None]:
    """Working days of each long silence, by the word that ended it: None for the word later than the page, or for now.

    ``said`` reaches beyond what is shown, so that a silence is known on the page that shows its end. Where it does not
    reach far enough, the word whose silence is not known yet is handed to the next page.
    """
    found: dict[int | None, int] = {}
    ended_by: int | None = None
    for item in said:
        if item.said is None or not is_word(item.said):
            continue
        moment = item.said.moment
        silence = int(clock.between(moment, later_word) / WORKING_DAY) if later_word is not None else 0
        if silence >= SILENCE:
            found[ended_by] = silence
        if item.id not in shown:
            return found, None
        ended_by = item.id
        later_word = min(moment, later_word) if later_word is not None else moment
    return found, later_word


def _with_silences(items: Sequence[Item], silences: dict[int | None, int], now: datetime) -> list[Item]:
    """Each silence below the word that ended it, above all that happened during it; the one until now below what is
    still to come."""
    found: list[Item] = []
    if None in silences:
        coming = [item for item in items if item.at > now]
        found = [*coming, Item(at=now, kind=SILENCE_LINE, id=0, silence=silences[None])]
        items = items[len(coming) :]
    for item in items:
        found.append(item)
        if item.kind == WORDS and item.id in silences:
            found.append(Item(at=item.at, kind=SILENCE_LINE, id=item.id, silence=silences[item.id]))
    return found


def _said(deal: Deal, start: Start, size: int) -> list[Item]:
    return [Item(at=one.at, kind=WORDS, id=one.pk, said=one) for one in words_below(start, deal_id=deal.pk, size=size)]


def _moved(deal: Deal, start: Start, size: int) -> list[Item]:
    return [
        Item(at=at, kind=kind, id=pk, by=by or "", was=was or "", now=new or "", what=what or "", rule=rule or "", severity=severity, facts=facts)
        for at, kind, pk, by, was, new, what, rule, severity, facts in moves_below(start, deal_id=deal.pk, size=size)
    ]


def _write(item: Item, later_word: datetime | None) -> str:
    return signing.Signer(salt="deals.timeline").sign_object([item.at.isoformat(), item.kind, item.id, later_word.isoformat() if later_word else ""])


def _read(token: str) -> tuple[Start, datetime | None]:
    """A token that is not ours gives the latest lines."""
    if not token:
        return None, None
    try:
        at, kind, pk, word = signing.Signer(salt="deals.timeline").unsign_object(token)
    except signing.BadSignature:
        return None, None
    return (datetime.fromisoformat(at), kind, pk), datetime.fromisoformat(word) if word else None
