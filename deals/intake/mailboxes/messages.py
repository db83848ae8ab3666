"""What is new in a folder, batch by batch, so that memory stays flat. Opens folders for looking only: nothing is marked or moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from imap_tools.errors import MailboxFetchError, MailboxUidsError
from imap_tools.utils import check_command_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deals.intake.mailboxes.connecting import Box
    from deals.intake.mailboxes.folders import Folder

# Messages and bytes fetched at once; one that is larger comes alone.
BATCH = 100
BATCH_BYTES = 8_000_000
# How much is kept of a message that is too large to be read.
BEGINNING = 1_000_000
UID = re.compile(rb"\bUID (\d+)")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Opened:
    """``validity``: UIDs mean something only under it. ``next_uid``: 0 where the server does not say."""

    validity: int
    next_uid: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A message before it is fetched. ``arrived``: in UTC, None where the server says nothing that can be read."""

    uid: int
    size: int
    arrived: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A message's bytes. ``place``: the folder with its UID."""

    raw: bytes
    place: str


@dataclass(frozen=True, slots=True)
class Batch:
    """``last_uid``: everything up to here is read once these are kept. ``arrived``: when the newest of them came to the server."""

    messages: list[Found]
    last_uid: int
    arrived: datetime | None


def open_folder(box: Box, folder: Folder) -> Opened:
    """Only for looking (EXAMINE): reading leaves no mark."""
    box.given.step()
    box.folder.set(folder.name, readonly=True)
    return Opened(_said(box, "UIDVALIDITY"), _said(box, "UIDNEXT"))


def _said(box: Box, name: str) -> int:
    answer = box.given.response(name)[1]
    value = answer[-1] if answer else None
    return int(value) if isinstance(value, bytes) and value.isdigit() else 0


def new_uids(box: Box, *, after: int, since: date) -> list[int]:
    """UIDs above ``after`` of messages that came on ``since`` or later, ascending."""
    criteria = f"UID {after + 1}:* SINCE {since.day:02d}-{MONTHS[since.month - 1]}-{since.year}"
    box.given.step()
    answer = box.given.uid("SEARCH", criteria)
    check_command_status(answer, MailboxUidsError)
    found = {int(word) for line in answer[1] if isinstance(line, bytes) for word in line.split() if word.isdigit()}
    # "5:*" is also the last message where its UID is below 5.
    return sorted(uid for uid in found if uid > after)


def batches(box: Box, folder: Folder, uids: list[int], *, forgiving: bool) -> Iterator[Batch]:
    """The messages with these UIDs. One that went meanwhile is passed over.

    ``forgiving``: a message that the server does not hand out is kept as a note that says so; else it stops the reading,
    as a server that is busy for an hour must not cost a message.
    """
    for start in range(0, len(uids), BATCH):
        listed = {one.uid: one for one in _list(box, uids[start : start + BATCH])}
        for group in _groups([listed.get(uid) or Listed(uid, 0, None) for uid in uids[start : start + BATCH]]):
            box.given.step()
            messages = _fetch_group(box, folder, group, forgiving=forgiving)
            dates = [one.arrived for one in group if one.arrived is not None]
            yield Batch(messages, group[-1].uid, max(dates, default=None))


def _groups(listed: list[Listed]) -> Iterator[list[Listed]]:
    group: list[Listed] = []
    size = 0
    for one in listed:
        if group and size + one.size > BATCH_BYTES:
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
    if group:
        yield group


def _list(box: Box, uids: list[int]) -> Iterator[Listed]:
    box.given.step()
    for line in _answered(box, uids, "(UID RFC822.SIZE INTERNALDATE)"):
        head = b"".join(line) if isinstance(line, tuple) else line
        uid, size = UID.search(head or b""), SIZE.search(head or b"")
        if uid and size:
            yield Listed(int(uid[1]), int(size[1]), _moment(head))


def _moment(head: bytes) -> datetime | None:
    found = DATE.search(head)
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None


def _fetch_group(box: Box, folder: Folder, group: list[Listed], *, forgiving: bool) -> list[Found]:
    small = [one.uid for one in group if one.size <= settings.MAIL_MAX_BYTES]
    found: dict[int, Found] = {}
    try:
        if small:
            found |= _fetch(box, folder, small)
    except MailboxFetchError:
        if not forgiving:
            raise
        for uid in small:
            found |= _alone(box, folder, uid)
    for one in group:
        if one.size > settings.MAIL_MAX_BYTES:
            said = f" (the first {BEGINNING:,} of {one.size:,} bytes)"
            found |= _fetch(box, folder, [one.uid], part=f"<0.{BEGINNING}>", said=said)
    return [found[one.uid] for one in group if one.uid in found]


def _alone(box: Box, folder: Folder, uid: int) -> dict[int, Found]:
    try:
        return _fetch(box, folder, [uid])
    except MailboxFetchError as error:
        words = " ".join(str(error).split())[:300]
        note = f"The server does not hand out message {uid} of the folder {folder.name}. It says:\n{words}\n".encode()
        return {uid: Found(note, f"{folder.name}/{uid}")}


def _fetch(box: Box, folder: Folder, uids: list[int], *, part: str = "", said: str = "") -> dict[int, Found]:
    """By UID. ``PEEK``: fetching a message does not mark it as read either."""
    found: dict[int, Found] = {}
    answer = _answered(box, uids, f"(UID BODY.PEEK[]{part})")
    for number, line in enumerate(answer):
        if not isinstance(line, tuple):
            continue
        after = answer[number + 1] if number + 1 < len(answer) else b""
        uid = UID.search(line[0]) or (UID.search(after) if isinstance(after, bytes) else None)
        if uid is not None:
            place = f"{folder.name}/{int(uid[1])}{said}"
            found[int(uid[1])] = Found(line[1], place[:300])
    return found


def _answered(box: Box, uids: list[int], parts: str) -> list[Any]:
    answer = box.given.uid("FETCH", _set(uids), parts)
    check_command_status(answer, MailboxFetchError)
    return list(answer[1])


def _set(uids: list[int]) -> str:
    """As ranges where they follow each other: a hundred numbers make a long line."""
    ranges: list[list[int]] = []
    for uid in uids:
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)
