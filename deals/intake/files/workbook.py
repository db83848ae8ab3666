"""Reading a workbook through a process of its own, so that a hostile file costs one plain sentence."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.intake.files.cells import Cell, Line
from deals.intake.files.containers import protected

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILD = Path(__file__).with_name("workbook_child.py")
SILENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with its first rows; ``from_1904``: bare serial numbers count from 1904."""

    index: int
    name: str
    visible: bool
    rows: int
    first: list[Line]
    from_1904: bool


def sheets(path: Path) -> list[Sheet]:
    """The sheets that hold cells, at most 40 rows of each. Raises Refused for what cannot be read."""
    found: list[Sheet] = []
    from_1904 = False
    for said in _ask("sheets", str(path)):
        if "from_1904" in said:
            from_1904 = bool(said["from_1904"])
        elif said["first"]:
            first = [Line(number, [_cell(cell) for cell in row]) for number, row in enumerate(said["first"], start=1)]
            found.append(Sheet(said["index"], said["name"], said["visible"], said["rows"], first, from_1904))
    if not found:
        raise Refused(_("The workbook has no cell with anything in it."))
    return found


def rows(path: Path, sheet: int) -> Iterator[Line]:
    for number, row in enumerate(_ask("rows", str(path), str(sheet)), start=1):
        yield Line(number, [_cell(cell) for cell in row])


def _cell(cell: Any) -> Cell:
    if isinstance(cell, list):
        return datetime.fromisoformat(cell[1]) if cell[0] == "t" else date.fromisoformat(cell[1])
    return cell  # type: ignore[no-any-return] # JSON knows only texts, numbers, yes, no and nothing


def _ask(*arguments: str) -> Iterator[Any]:
    """What the child says, line by line; Refused in place of everything that can go wrong in it."""
    with _child(*arguments) as (process, output):
        for line in _spoken(output, process):
            said = json.loads(line)
            if isinstance(said, dict) and "refused" in said:
                raise _refusal(said["refused"])
            yield said
        if process.wait(timeout=SILENCE_SECONDS) != 0:
            raise _refusal("too large")


@contextmanager
def _child(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8", "MALLOC_ARENA_MAX": "2"}
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - our own script, and the path is one argument
            [sys.executable, "-I", str(CHILD), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, env=environment
        )
        output = process.stdout
        if output is None:  # never with a pipe; said for the type checker
            raise RuntimeError("the reader has no output")
        try:
            yield process, output
        finally:
            output.close()
            process.kill()
            process.wait()


def _spoken(output: IO[bytes], process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """The child's whole lines; Refused when it says nothing for a minute while we wait."""
    left = b""
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            if not selector.select(timeout=SILENCE_SECONDS):
                process.kill()
                raise _refusal("too slow")
            chunk = os.read(output.fileno(), 1 << 16)
            if not chunk:
                break
            *whole, left = (left + chunk).split(b"\n")
            yield from whole
    if left.strip():  # the child was cut off in the middle of a line
        raise _refusal("too large")


def _refusal(word: str) -> Refused:
    if word == "password":
        return Refused(protected())
    if word == "too large":
        return Refused(_("The workbook claims to be larger than Salvor reads at once. Save the sheet you need as CSV and import that."))
    if word == "too slow":
        return Refused(_("The workbook took too long to read. Save the sheet you need as CSV and import that."))
    return Refused(_("The workbook is damaged or of a kind that cannot be read. Open it, save it as XLSX or CSV and import that."))
