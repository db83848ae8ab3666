"""The meetings of a deal's page as HTML, a line each. A page has up to eight, and a template takes ten times as long for the same line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.addresses import address
from deals.meeting_words import answer, chip, lowered, span
from deals.meetings_on import Said
from deals.models import Interaction, Meeting, MeetingAttendee
from deals.templatetags.words import clock, day, icon, moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from deals.meetings_on import Line, Told

Outcome = Interaction.Outcome


def lines_html(lines: Iterable[Line], *, before: bool, now: datetime) -> SafeString:
    """``before``: those that are over, of which it may not be known yet how they went."""
    return SafeString("".join(_line(one, before, now) for one in lines))


def _line(line: Line, before: bool, now: datetime) -> str:
    said, told = line.said, line.told
    url = address("meeting-said", said.pk) if said is not None else address("meeting", told.pk if told is not None else 0)
    title = f'<a class="strong" href="{url}">{escape(line.title or _("Meeting"))}</a>'
    asks = before and said is not None and said.outcome == Outcome.PLANNED and said.at <= now
    how = f'<a class="link small" href="{url}">{escape(_("How did it go?"))}</a>' if asks else ""
    return (
        f'<div class="line meeting{" dim" if before else ""}"><span class="dot{_dot(said)}">{icon("calendar-clock")}</span>'
        f'<div>{title}{_chip(said, told)}<div class="small dim">{_when(line.timed_by)}{_following(line.following)}</div>'
        f"{_who(said, told)}{_outcome(said) if said is not None else ''}{how}</div><span></span></div>\n"
    )


def _dot(said: Said | None) -> str:
    if said is None:
        return ""
    if said.outcome == Outcome.MISSED_BY_US and said.apologised_at is None:
        return " warn"
    return " good" if said.outcome == Outcome.HELD else ""


def _chip(said: Said | None, told: Told | None) -> str:
    if said is not None and said.outcome != Outcome.PLANNED:
        return f' <span class="chip {chip(said.outcome)}">{escape(lowered(answer(said.outcome)))}</span>'
    if told is not None and told.status == Meeting.Status.TENTATIVE:
        return f' <span class="chip outline">{escape(_("not sure yet"))}</span>'
    if told is not None and told.status == Meeting.Status.CANCELLED:
        return f' <span class="chip medium">{escape(_("cancelled"))}</span>'
    return ""


def _when(timed_by: Said | Told) -> str:
    """As a person has said it; else as the calendar has it."""
    if isinstance(timed_by, Said):
        return escape(span(timed_by.at, timed_by.ends_at))
    return f"{hours_html(timed_by.starts_at, timed_by.ends_at, is_all_day=timed_by.is_all_day)}\n"


def hours_html(starts_at: datetime, ends_at: datetime, *, is_all_day: bool) -> SafeString:
    """When a calendar has it: from when to when, or all day."""
    if is_all_day:
        return SafeString(f"{escape(day(starts_at))}, {escape(_('all day'))}")
    return SafeString(f"{conditional_escape(moment(starts_at))}–{escape(clock(ends_at))}")


def _following(number: int) -> str:
    if not number:
        return ""
    words = ngettext("then once more", "then %(n)s times more within half a year", number) % {"n": number}
    return f", {escape(words)}"


def _who(said: Said | None, told: Told | None) -> str:
    if told is None:
        return _small(escape(said.contact)) if said is not None and said.contact and said.subject else ""
    place = f'<div class="xs dim place">{escape(told.place)}</div>' if told.place else ""
    return place + _small(", ".join(escape(name) + _answer(answered) for name, answered in told.people))


def _answer(answered: str) -> str:
    if answered == MeetingAttendee.Answer.DECLINED:
        return f" ({escape(_('does not come'))})"
    return f" ({escape(_('perhaps'))})" if answered == MeetingAttendee.Answer.TENTATIVE else ""


def _outcome(said: Said) -> str:
    """Who said how it went, who apologised, and of which one it is the new date."""
    parts = []
    if said.outcome != Outcome.PLANNED and said.outcome_said_at is not None:
        words = _("%(name)s said so, %(when)s") if said.outcome_said_by else _("the calendar said so, %(when)s")
        parts.append(_by(words, said.outcome_said_by, said.outcome_said_at))
    if said.apologised_at is not None:
        words = _("%(name)s apologised, %(when)s") if said.apologised_by else _("we apologised, %(when)s")
        parts.append(_by(words, said.apologised_by, said.apologised_at))
    if said.follows_at is not None:
        parts.append(escape(_("the new date for %(when)s") % {"when": day(said.follows_at)}))
    return "".join(map(_small, parts))


def _by(words: str, name: str | None, at: datetime) -> str:
    return escape(words) % {"name": escape(name or ""), "when": conditional_escape(moment(at))}


def _small(html: str) -> str:
    return f'<div class="xs dim">{html}</div>'
