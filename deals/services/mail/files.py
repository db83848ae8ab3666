"""Mail from files: every message of the paths, told one by one once all are in, as only then every thread is whole."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.intake.mail import reports, sources
from deals.intake.mail.classes import Verdict
from deals.intake.mailboxes.folders import SENT_NAMES
from deals.models import Mailbox
from deals.services.mail.items import Item
from deals.services.mail.known import rows
from deals.services.mail.taking import BATCH, batches, take_in_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import IO

    from deals.services.mail.items import Taken

STORED, KNOWN, DRY_RUN, UNREADABLE = reports.STATUSES
# A thread goes by the id it begins with: of those it knows, the one it got first.
THREADS = """
SELECT m.id, i.message_id FROM deals_mailmessage m
JOIN LATERAL (SELECT t.message_id FROM deals_threadedid t WHERE t.thread_id = m.thread_id ORDER BY t.id LIMIT 1) i ON true
WHERE m.id = ANY(%(messages)s)
"""


@dataclass(slots=True)
class Count:
    """How many messages of each kind came in, and what became of them."""

    messages: int = 0
    known: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    became: Counter[str] = field(default_factory=Counter)
    unopened: list[str] = field(default_factory=list)

    def add(self, taken: Taken) -> None:
        self.messages += 1
        self.known += not taken.is_new
        self.kinds[taken.kind] += 1
        self.became[taken.status] += taken.is_new


def mailbox_of_files(*, now: datetime) -> Mailbox:
    """The one that stands for files; made where there is none yet."""
    found, _made = Mailbox.objects.get_or_create(kind=Mailbox.Kind.FILES, defaults={"created_at": now})
    return found


def mailbox_at(address: str) -> Mailbox:
    found: Mailbox | None = Mailbox.objects.filter(address__iexact=address).order_by("pk").first()
    if found is None:
        raise Refused(_("There is no mailbox %(address)s. Add it in the settings, or leave --mailbox out.") % {"address": address})
    return found


@dataclass(slots=True)
class FilesIntake:
    """Takes in every message of files and folders. ``told`` gets a line (:mod:`deals.intake.mail.reports`) for each, at the end.

    ``address``: the mailbox they are from; empty: the one of files. With ``dry_run`` all of it happens in one transaction that
    is rolled back. A file that cannot be opened is named in the count; what came before it is in.
    """

    paths: Sequence[Path]
    now: datetime
    dry_run: bool = False
    address: str = ""
    told: Callable[[dict[str, Any]], None] | None = None
    progress: Callable[[int], None] | None = None
    count: Count = field(default_factory=Count)

    def run(self) -> Count:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
            if not self.dry_run:
                self._take(kept)
                return self.count
            with transaction.atomic():
                self._take(kept)
                transaction.set_rollback(True)
        return self.count

    def _take(self, kept: IO[str]) -> None:
        mailbox = mailbox_at(self.address) if self.address else mailbox_of_files(now=self.now)
        for batch in batches(_items(self.paths, self.count)):
            for taken in take_in_many(mailbox=mailbox, items=batch, now=self.now, rehearsal=self.dry_run):
                self.count.add(taken)
                if self.told is not None:
                    kept.write(json.dumps([taken.pk, _line(taken, dry_run=self.dry_run)]) + "\n")
            if self.progress is not None:
                self.progress(self.count.messages)
        kept.seek(0)
        while self.told is not None and (lines := list(islice(kept, BATCH))):
            _tell(lines, self.told)


def _items(paths: Iterable[Path], count: Count) -> Iterator[Item]:
    for path in paths:
        try:
            for place, raw in sources.messages(path):
                yield Item(raw, place, "sent" if _is_sent(place) else "inbox", is_from_file=True)
        except OSError as error:
            count.unopened.append(f"{error.filename or path}: {error.strerror}")


def _is_sent(place: str) -> bool:
    """A Maildir's or mbox's folder for what was sent, by the names that mail programs give it."""
    parts = place.replace("\\", "/").lower().partition("#")[0].split("/")
    return any(part.strip(".").removesuffix(".mbox") in SENT_NAMES for part in parts)


def _tell(lines: Iterable[str], told: Callable[[dict[str, Any]], None]) -> None:
    read = [json.loads(line) for line in lines]
    threads = dict(rows(THREADS, messages=[pk for pk, _line in read]))
    for pk, line in read:
        if line["class"] is not None:
            line["thread"] = threads.get(pk, line["message_id"])
        told(line)


def _line(taken: Taken, *, dry_run: bool) -> dict[str, Any]:
    if taken.mail is None:
        return {**reports.unreadable(file=taken.place, reason=taken.reason), "became": taken.status}
    matched = {"by": taken.matched_by or None, "deal": taken.deal_id, "contact": taken.contact_id, "account": taken.account_id}
    matched["inquiry"] = taken.deal_id if taken.inquiry else None
    found = any(value is not None for value in matched.values())
    status = KNOWN if not taken.is_new else DRY_RUN if dry_run else STORED
    line = reports.line(
        file=taken.place,
        mail=taken.mail,
        verdict=Verdict(taken.kind, taken.evidence),
        thread="",
        text=taken.text,
        matched=matched if found else None,
        status=status,
    )
    return {**line, "direction": taken.direction, "became": taken.status, "reason": taken.reason}
