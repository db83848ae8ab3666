"""The way in: a calendar, from wherever it came, becomes meetings. Twice, late, or at the same time as another it changes nothing more.

Some entries at a time are one transaction, under the lock that sorting mail takes too: both look at deals to decide, and
invitations come with mail. What is killed in the middle has left whole entries, and comes in again with its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from deals.intake.calendar.changes import Meaning, speaks_for
from deals.intake.calendar.cutting import cut, key_of
from deals.intake.calendar.events import key_of as zone_name
from deals.intake.calendar.occurrences import version
from deals.intake.calendar.reading import read
from deals.models import CalendarEntry, MeetingDoubt
from deals.services.calendars.holding import BATCH, settled
from deals.services.calendars.removing import remove
from deals.services.calendars.saying import forget, say
from deals.services.calendars.sides import sides_of
from deals.services.calendars.steps import put_in_step
from deals.services.mail import ours as our_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime, tzinfo

    from deals.intake.calendar.changes import Decision
    from deals.intake.calendar.cutting import Piece
    from deals.models import CalendarFeed, MailMessage
    from deals.services.mail.ours import Ours

LONGEST_ZONE = 64
FIELDS = ("texts", "versions", "answers", "repeats", "gone_at", "changed_at")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a calendar came from. ``user_id``: our person whose calendar or mail it is; ``zone``: their clock.

    ``sender``: whose mail brought it, '' for a feed or a file. ``deal_id``: the deal of the thread it came in. ``still_ours``: asked
    within each transaction, raises where nothing more of it may be kept.
    """

    user_id: int | None
    zone: tzinfo
    sender: str = ""
    message: MailMessage | None = None
    feed: CalendarFeed | None = None
    deal_id: int | None = None
    still_ours: Callable[[], None] = lambda: None


@dataclass(slots=True)
class TakenIn:
    """``events``: in the calendar; ``kept``: meetings and series of it with a customer; ``changed``: of those, what was not known so far."""

    events: int = 0
    kept: int = 0
    changed: int = 0
    uids: frozenset[str] = frozenset()
    defects: tuple[str, ...] = ()


def take_in(raw: bytes, *, source: Source, now: datetime) -> TakenIn:
    """Take in one calendar. Raises Unreadable for what is none, and ``OperationalError`` where the database is away."""
    file = read(raw, zone=source.zone)
    method = "" if source.feed is not None else file.method
    ours = our_side.load(now)
    sides = sides_of(file.events, ours)
    every = frozenset(event.uid for event in file.events)
    concerning = {event.uid for event in file.events if sides.theirs(event)}
    concerning |= set(CalendarEntry.objects.filter(uid__in=every).values_list("uid", flat=True))
    taken = TakenIn(events=len(file.events), uids=every, defects=file.defects)
    by_uid: dict[str, list[Piece]] = {}
    for piece in cut(raw, concerning, method=method, zone=source.zone) if concerning else ():
        by_uid.setdefault(piece.event.uid, []).append(piece)
    uids = sorted(by_uid)
    for start in range(0, len(uids), BATCH):
        some = {uid: by_uid[uid] for uid in uids[start : start + BATCH]}
        kept, changed = settled(lambda some=some: _take(some, method, source, ours, now))  # type: ignore[misc] # of this very round
        taken.kept, taken.changed = taken.kept + kept, taken.changed + changed
    return taken


