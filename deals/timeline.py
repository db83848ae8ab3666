"""One line of time for a deal: what was said, and what moved beside it. Two queries a page, whatever happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import CharField, F, IntegerField, JSONField, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce

from deals.models import CloseDateChange, Interaction, NextStep, SignalEvent, StageChange
from deals.risk.policy import DEFAULT, WORKING_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from accounts.working_time import WorkingTime
    from deals.models import Deal

PAGE = 25
# From so many working days on a silence is shown; from the default limit of "no contact" on it is a serious one.
SILENCE = 5
LONG_SILENCE = DEFAULT.number("no_contact")
WORDS = "words"


@dataclass(frozen=True, slots=True)
class Item:
    """One line. ``kind``: words, stage, close, signal or step. ``silence``: working days without a word after it."""

    at: datetime
    kind: str
    id: int
    said: Interaction | None = None
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
    items = sorted([*_said(deal, start, size + 1), *_moved(deal, start, size + 1)], key=lambda item: item.rank, reverse=True)
    shown, more = items[:size], len(items) > size
    if start is None and deal.is_watched:
        later_word = now
    shown, later_word = _with_silences(shown, later_word, clock)
    if start is None and deal.is_watched:
        shown = _with_waiting(shown)
    return Timeline(items=shown, earlier=_write(shown[-1], later_word) if more else "")


def is_word(said: Interaction) -> bool:
    """Does it break a silence? A human message of either side, or a conversation; no note, no call that nobody took."""
    if not said.is_human or said.withdrawn_at is not None or said.kind == Interaction.Kind.NOTE:
        return False
    if said.kind == Interaction.Kind.MEETING:
        return said.outcome == Interaction.Outcome.HELD
    if said.kind == Interaction.Kind.CALL:
        return said.outcome == Interaction.Outcome.CONNECTED or said.direction == Interaction.Direction.IN
    return said.direction != Interaction.Direction.INTERNAL


def is_answer(said: Interaction) -> bool:
    """Our mail to them, or a conversation: what settles the messages before it. A voicemail of ours does not."""
    if said.direction == Interaction.Direction.OUT and said.kind == Interaction.Kind.EMAIL:
        return is_word(said)
    return is_word(said) and said.outcome in (Interaction.Outcome.CONNECTED, Interaction.Outcome.HELD)


def _with_waiting(items: Sequence[Item]) -> list[Item]:
    """The latest lines, with their messages that still wait for an answer marked."""
    found: list[Item] = []
    answered = False
    for item in items:
        said = item.said
        answered = answered or (said is not None and is_answer(said))
        theirs = said is not None and said.direction == Interaction.Direction.IN and is_word(said) and said.no_answer_needed_at is None
        found.append(replace(item, waits=True) if theirs and not answered else item)
    return found


def _with_silences(items: Sequence[Item], later_word: datetime | None, clock: WorkingTime) -> tuple[list[Item], datetime | None]:
    """Each word with the silence that followed it."""
    found: list[Item] = []
    for item in items:
        if item.said is None or not is_word(item.said):
            found.append(item)
            continue
        moment = item.said.moment
        silence = int(clock.between(moment, later_word) / WORKING_DAY) if later_word is not None else 0
        found.append(replace(item, silence=silence) if silence >= SILENCE else item)
        later_word = min(moment, later_word) if later_word is not None else moment
    return found, later_word


def _said(deal: Deal, start: tuple[datetime, str, int] | None, size: int) -> list[Item]:
    said = Interaction.objects.filter(deal=deal).select_related("contact", "user", "recorded_by", "withdrawn_by", "no_answer_needed_by")
    said = said.filter(_before("at", WORDS, start)).order_by("-at", "-pk")[:size]
    return [Item(at=one.at, kind=WORDS, id=one.pk, said=one) for one in said]


def _moved(deal: Deal, start: tuple[datetime, str, int] | None, size: int) -> list[Item]:
    stages = _columns(
        StageChange.objects.filter(deal=deal), "stage", "at", start, was=Coalesce(F("from_stage__name"), _text("")), now=F("to_stage__name")
    )
    closes = _columns(CloseDateChange.objects.filter(deal=deal), "close", "at", start, was=_cast("old"), now=_cast("new"))
    signals = _columns(
        SignalEvent.objects.filter(signal__deal=deal),
        "signal",
        "at",
        start,
        was=F("kind"),
        now=F("note"),
        rule=F("signal__rule"),
        severity=F("severity"),
        facts=F("signal__facts"),
    )
    steps = _columns(
        NextStep.objects.filter(deal=deal),
        "step",
        "created_at",
        start,
        by=F("created_by__name"),
        was=_cast("due_at"),
        now=_cast("done"),
        what=F("what"),
    )
    rows = stages.union(closes, signals, steps, all=True).order_by("-moment_", "-kind_", "-id_")[:size]
    return [
        Item(at=at, kind=kind, id=pk, by=by or "", was=was or "", now=new or "", what=what or "", rule=rule or "", severity=severity, facts=facts)
        for at, kind, pk, by, was, new, what, rule, severity, facts in rows
    ]


def _columns(rows: QuerySet[Any], kind: str, at: str, start: tuple[datetime, str, int] | None, **given: Any) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows of one table in the shape that all four share."""
    named = {
        "by": F("by__name") if "by" not in given else given["by"],
        "was": given["was"],
        "now": given["now"],
        "what": given.get("what", _text("")),
        "rule": given.get("rule", _text("")),
        "severity": given.get("severity", Value(0, output_field=IntegerField())),
        "facts": given.get("facts", Value({}, output_field=JSONField())),
    }
    rows = rows.filter(_before(at, kind, start)).annotate(
        moment_=F(at),
        kind_=_text(kind),
        id_=F("pk"),
        **{f"{name}_": Cast(value, TextField()) if name in TEXTS else value for name, value in named.items()},
    )
    return rows.order_by().values_list("moment_", "kind_", "id_", *(f"{name}_" for name in named))


TEXTS = frozenset({"by", "was", "now", "what", "rule"})


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


def _cast(field: str) -> Coalesce:
    return Coalesce(Cast(F(field), TextField()), Value("", output_field=TextField()))


def _before(at: str, kind: str, start: tuple[datetime, str, int] | None) -> Q:
    """Lines of this kind that stand below the start: by moment, then kind, then number."""
    if start is None:
        return Q()
    moment, other, pk = start
    if kind == other:
        return Q(**{f"{at}__lt": moment}) | Q(**{at: moment, "pk__lt": pk})
    return Q(**{f"{at}__lte" if kind < other else f"{at}__lt": moment})


def _write(item: Item, later_word: datetime | None) -> str:
    return signing.Signer(salt="deals.timeline").sign_object([item.at.isoformat(), item.kind, item.id, later_word.isoformat() if later_word else ""])


def _read(token: str) -> tuple[tuple[datetime, str, int] | None, datetime | None]:
    """A token that is not ours gives the latest lines."""
    if not token:
        return None, None
    try:
        at, kind, pk, word = signing.Signer(salt="deals.timeline").unsign_object(token)
    except signing.BadSignature:
        return None, None
    return (datetime.fromisoformat(at), kind, pk), datetime.fromisoformat(word) if word else None


def silent_for(deal: Deal, *, clock: WorkingTime, now: datetime) -> timedelta | None:
    """Working time since the last contact; None where there was none."""
    return clock.between(deal.last_contact_at, now) if deal.last_contact_at is not None else None
