"""Duties about meetings, as Today has them: how it went, an apology and a new date. From the facts of their signal alone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from deals import meeting_words
from deals.meeting_acts import OFF, OVER
from deals.meeting_forms import ApologyForm, new_date_of
from deals.models import Interaction
from deals.today import words
from deals.today.acts import Act
from deals.today.kinds import HOW_IT_WENT, MAKE_GOOD

if TYPE_CHECKING:
    from django import forms

    from deals.today.rows import Row
    from deals.today.sources import Found

Outcome = Interaction.Outcome
APOLOGY, WHEN = ApologyForm.asks, "when"


def facts_of(found: Found) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(found.facts or "{}")
    return facts


def acts(found: Found) -> list[Act]:
    """The obvious ones first; those that settle the duty alone."""
    facts = facts_of(found)
    page = Act(_("Open the meeting"), "calendar-clock", href=reverse("meeting-said", args=[facts["meeting"]]))
    if found.kind == HOW_IT_WENT:
        said = reverse("meeting-said", args=[facts["meeting"]])
        one_click = [Act(meeting_words.answer(one), "", post=said, name="outcome", value=one.value) for one in (*OVER, *OFF)]
        return [*one_click, Act(meeting_words.answer(Outcome.MOVED), "calendar-clock", opens=True, asks=WHEN), page]
    new_date = Act(_("New date"), "calendar-plus", opens=True, asks=WHEN)
    if found.kind != MAKE_GOOD:
        return [new_date, page]
    owed = [] if facts["apologised"] else [Act(_("Record the apology"), "check", opens=True, asks=APOLOGY)]
    return [*owed, *([] if facts["dated"] else [new_date]), page]


def in_words(found: Found, midnight: datetime) -> tuple[str, str]:
    """What leads the row, and what stands below it: which meeting, and by when what is owed."""
    facts = facts_of(found)
    who = facts.get("contact") or facts.get("account") or _("the customer")
    when = meeting_words.span(datetime.fromisoformat(facts["starts"]), datetime.fromisoformat(facts["ends"]))
    about = " · ".join(part for part in (when, f"“{facts['subject']}”" if facts.get("subject") else "") if part)
    if found.kind == HOW_IT_WENT:
        return _("How did it go with %(who)s?") % {"who": who}, about
    if found.kind == MAKE_GOOD:
        return _made_good(facts, who), " ".join([_("We were not there: %(meeting)s.") % {"meeting": about}, *_due(facts, midnight)])
    off = _("They were not there: %(meeting)s.") if facts.get("outcome") == Outcome.MISSED_BY_THEM else _("They called it off: %(meeting)s.")
    return _("Agree on a new date with %(who)s") % {"who": who}, off % {"meeting": about}


def _made_good(facts: dict[str, Any], who: str) -> str:
    if facts["apologised"]:
        return _("Agree on a new date with %(who)s") % {"who": who}
    return (_("Apologise to %(who)s") if facts["dated"] else _("Apologise to %(who)s and offer a new date")) % {"who": who}


def _due(facts: dict[str, Any], midnight: datetime) -> list[str]:
    """Both due moments, as far as both are owed. ``due``: of the tasks that came with the signal."""
    due = facts.get("due") or {}
    named = (("apologise", _("The apology is %(due)s.")), ("rebook", _("The new date is %(due)s.")))
    return [said % {"due": _by(datetime.fromisoformat(due[kind]), midnight)} for kind, said in named if kind in due]


def _by(moment: datetime, midnight: datetime) -> str:
    return _("overdue %(since)s") % {"since": words.since(moment, midnight)} if moment <= midnight else words.due(moment, midnight)


def form_of(row: Row, asks: str, now: datetime) -> forms.Form:
    """What the row opens: the apology's one field, or when instead."""
    if row.kind == MAKE_GOOD and asks != WHEN and not facts_of(row.found)["apologised"]:
        return ApologyForm()
    return new_date_of(Interaction.objects.get(pk=facts_of(row.found)["meeting"]), now)
