"""One line of time for a deal: what was said, and what moved beside it. Two queries a page, whatever happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import StringAgg
from django.core import signing
from django.db.models import Case, CharField, Count, F, IntegerField, JSONField, Max, Min, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, JSONObject

from deals.models import CloseDateChange, Interaction, NextStep, RiskSignal, SignalEvent, StageChange
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
WORDS, SILENCE_LINE = "words", "silence"


@dataclass(frozen=True, slots=True)
class Item:
    """One line. ``kind``: words, stage, close, signal or step; or silence, with its working days without a word."""

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
    said = _said(deal, start, size + 1)
    items = sorted([*said, *_moved(deal, start, size + 1)], key=lambda item: item.rank, reverse=True)
    shown, more = items[:size], len(items) > size
    if start is None and deal.is_watched:
        later_word = now
        shown = _with_waiting(shown)
    silences, later_word = _silences(said, {item.id for item in shown if item.kind == WORDS}, later_word, clock)
    return Timeline(items=_with_silences(shown, silences, now), earlier=_write(shown[-1], later_word) if more else "")


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


def _said(deal: Deal, start: tuple[datetime, str, int] | None, size: int) -> list[Item]:
    said = Interaction.objects.filter(deal=deal).select_related("contact", "user", "recorded_by", "withdrawn_by", "no_answer_needed_by")
    said = said.filter(_before("at", WORDS, start)).order_by("-at", "-pk")[:size]
    return [Item(at=one.at, kind=WORDS, id=one.pk, said=one) for one in said]


def _moved(deal: Deal, start: tuple[datetime, str, int] | None, size: int) -> list[Item]:
    stages = _columns(
        StageChange.objects.filter(deal=deal),
        "stage",
        "at",
        start,
        was=Coalesce(F("from_stage__name"), _text("")),
        now=F("to_stage__name"),
        what=Case(When(rearranged=True, then=_text("retired")), default=_text("")),
    )
    closes = _columns(CloseDateChange.objects.filter(deal=deal), "close", "at", start, was=_cast("old"), now=_cast("new"))
    signals = _columns(
        SignalEvent.objects.filter(signal__deal=deal).exclude(kind=SignalEvent.Kind.CLIMBED),
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
    rows = stages.union(closes, signals, steps, _climbs(deal, start), all=True).order_by("-moment_", "-kind_", "-id_")[:size]
    return [
        Item(at=at, kind=kind, id=pk, by=by or "", was=was or "", now=new or "", what=what or "", rule=rule or "", severity=severity, facts=facts)
        for at, kind, pk, by, was, new, what, rule, severity, facts in rows
    ]


def _climbs(deal: Deal, start: tuple[datetime, str, int] | None) -> QuerySet[Any, tuple[Any, ...]]:
    """Climbs of one signal with nothing said between them are one line, at the last of them, however many they were.

    ``facts`` says how many (``times``), since when, and whether they are the signal's latest; ``what`` names all who were
    told of the signal.
    """
    later = Interaction.objects.filter(deal=deal, at__gt=OuterRef("at"), is_human=True, withdrawn_at__isnull=True)
    told = RiskSignal.objects.filter(pk=OuterRef("signal_id")).annotate(names=StringAgg("told__name", ", ", order_by="told__name"))
    runs = (
        SignalEvent.objects.filter(signal__deal=deal, kind=SignalEvent.Kind.CLIMBED)
        .annotate(said_later=Coalesce(Subquery(later.order_by().values("deal").annotate(n=Count("pk")).values("n")), 0))
        .values("signal_id", "said_later", "signal__rule", "signal__level")
        .annotate(last=Max("at"), last_id=Max("pk"), first=Min("at"), times=Count("pk"), worst=Max("severity"), top=Max("level"))
    )
    return _columns(
        runs,
        "signal",
        "last",
        start,
        pk="last_id",
        by=_text(""),
        was=_text(SignalEvent.Kind.CLIMBED),
        now=_text(""),
        what=Coalesce(Subquery(told.values("names")), _text("")),
        rule=F("signal__rule"),
        severity=F("worst"),
        facts=JSONObject(times=F("times"), since=F("first"), level=F("top"), level_now=F("signal__level")),
    )


def _columns(
    rows: QuerySet[Any, Any], kind: str, at: str, start: tuple[datetime, str, int] | None, *, pk: str = "pk", **given: Any
) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows of one table, or runs of them, in the shape that all share."""
    named = {
        "by": F("by__name") if "by" not in given else given["by"],
        "was": given["was"],
        "now": given["now"],
        "what": given.get("what", _text("")),
        "rule": given.get("rule", _text("")),
        "severity": given.get("severity", Value(0, output_field=IntegerField())),
        "facts": given.get("facts", Value({}, output_field=JSONField())),
    }
    rows = rows.filter(_before(at, kind, start, pk=pk)).annotate(
        moment_=F(at),
        kind_=_text(kind),
        id_=F(pk),
        **{f"{name}_": Cast(value, TextField()) if name in TEXTS else value for name, value in named.items()},
    )
    return rows.order_by().values_list("moment_", "kind_", "id_", *(f"{name}_" for name in named))


TEXTS = frozenset({"by", "was", "now", "what", "rule"})


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


def _cast(field: str) -> Coalesce:
    return Coalesce(Cast(F(field), TextField()), Value("", output_field=TextField()))


def _before(at: str, kind: str, start: tuple[datetime, str, int] | None, *, pk: str = "pk") -> Q:
    """Lines of this kind that stand below the start: by moment, then kind, then number."""
    if start is None:
        return Q()
    moment, other, number = start
    if kind == other:
        return Q(**{f"{at}__lt": moment}) | Q(**{at: moment, f"{pk}__lt": number})
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
