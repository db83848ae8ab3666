"""Messages from files: single ones (.eml), mbox files and Maildirs, and folders of all of these, one message in memory at a time."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from deals.intake.mail.reading import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

# What mail servers keep beside the messages of a Maildir.
HOUSEKEEPING = re.compile(r"\.|dovecot|maildir(?:folder|size)|courier|subscriptions$")
# 'From ann@a.example Mon Feb  9 22:17:46 2009', Thunderbird's 'From - Mon ...', and writers that begin with the number of the day.
SEPARATOR = re.compile(
    rb"From (?:\S[^\r\n]{0,300}? +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [^\r\n]{0,40}\d\d:\d\d[^\r\n]{0,40}|- [^\r\n]{10,60}"
    rb"|[^\s@]+@\S+ +\d[^\r\n]{8,60})\r?\n?\Z"
)
FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
QUOTED_FROM = re.compile(rb">+From ")
# A line without an end is read in pieces.
PIECE = 1024 * 1024


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each message with its place: the file, and '#17' behind it where the file holds several.

    A message longer than is read at all is cut one byte above that limit, so that reading refuses it. Raises OSError for what cannot be opened.
    """
    for file in _files(path):
        yield from _messages_in(file)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        inside = Path(folder)
        if {"cur", "new"} <= set(folders) and "tmp" in folders:
            folders.remove("tmp")  # Messages still being delivered.
        folders.sort()
        for name in sorted(names):
            file = inside / name
            if not HOUSEKEEPING.match(name) and file.is_file():
                yield file


def _messages_in(file: Path) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as opened:
        first = opened.readline(PIECE)
        if file.suffix.lower() in {".eml", ".msg"} or not SEPARATOR.match(first):
            opened.seek(0)
            yield str(file), opened.read(LONGEST + 1)
            return
        for number, (raw, last) in enumerate(_split(opened, first), 1):
            yield (str(file) if last and number == 1 else f"{file}#{number}"), raw


def _split(opened: BinaryIO, first: bytes) -> Iterator[tuple[bytes, bool]]:
    """The messages of an mbox and whether each is the last. 'From ' lines in texts are told from separators by the date and what follows."""
    gathered: list[bytes] = [first]
    length = len(first)
    blank = False
    line = opened.readline(PIECE)
    while line:
        following = b""
        if blank and line.startswith(b"From ") and SEPARATOR.match(line):
            following = opened.readline(PIECE)
            if FIELD.match(following):
                yield b"".join(gathered), False
                gathered, length = [], 0
        elif line.startswith(b">") and QUOTED_FROM.match(line):
            line = line[1:]
        if length <= LONGEST:
            gathered.append(line[: LONGEST + 1 - length])
            length += len(line)
        blank = line in {b"\n", b"\r\n"}
        line = following or opened.readline(PIECE)
    yield b"".join(gathered), True
