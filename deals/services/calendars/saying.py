"""What one event changes of an entry: the pure decision (deals.intake.calendar.changes) brought into the row's fields."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from deals.intake.calendar.changes import Known, Meaning, decide, speaks_for
from deals.intake.calendar.cutting import key_of

if TYPE_CHECKING:
    from deals.intake.calendar.changes import Decision, Version
    from deals.intake.calendar.cutting import Piece
    from deals.models import CalendarEntry

LONGEST_NAME = 200


def say(entry: CalendarEntry, piece: Piece, *, method: str, sender: str, by: str = "") -> Decision:
    """Bring what the event says into ``entry``, which is not saved. ``sender``: whose mail it came by, '' for a feed or a file.

    ``by``: whose word it is, where a person says that it counts although somebody else organises the meeting.
    """
    event = piece.event
    key = key_of(event)
    decision = decide(event, method, known=known(entry, key), series=known(entry, ""), sender=sender)
    if decision.meaning is Meaning.REPLY:
        _answered(entry, key, decision, sender)
    elif decision.applies:
        _apply(entry, key, piece, decision, by=by or sender)
    if key in entry.versions:
        entry.versions[key] |= {"sequence": decision.remember[0], "stamp": _iso(decision.remember[1])}
    return decision


def known(entry: CalendarEntry, key: str) -> Known | None:
    version = entry.versions.get(key)
    if version is None:
        return None
    answers: dict[str, Version] = dict.fromkeys(version["invited"], (0, None))
    for of in ("", key):
        answers |= {address: (said[1], _moment(said[2])) for address, said in entry.answers.get(of, {}).items()}
    return Known(
        sequence=version["sequence"],
        stamp=_moment(version["stamp"]),
        cancelled=version["cancelled"],
        organizer=version["organizer"],
        fingerprint=version["fingerprint"],
        answers=answers,
    )


def _apply(entry: CalendarEntry, key: str, piece: Piece, decision: Decision, *, by: str) -> None:
    if decision.supersedes_single:
        for single in [one for one, version in entry.versions.items() if one and version["sequence"] < decision.remember[0]]:
            forget(entry, single)
    cancels = decision.meaning is Meaning.CANCELLATION
    event = piece.event
    before = entry.versions.get(key) or entry.versions.get("") or {}
    entry.versions[key] = {
        "sequence": decision.remember[0],
        "stamp": _iso(decision.remember[1]),
        "cancelled": cancels,
        "by": by.lower() if cancels else "",
        "from_there_on": event.this_and_future,
        # A cancellation need not repeat what the meeting was.
        "fingerprint": before.get("fingerprint", "") if cancels else event.fingerprint,
        "organizer": before.get("organizer", "") if cancels or event.organizer is None else event.organizer.address,
        "invited": before.get("invited", []) if cancels else [one.address for one in event.attendees if one.address],
    }
    if not cancels:
        entry.texts[key] = piece.text
        entry.gone_at = None
    if not key:
        entry.repeats = entry.repeats if cancels else event.recurring


def forget(entry: CalendarEntry, key: str) -> None:
    """A change of one occurrence that holds no more."""
    for kept in (entry.texts, entry.versions, entry.answers):
        kept.pop(key, None)


def _answered(entry: CalendarEntry, key: str, decision: Decision, sender: str) -> None:
    """Each answers for themselves; somebody of the same mail domain may, too, as assistants do."""
    for one in decision.answers:
        if sender and not speaks_for(sender, one.address):
            continue
        said = [one.answer.value, one.version[0], _iso(one.version[1]), one.name[:LONGEST_NAME]]
        entry.answers.setdefault(key, {})[one.address] = said


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
