"""What an incoming event means against what is known of it (RFC 5546). Pure: the known state and the event give a decision.

The order is SEQUENCE, then DTSTAMP (RFC 5546, 2.1.5): what arrives late never overwrites what is newer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.domains import PUBLIC_MAIL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deals.intake.calendar.events import Answer, Event

NEVER = datetime(1900, 1, 1, tzinfo=UTC)
Version = tuple[int, datetime | None]


class Meaning(StrEnum):
    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    REPLY = "reply"
    # The other side proposes another time, or its proposal was declined; the meeting stays as it is.
    COUNTER = "counter"
    COUNTER_DECLINED = "counter_declined"
    # Somebody asks for the newest version.
    REFRESH = "refresh"
    SAME = "same"
    OLD = "old"
    # A cancellation or an answer for a meeting nobody here knows.
    UNKNOWN = "unknown"
    # Sent by somebody who does not organise the meeting: a person decides.
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a meeting, or of one occurrence of a series. Addresses in lower case.

    ``answers``: by address the version of the reply that was last taken; ``fingerprint``: that of the event it was made from.
    """

    sequence: int = 0
    stamp: datetime | None = None
    cancelled: bool = False
    organizer: str = ""
    fingerprint: str = ""
    answers: Mapping[str, Version] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """``invited`` is false for somebody who answers without having been asked."""

    address: str
    name: str
    answer: Answer
    comment: str
    invited: bool
    version: Version


@dataclass(frozen=True, slots=True)
class Decision:
    """``applies``: whether the meeting takes over what the event says. ``remember``: the version to store from now on.

    ``supersedes_single``: the whole series was changed, so changes of single occurrences with a lower sequence number are over.
    ``why``: one sentence where nothing is applied.
    """

    meaning: Meaning
    event: Event
    applies: bool
    remember: Version
    answers: tuple[Answered, ...] = ()
    supersedes_single: bool = False
    why: str = ""


def decide(event: Event, method: str, *, known: Known | None, series: Known | None = None, sender: str = "") -> Decision:
    """``method`` as the file says, '' for feeds and saved files. ``sender``: whose mail brought it, '' for a feed.

    ``known`` is the state of exactly what the event is about. For one occurrence that was never changed it is None,
    and ``series`` is the state of its series.
    """
    state = known or (series if event.recurrence_id is not None else None)
    if method == "REPLY":
        return _replied(event, state)
    if method in ("COUNTER", "DECLINECOUNTER", "REFRESH"):
        meanings = {"COUNTER": Meaning.COUNTER, "DECLINECOUNTER": Meaning.COUNTER_DECLINED, "REFRESH": Meaning.REFRESH}
        return _left(meanings[method] if state else Meaning.UNKNOWN, event, state, "" if state else _unknown())
    cancels = method == "CANCEL" or event.cancelled
    if state is None:
        found = Decision(Meaning.INVITATION, event, applies=True, remember=(event.sequence, event.stamp))
        return _left(Meaning.UNKNOWN, event, None, _unknown()) if cancels else found
    if _order(event.sequence, event.stamp) < _order(state.sequence, state.stamp):
        return _left(Meaning.OLD, event, state, _("A newer version of this meeting has been here before."))
    if sender and not _may_change(sender, state):
        words = {"sender": sender, "organizer": state.organizer}
        why = _("This was sent by %(sender)s, but %(organizer)s organises the meeting; look at it before it counts.") % words
        return _left(Meaning.DOUBTFUL, event, state, why)
    return _newest(event, known, state, cancels=cancels)


def _newest(event: Event, known: Known | None, state: Known, *, cancels: bool) -> Decision:
    """What is at least as new as what is known, from somebody who may say it."""
    remember = (event.sequence, event.stamp or state.stamp)
    whole = event.recurrence_id is None
    if cancels:
        if known is not None and known.cancelled:
            return Decision(Meaning.SAME, event, applies=False, remember=remember, why=_("The meeting was cancelled before."))
        return Decision(Meaning.CANCELLATION, event, applies=True, remember=remember, supersedes_single=whole)
    if known is not None and known.fingerprint and known.fingerprint == event.fingerprint:
        return Decision(Meaning.SAME, event, applies=False, remember=remember, why=_("Nothing has changed."))
    return Decision(Meaning.UPDATE, event, applies=True, remember=remember, supersedes_single=whole and event.sequence > state.sequence)


def _replied(event: Event, state: Known | None) -> Decision:
    """Each answer is ordered by itself; one to an earlier version of the meeting says nothing about this one."""
    if state is None:
        return _left(Meaning.UNKNOWN, event, None, _unknown())
    if event.sequence < state.sequence:
        return _left(Meaning.OLD, event, state, _("This answers an earlier version of the meeting."))
    answers = tuple(
        Answered(one.address, one.name, one.answer, event.comment, one.address in state.answers, (event.sequence, event.stamp))
        for one in event.attendees
        if one.address and _order(event.sequence, event.stamp) >= _order(*state.answers.get(one.address, (0, None)))
    )
    if not answers:
        why = _("A newer answer has been here before.") if event.attendees else _("The answer does not say whose it is.")
        return _left(Meaning.OLD if event.attendees else Meaning.UNKNOWN, event, state, why)
    return Decision(Meaning.REPLY, event, applies=True, remember=(state.sequence, state.stamp), answers=answers)


def _left(meaning: Meaning, event: Event, state: Known | None, why: str) -> Decision:
    remember = (state.sequence, state.stamp) if state else (event.sequence, event.stamp)
    return Decision(meaning, event, applies=False, remember=remember, why=why)


def _order(sequence: int, stamp: datetime | None) -> tuple[int, datetime]:
    return sequence, stamp or NEVER


def _may_change(sender: str, state: Known) -> bool:
    """The organizer, or somebody of their own domain: assistants and calendar servers send from there.

    Who a message says acts for them (SENT-BY) is its own word, so it counts for nothing. A meeting that nobody organises is
    changed in the calendar it stands in, by no mail.
    """
    return speaks_for(sender.strip().lower(), state.organizer)


def speaks_for(sender: str, address: str) -> bool:
    """Themselves, or a colleague; at a provider where anybody can have an address nobody is a colleague."""
    domain = address.rpartition("@")[2]
    return bool(address) and (sender == address or (domain not in PUBLIC_MAIL and sender.rpartition("@")[2] == domain))


def _unknown() -> str:
    return _("This is about a meeting that is not known here.")