def _take(by_uid: dict[str, list[Piece]], method: str, source: Source, ours: Ours, now: datetime) -> tuple[int, int]:
    """Some entries in one transaction: how many are kept, and how many of them say something new."""
    source.still_ours()
    here = {one.uid: one for one in CalendarEntry.objects.select_for_update().filter(uid__in=by_uid).order_by("pk")}
    changed: list[CalendarEntry] = []
    kept: list[CalendarEntry] = []
    doubts: list[MeetingDoubt] = []
    hidden = [
        here[uid] for uid, pieces in by_uid.items() if uid in here and any(one.event.private and _may_hide(here[uid], source) for one in pieces)
    ]
    remove(hidden, now)
    for uid, pieces in by_uid.items():
        if any(one.event.private for one in pieces):
            continue
        entry = here.get(uid) or _new(uid, source, now)
        was_gone = entry.gone_at
        decisions = [(piece, say(entry, piece, method=method, sender=source.sender)) for piece in sorted(pieces, key=_order)]
        if not entry.versions:
            continue  # nothing but an answer or a cancellation of what nobody here knows
        # In a feed again, it is on again.
        entry.gone_at = None if source.feed is not None else entry.gone_at
        over = source.feed is not None and _no_more_said(entry, pieces)
        kept.append(entry)
        if over or was_gone != entry.gone_at or any(decision.applies for _piece, decision in decisions):
            entry.changed_at = now
            changed.append(entry)
        doubts += [_doubt(entry, piece, method=method, source=source, now=now) for piece, decision in decisions if _is_doubt(decision)]
    _save(kept, source)
    MeetingDoubt.objects.bulk_create([one for one in doubts if one.entry.pk is not None], ignore_conflicts=True)
    put_in_step(changed, ours=ours, now=now, message=source.message, feed=source.feed, deal_id=source.deal_id)
    return len(kept), len(changed)


def _may_hide(entry: CalendarEntry, source: Source) -> bool:
    """A calendar of ours may say that its meeting is private, mail only where it comes from who organises it."""
    return not source.sender or speaks_for(source.sender, entry.versions.get("", {}).get("organizer", ""))


def _new(uid: str, source: Source, now: datetime) -> CalendarEntry:
    zone = zone_name(source.zone)[:LONGEST_ZONE]
    return CalendarEntry(uid=uid, zone=zone, user_id=source.user_id, created_at=now, changed_at=now)


def _order(piece: Piece) -> tuple[bool, int, datetime]:
    """The whole before its parts, the older before the newer."""
    return (piece.event.recurrence_id is not None, *version(piece.event))


def _no_more_said(entry: CalendarEntry, pieces: Iterable[Piece]) -> bool:
    """A feed tells all there is: changes of single occurrences it has no more, and that are no newer, are over."""
    said = {key_of(one.event) for one in pieces}
    whole = entry.versions.get("")
    if "" not in said or whole is None:
        return False
    order = (whole["sequence"], whole["stamp"])
    over = [key for key, one in entry.versions.items() if key not in said and (one["sequence"], one["stamp"]) <= order]
    for key in over:
        forget(entry, key)
    return bool(over)


def _save(entries: Sequence[CalendarEntry], source: Source) -> None:
    known = [one for one in entries if one.pk is not None]
    CalendarEntry.objects.bulk_create([one for one in entries if one.pk is None])
    CalendarEntry.objects.bulk_update(known, FIELDS, batch_size=100)
    if source.feed is not None:
        link = CalendarEntry.feeds.through
        link.objects.bulk_create([link(calendarentry=one, calendarfeed=source.feed) for one in entries], ignore_conflicts=True)


def _is_doubt(decision: Decision) -> bool:
    return decision.meaning in (Meaning.DOUBTFUL, Meaning.COUNTER)


def _doubt(entry: CalendarEntry, piece: Piece, *, method: str, source: Source, now: datetime) -> MeetingDoubt:
    event = piece.event
    kind = MeetingDoubt.Kind.PROPOSAL if method == "COUNTER" else MeetingDoubt.Kind.STRANGER
    return MeetingDoubt(
        entry=entry,
        kind=kind,
        key=key_of(event),
        digest=sha256(f"{source.sender}\n{method}\n{piece.text}".encode(errors="replace")).hexdigest(),
        method=method,
        text=piece.text,
        sender=source.sender,
        starts_at=event.starts_at,
        cancels=method == "CANCEL" or event.cancelled,
        said_at=now,
        message=source.message,
    )
