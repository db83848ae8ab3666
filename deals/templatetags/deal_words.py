"""Words of the deal's page: what was said, what moved, what became of a signal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import Interaction
from deals.risk.sentences import RULE_NAMES, rule_name, say
from deals.templatetags.words import day, money, spelled

if TYPE_CHECKING:
    from deals.said import Said
    from deals.timeline import Item

register = template.Library()

Kind, Outcome, Direction = Interaction.Kind, Interaction.Outcome, Interaction.Direction
KIND_ICONS = {Kind.EMAIL: "mail", Kind.CALL: "phone", Kind.VOICEMAIL: "voicemail", Kind.MEETING: "calendar", Kind.NOTE: "sticky-note"}
OUTCOMES = {
    (Kind.CALL, Outcome.CONNECTED): gettext_lazy("Call"),
    (Kind.CALL, Outcome.NO_ANSWER): gettext_lazy("Call, no answer"),
    (Kind.MEETING, Outcome.PLANNED): gettext_lazy("Meeting planned"),
    (Kind.MEETING, Outcome.HELD): gettext_lazy("Meeting held"),
    (Kind.MEETING, Outcome.MISSED_BY_US): gettext_lazy("Meeting missed by us"),
    (Kind.MEETING, Outcome.MISSED_BY_THEM): gettext_lazy("Meeting missed by them"),
    (Kind.MEETING, Outcome.CANCELLED_BY_US): gettext_lazy("Meeting called off by us"),
    (Kind.MEETING, Outcome.CANCELLED_BY_THEM): gettext_lazy("Meeting called off by them"),
    (Kind.MEETING, Outcome.CANCELLED): gettext_lazy("Meeting cancelled"),
    (Kind.MEETING, Outcome.MOVED): gettext_lazy("Meeting moved to another time"),
}
PREVIEW = 180
EVENTS = {
    "raised": gettext_lazy("%(what)s"),
    "worsened": gettext_lazy("Got worse: %(what)s"),
    "climbed": gettext_lazy("Climbed one step: %(rule)s"),
    "taken": gettext_lazy("Taken: %(rule)s"),
    "untaken": gettext_lazy("No longer taken: %(rule)s"),
    "parked": gettext_lazy("Parked: %(rule)s"),
    "unparked": gettext_lazy("Back from parking: %(rule)s"),
    "cleared": gettext_lazy("Settled: %(rule)s"),
}


@register.filter
def passed(value: datetime) -> bool:
    """Is the moment over?"""
    return value <= timezone.now()


@register.filter
def kind_icon(kind: str) -> str:
    """The icon of a kind of interaction."""
    return KIND_ICONS.get(Kind(kind), "circle-dot")


@register.filter
def said_icon(said: Said | Interaction) -> str:
    """Mail as an arrow of its direction, a call nobody took as a missed one, the rest by kind."""
    if said.kind == Kind.EMAIL:
        return "arrow-down-left" if said.direction == Direction.IN else "arrow-up-right"
    if said.kind == Kind.CALL and said.outcome == Outcome.NO_ANSWER:
        return "phone-missed"
    return kind_icon(said.kind)


@register.filter
def said_kind(said: Said | Interaction) -> str:
    """``Mail``, ``Call, no answer``, ``Meeting held``."""
    return str(OUTCOMES.get((Kind(said.kind), Outcome(said.outcome))) or Kind(said.kind).label)


@register.filter
def needs_fold(body: str) -> bool:
    """Is it longer than a timeline shows at a glance: more than one paragraph, or many words?"""
    return len(body) > PREVIEW or "\n" in body.strip()


@register.filter
def preview(body: str) -> str:
    """The first words in one paragraph."""
    return Truncator(" ".join(body.split())).chars(PREVIEW)


@register.filter
def iso_day(value: str) -> str:
    """A date or moment written as text by the database, as a day: ``30 April``."""
    moment = parse_datetime(value)
    return day(moment if moment is not None and len(value) > 10 else parse_date(value[:10]))


@register.filter
def event_words(item: Item) -> str:
    """What became of a signal, in words."""
    name = rule_name(item.rule)
    if item.was == "climbed" and (item.facts or {}).get("times", 1) > 1:
        return _climbed(item, name)
    what = say(item.rule, item.facts or {}) if item.was in ("raised", "worsened") and item.rule in RULE_NAMES else name
    return str(EVENTS.get(item.was, gettext_lazy("%(rule)s"))) % {"rule": name, "what": what}


def _climbed(item: Item, name: str) -> str:
    """A run of climbs as one line; whom it was told to is known of the signal's latest run alone."""
    facts = item.facts or {}
    words = _("Climbed %(n)s times since %(day)s: %(rule)s.") % {"n": spelled(facts["times"]), "day": iso_day(facts["since"]), "rule": name}
    latest = facts["level"] == facts["level_now"]
    return words + (" " + _("Told: %(names)s.") % {"names": item.what} if latest and item.what else "")


@register.filter
def fact(value: Any) -> str:
    """One value of a deal's history."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, Decimal):
        return money(value)
    if isinstance(value, date):
        return day(value)
    return str(value)
