"""How a meeting went: said by a person, corrected by a person, and taken back by whoever said it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import Interaction
from deals.services.meetings.holding import hold, settle
from deals.services.reopening import put_back_signals

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

Outcome = Interaction.Outcome
# What a person may say. That it moved is said with the new time: :func:`deals.services.meetings.move_meeting`.
SAYABLE = (Outcome.HELD, Outcome.MISSED_BY_US, Outcome.MISSED_BY_THEM, *Interaction.CALLED_OFF)
NEEDS_TO_HAVE_BEGUN = frozenset({Outcome.HELD, Outcome.MISSED_BY_US, Outcome.MISSED_BY_THEM})
LONGEST_NOTE = 20_000
FIELDS = ["outcome", "outcome_said_at", "outcome_said_by", "ends_at", "body", "apologised_at", "apologised_by", "apology"]


@dataclass(frozen=True, slots=True)
class Before:
    """What was said of a meeting before, as an undo needs it: all of it plain values.

    ``words``: how long its words were; ``words_then``: how long with what was said, so that what was added later stays.
    """

    outcome: str
    said_at: datetime | None
    said_by_id: int | None
    ends_at: datetime | None
    words: int
    words_then: int | None = None

    @classmethod
    def of(cls, meeting: Interaction) -> Before:
        return cls(meeting.outcome, meeting.outcome_said_at, meeting.outcome_said_by_id, meeting.ends_at, len(meeting.body))


@transaction.atomic
def say_outcome(
    *, meeting: Interaction, outcome: str, by: User, now: datetime, note: str = "", first: bool = False, without_apology: bool = False
) -> Interaction:
    """A person says how it went. Said again, only a new ``note`` is added; said otherwise, it corrects what was said before.

    ``first``: only where nobody has said it yet, for a click on a page or in a mail that may be old by now.
    ``without_apology``: an apology recorded on it may go with the correction; otherwise that is refused.
    Refused before it began, where it must have begun; for a meeting that was moved or taken back. A meeting that was
    held ended now at the latest.
    """
    if outcome not in SAYABLE:
        raise Refused(_("Say how it went."))
    note = note.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise Refused(_("Say it in at most %(most)s characters.") % {"most": LONGEST_NOTE})
    meeting = hold(meeting)
    if meeting.outcome == outcome and meeting.outcome_said_by_id is not None:
        _add_words(meeting, note)
        meeting.save(update_fields=["body"])
        return meeting
    if meeting.outcome == Outcome.MOVED:
        raise Refused(_("This meeting was moved. Say how it went at its new time."))
    if first and meeting.outcome not in (Outcome.PLANNED, outcome):
        raise Refused(_was_said(meeting))
    if outcome in NEEDS_TO_HAVE_BEGUN and meeting.at > now:
        raise Refused(_("It has not begun yet. Say how it went once it is over, or that it was called off."))
    if meeting.apologised_at is not None and outcome != Outcome.MISSED_BY_US:
        if not without_apology:
            raise Refused(_("An apology is recorded on this meeting. Say that it may go, or take it back first."))
        meeting.apologised_at, meeting.apologised_by, meeting.apology = None, None, ""
    meeting.outcome, meeting.outcome_said_at, meeting.outcome_said_by = outcome, now, by
    if outcome == Outcome.HELD and meeting.ends_at is not None and meeting.ends_at > now:
        meeting.ends_at = now
    _add_words(meeting, note)
    meeting.save(update_fields=FIELDS)
    settle(meeting, now)
    return meeting


@transaction.atomic
def take_back_outcome(*, meeting: Interaction, before: Before, said_at: datetime, by: User, now: datetime) -> Interaction:
    """Said by mistake: what was known before stands again, and what it settled is open as before.

    Refused once somebody has said otherwise, or an apology stands on it. ``said_at``: when what is taken back was said.
    """
    meeting = hold(meeting)
    if meeting.outcome_said_at != said_at or meeting.outcome_said_by_id != by.pk:
        raise Refused(_("Something else was said of this meeting since. Open it and put it right there."))
    if meeting.apologised_at is not None and before.outcome != Outcome.MISSED_BY_US:
        raise Refused(_("An apology is recorded on this meeting by now. Take that back first."))
    meeting.outcome, meeting.outcome_said_at, meeting.ends_at = before.outcome, before.said_at, before.ends_at
    meeting.outcome_said_by_id = before.said_by_id
    added_later = meeting.body[before.words_then :] if before.words_then is not None else ""
    meeting.body = (meeting.body[: before.words] + added_later).removeprefix("\n\n")
    meeting.save(update_fields=FIELDS)
    if meeting.deal_id is not None:
        put_back_signals(deal_id=meeting.deal_id, settled_at=said_at, now=now)
    settle(meeting, now)
    return meeting


def _add_words(meeting: Interaction, words: str) -> None:
    """Below what stands there; a form that is sent twice says it once."""
    if words and f"\n\n{meeting.body}".endswith(f"\n\n{words}"):
        return
    meeting.body = "\n\n".join(part for part in (meeting.body, words) if part)


def _was_said(meeting: Interaction) -> str:
    words = {"outcome": meeting.get_outcome_display(), "name": meeting.outcome_said_by.name if meeting.outcome_said_by else ""}
    if meeting.outcome_said_by is not None:
        return _("%(name)s has said it already: “%(outcome)s”. Open the meeting to correct that.") % words
    return _("The calendar has said it already: “%(outcome)s”. Open the meeting to correct that.") % words
