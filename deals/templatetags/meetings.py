"""Words of a meeting's own page, of the page behind a mail's link, and of the deal's panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.template.defaultfilters import date as date_filter
from django.utils import timezone
from django.utils.translation import gettext as _

from deals import meeting_words
from deals.meeting_html import hours_html, lines_html
from deals.models import Interaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.utils.safestring import SafeString

    from deals.meetings_on import Line
    from deals.models import Meeting

register = template.Library()

Outcome = Interaction.Outcome


@register.filter
def meeting_span(said: Interaction) -> str:
    """``Wed 11 March, 15:00–15:30``."""
    return meeting_words.span(said.at, said.ends_at)


@register.filter
def meeting_title(said: Interaction) -> str:
    """Its title, else with whom it was."""
    return meeting_words.title(said)


@register.simple_tag
def meeting_lines(lines: Iterable[Line], before: bool) -> SafeString:
    """The lines of the deal's panel."""
    return lines_html(lines, before=before, now=timezone.now())


@register.filter
def meeting_hours(told: Meeting) -> SafeString:
    """When a calendar has it."""
    return hours_html(told.starts_at, told.ends_at, is_all_day=told.is_all_day)


@register.filter
def is_over(value: datetime) -> bool:
    """Has the moment come?"""
    return value <= timezone.now()


@register.filter
def answer_words(outcome: str) -> str:
    return meeting_words.answer(outcome)


@register.filter
def lowered(words: str) -> str:
    """For the middle of a sentence."""
    return meeting_words.lowered(words)


@register.filter
def outcome_chip(outcome: str) -> str:
    """The style of the chip that says how it went."""
    return meeting_words.chip(outcome)


@register.filter
def clock_time(value: Any) -> str:
    """What stands in a time field: a time as browsers write it, or what somebody typed."""
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value or "")


@register.filter
def why_not_asked(said: Interaction) -> str:
    """Why there is nothing to answer any more."""
    if said.withdrawn_at is not None:
        return _("This meeting was taken back meanwhile.")
    if said.outcome == Outcome.PLANNED:
        return _("It was moved since this mail was written: it is planned for %(when)s.") % {"when": meeting_span(said)}
    return said_by(said)


@register.filter
def said_by(said: Interaction) -> str:
    """``Olaf Owner said at 16:04: it was held.``; the calendar where it was nobody."""
    words = {"answer": lowered(meeting_words.answer(said.outcome)), "when": _when(said.outcome_said_at)}
    if said.outcome_said_by is not None:
        return _("%(name)s said %(when)s: %(answer)s.") % {**words, "name": said.outcome_said_by.name}
    if said.outcome_said_at is not None:
        return _("The calendar said %(when)s: %(answer)s.") % words
    return _("It is recorded: %(answer)s.") % words


def _when(value: datetime | None) -> str:
    return date_filter(timezone.localtime(value), "j F, H:i") if value is not None else ""
