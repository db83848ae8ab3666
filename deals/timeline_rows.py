"""The lines of a deal's timeline as the database has them: what was said, and what moved. A query each, planned once."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    IntegerField,
    JSONField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from accounts.prepared import Given, prepare
from deals.models import CloseDateChange, Handoff, Interaction, MailMessage, NextStep, RiskSignal, SignalEvent, StageChange
from deals.said import Said, as_said

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from accounts.prepared import Statement

# A line by its moment, kind and number; None: above the latest.
Start = tuple[datetime, str, int] | None
DEAL = Given("deal")
WORDS = "words"
# What a mail server says of a message of ours: no word of anybody's.
RETURNED = [MailMessage.Kind.BOUNCE, MailMessage.Kind.DELAY_NOTICE, MailMessage.Kind.FEEDBACK_REPORT]


def words_below(start: Start, *, deal_id: int, size: int) -> list[Said]:
    """The latest ``size`` of what was said on the deal."""
    return [Said(*row) for row in _rows(_words, start, deal_id, size)]


def moves_below(start: Start, *, deal_id: int, size: int) -> list[tuple[Any, ...]]:
    """The latest ``size`` of all else, as (moment, kind, number, by, was, now, what, rule, severity, facts)."""
    return _rows(_moves, start, deal_id, size)


def _rows(ask: Callable[[str, int], QuerySet[Any, Any]], start: Start, deal_id: int, size: int) -> list[tuple[Any, ...]]:
    if start is None:
        return _prepared(ask, "", size).rows(deal=deal_id)
    moment, other, number = start
    return _prepared(ask, other, size).rows(deal=deal_id, moment=moment, number=number)


@cache
def _prepared(ask: Callable[[str, int], QuerySet[Any, Any]], other: str, size: int) -> Statement:
    """Each of the two queries, for the latest lines and for those below a line of each kind."""
    return prepare(ask(other, size), planned=True)


def _words(other: str, size: int) -> QuerySet[Any, Any]:
    said = Interaction.objects.filter(_before("at", WORDS, other), deal_id=DEAL).order_by("-at", "-pk")
    return as_said(said)[:size]


def _moves(other: str, size: int) -> QuerySet[Any, Any]:
    stages = _columns(
        StageChange.objects.filter(deal_id=DEAL),
        "stage",
        "at",
        other,
        was=Coalesce(F("from_stage__name"), _text("")),
        now=F("to_stage__name"),
        what=Case(When(rearranged=True, then=_text("retired")), default=_text("")),
    )
    closes = _columns(CloseDateChange.objects.filter(deal_id=DEAL), "close", "at", other, was=_cast("old"), now=_cast("new"))
    signals = _columns(
        SignalEvent.objects.filter(signal__deal_id=DEAL).exclude(kind=SignalEvent.Kind.CLIMBED),
        "signal",
        "at",
        other,
        was=F("kind"),
        now=F("note"),
        rule=F("signal__rule"),
        severity=F("severity"),
        facts=F("signal__facts"),
    )
    steps = _columns(
        NextStep.objects.filter(deal_id=DEAL),
        "step",
        "created_at",
        other,
        by=F("created_by__name"),
        was=_cast("due_at"),
        now=_cast("done"),
        what=F("what"),
    )
    returned = _columns(
        MailMessage.objects.filter(deal_id=DEAL, kind__in=RETURNED, interaction__isnull=True),
        "mail",
        "sent_at",
        other,
        by=_text(""),
        was=F("kind"),
        now=F("subject"),
        what=F("text"),
    )
    # What we said for a meeting we missed: ``was`` is when that was.
    apologies = _columns(
        Interaction.objects.filter(deal_id=DEAL, kind=Interaction.Kind.MEETING, apologised_at__isnull=False),
        "apology",
        "apologised_at",
        other,
        by=F("apologised_by__name"),
        was=_cast("at"),
        now=_text(""),
        what=F("apology"),
    )
    return stages.union(closes, signals, steps, returned, apologies, _climbs(other), *_handoffs(other), all=True).order_by(
        "-moment_", "-kind_", "-id_"
    )[:size]


def _handoffs(other: str) -> list[QuerySet[Any, tuple[Any, ...]]]:
    """Each offer is a line, and so is its end: ``now`` is to whom, ``what`` the brief, or why it ended."""
    made = Handoff.objects.filter(deal_id=DEAL)
    to = F("receiver__name")
    offered = _columns(made, "handoff", "offered_at", other, by=F("offered_by__name"), was=_text(Handoff.State.OFFERED), now=to, what=F("brief"))
    ended = made.filter(ended_at__isnull=False)
    return [offered, _columns(ended, "handoff-end", "ended_at", other, by=F("ended_by__name"), was=F("state"), now=to, what=F("reason"))]


def _climbs(other: str) -> QuerySet[Any, tuple[Any, ...]]:
    """Climbs of one signal with nothing said between them are one line, at the last of them, however many they were.

    ``facts`` says how many (``times``), since when, and whether they are the signal's latest; ``what`` names all who were
    told of the signal.
    """
    # The next word after it is the same for all climbs of a run; counting the words after each would read them all each time.
    later = Interaction.objects.filter(deal_id=DEAL, at__gt=OuterRef("at"), is_human=True, withdrawn_at__isnull=True)
    told = RiskSignal.objects.filter(pk=OuterRef("signal_id")).annotate(names=StringAgg("told__name", ", ", order_by="told__name"))
    runs = (
        SignalEvent.objects.filter(signal__deal_id=DEAL, kind=SignalEvent.Kind.CLIMBED)
        .annotate(next_word=Subquery(later.order_by("at", "pk").values("at")[:1]))
        .values("signal_id", "next_word", "signal__rule", "signal__level")
        .annotate(last=Max("at"), last_id=Max("pk"), first=Min("at"), times=Count("pk"), worst=Max("severity"), top=Max("level"))
    )
    return _columns(
        runs,
        "signal",
        "last",
        other,
        pk="last_id",
        by=_text(""),
        was=_text(SignalEvent.Kind.CLIMBED),
        now=_text(""),
        what=Coalesce(Subquery(told.values("names")), _text("")),
        rule=F("signal__rule"),
        severity=F("worst"),
        facts=JSONObject(times=F("times"), since=F("first"), level=F("top"), level_now=F("signal__level")),
    )


def _columns(rows: QuerySet[Any, Any], kind: str, at: str, other: str, *, pk: str = "pk", **given: Any) -> QuerySet[Any, tuple[Any, ...]]:
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
    rows = rows.filter(_before(at, kind, other, pk=pk)).annotate(
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


def _before(at: str, kind: str, other: str, *, pk: str = "pk") -> Q:
    """Lines of this kind that stand below a line of the ``other`` kind: by moment, then kind, then number. All of them below none."""
    if not other:
        return Q()
    moment, number = Given("moment", DateTimeField()), Given("number", BigIntegerField())
    if kind == other:
        return Q(**{f"{at}__lt": moment}) | Q(**{at: moment, f"{pk}__lt": number})
    return Q(**{f"{at}__lte" if kind < other else f"{at}__lt": moment})
