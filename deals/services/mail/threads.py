"""Which thread a message is of: by the ids it has and answers; two threads it holds together become one.

Not two that stand with different deals, nor one that is not for us and one that is: whoever knows an id of each could else
move what one customer writes to another's deal, or make it disappear.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from deals.copying import insert, next_ids, write_values
from deals.intake.mail.threads import LAST_RESORT, is_reply
from deals.models import MailThread, ThreadedId
from deals.services.mail import known as looked_up
from deals.services.mail.known import BY_SUBJECT, ThreadRow, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from deals.services.mail.known import Known
    from deals.services.mail.letters import Letter

SHORTEST_SUBJECT = 3
MOVE_IDS = "UPDATE deals_threadedid AS i SET thread_id = v.kept FROM (VALUES %s) AS v (gone, kept) WHERE i.thread_id = v.gone"
MOVE_MESSAGES = "UPDATE deals_mailmessage AS m SET thread_id = v.kept FROM (VALUES %s) AS v (gone, kept) WHERE m.thread_id = v.gone"


def sort(letters: Sequence[Letter], known: Known) -> list[ThreadRow]:
    """Give every letter its thread, and write the threads, their ids and their mergers. ``letters``: the oldest first.

    Returns the threads of the batch.
    """
    new_ids = next_ids(MailThread, len(letters))
    taken: dict[str, ThreadRow] = {}  # ids that are new in the table, in order
    merged: list[ThreadRow] = []
    subjects = _Subjects(letters, known)
    for letter, new_id in zip(letters, new_ids, strict=True):
        ids = (*reversed(letter.parents), letter.message_id)
        # The nearest parent's thread first: where two have a deal each, the nearer one counts.
        found = list(dict.fromkeys(known.threads[one].root for one in (letter.message_id, *letter.parents) if one in known.threads))
        if not found:
            by_subject = subjects.thread_of(letter)
            found = [by_subject.root] if by_subject is not None else [ThreadRow(new_id, is_new=True)]
        thread = _keep(found)
        for other in found:
            if other is not thread and _may_be_one(other, thread):
                _merge(other, thread)
                merged.append(other)
        letter.thread = thread
        for one in ids:
            if one not in known.threads:
                known.threads[one] = taken[one] = thread
        subjects.add(letter)
    _write(letters, taken, merged)
    return list(dict.fromkeys(letter.thread.root for letter in letters if letter.thread is not None))


def _keep(found: list[ThreadRow]) -> ThreadRow:
    """One that is here and has a deal, else one that is here, else the first."""
    return next((one for one in found if one.deal is not None), None) or next((one for one in found if not one.is_new), found[0])


def _may_be_one(gone: ThreadRow, into: ThreadRow) -> bool:
    return (gone.deal is None or gone.deal is into.deal) and gone.not_for_us == into.not_for_us


def _merge(gone: ThreadRow, into: ThreadRow) -> None:
    gone.into = into
    into.had_deal = into.had_deal and gone.had_deal


def _write(letters: Sequence[Letter], taken: dict[str, ThreadRow], merged: Iterable[ThreadRow]) -> None:
    subjects: dict[int, str] = {}
    starts: dict[int, datetime] = {}
    for letter in letters:
        root = letter.thread.root if letter.thread is not None else None
        if root is not None and root.is_new:
            subjects.setdefault(root.id, letter.base_subject)
            starts.setdefault(root.id, letter.sent_at)
    insert(MailThread, ("id", "subject", "created_at"), [(pk, subject, starts[pk]) for pk, subject in subjects.items()])
    insert(ThreadedId, ("thread_id", "message_id"), [(thread.root.id, one) for one, thread in taken.items()])
    gone = [(one.id, one.root.id) for one in merged if not one.is_new]
    if gone:
        write_values(MOVE_IDS, gone)
        write_values(MOVE_MESSAGES, gone)
        MailThread.objects.filter(pk__in=[one for one, _into in gone]).delete()


class _Subjects:
    """The last resort: a reply without any id belongs to the latest letter of that subject between the same people, of the last weeks."""

    def __init__(self, letters: Sequence[Letter], known: Known) -> None:
        self.seen: dict[str, list[tuple[ThreadRow, set[str], datetime]]] = {}
        asking = [one for one in letters if _needs_subject(one)]
        if not asking:
            return
        since = min(one.sent_at for one in asking) - LAST_RESORT
        found = rows(BY_SUBJECT, subjects=sorted({one.base_subject for one in asking}), since=since)
        here = looked_up.more_threads(known, {row[1] for row in found})
        for subject, thread_id, sender, written, sent_at in found:
            recipients = json.loads(written) if isinstance(written, str) else written
            self.seen.setdefault(subject, []).append((here[thread_id], {sender, *(one[1] for one in recipients)}, sent_at))

    def add(self, letter: Letter) -> None:
        if letter.thread is not None and len(letter.base_subject) >= SHORTEST_SUBJECT:
            people = {letter.sender, *(one[1] for one in letter.recipients)}
            self.seen.setdefault(letter.base_subject, []).append((letter.thread, people, letter.sent_at))

    def thread_of(self, letter: Letter) -> ThreadRow | None:
        if not _needs_subject(letter):
            return None
        others = {one[1] for one in letter.recipients}
        fitting = [
            (sent_at, thread)
            for thread, people, sent_at in self.seen.get(letter.base_subject, ())
            if timedelta(0) <= letter.sent_at - sent_at <= LAST_RESORT and letter.sender in people and (people - {letter.sender}) & others
        ]
        return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _needs_subject(letter: Letter) -> bool:
    return not letter.parents and bool(letter.sender) and len(letter.base_subject) >= SHORTEST_SUBJECT and is_reply(letter.subject)
