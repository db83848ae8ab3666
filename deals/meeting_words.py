"""When a meeting is and how it went, in plain words for notices, mails and pages, on the clock of the active time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.defaultfilters import date as date_filter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import Interaction

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

Outcome = Interaction.Outcome
# As somebody says it, on a button.
ANSWERS: dict[str, _StrPromise] = {
    Outcome.HELD: gettext_lazy("It was held"),
    Outcome.MISSED_BY_THEM: gettext_lazy("They were not there"),
    Outcome.MISSED_BY_US: gettext_lazy("We were not there"),
    Outcome.CANCELLED_BY_THEM: gettext_lazy("They called it off"),
    Outcome.CANCELLED_BY_US: gettext_lazy("We called it off"),
    Outcome.CANCELLED: gettext_lazy("Called off"),
    Outcome.MOVED: gettext_lazy("It was moved"),
}
CHIPS = {
    Outcome.HELD: "good", Outcome.MISSED_BY_US: "high", Outcome.MISSED_BY_THEM: "medium", Outcome.CANCELLED_BY_THEM: "medium",
    Outcome.CANCELLED_BY_US: "medium", Outcome.CANCELLED: "medium",
}  # fmt: skip


def span(starts_at: datetime, ends_at: datetime | None) -> str:
    """``Wed 11 March, 15:00–15:30``; with both days where it goes over midnight."""
    start = timezone.localtime(starts_at)
    words = date_filter(start, "D j F, H:i")
    if ends_at is None or ends_at == starts_at:
        return words
    end = timezone.localtime(ends_at)
    return words + (f"–{end:%H:%M}" if end.date() == start.date() else f" – {date_filter(end, 'D j F, H:i')}")


def title(meeting: Interaction) -> str:
    """What it is called, else with whom it is."""
    return titled(meeting.subject, meeting.contact.name if not meeting.subject and meeting.contact is not None else None)


def titled(subject: str, contact: str | None) -> str:
    """The same by its subject and the name of whom of theirs it is with."""
    if subject:
        return subject
    return _("Meeting with %(name)s") % {"name": contact} if contact is not None else _("Meeting")


def chip(outcome: str) -> str:
    """The style of the chip that says how it went."""
    return CHIPS.get(Outcome(outcome), "outline")


def lowered(words: str) -> str:
    """For the middle of a sentence."""
    return words[:1].lower() + words[1:]


def answer(outcome: str) -> str:
    """``It was held``; ``Planned`` where nobody has said anything yet."""
    return str(ANSWERS.get(outcome, _("Planned")))
