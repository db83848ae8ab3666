"""Runs as a process of its own, with limits, and prints a workbook's sheets or one sheet's rows as JSON lines.

Not imported by Salvor: a hostile workbook may exhaust or crash this process and nothing else. It reads the
file's path from its arguments (``sheets PATH`` or ``rows PATH INDEX``) and needs python-calamine alone.
Exit codes: 0 done, 3 a refusal whose word is printed as ``{"refused": word}``; anything else is a crash.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

MEMORY = 420 * 1024 * 1024
CPU_SECONDS = 120
PEEK = 40
MOST_SHEETS = 60
MOST_COLUMNS = 2000


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(cell: object) -> object:
    """A date as ``["d", iso]``, a moment as ``["t", iso]``; times and durations as text."""
    if isinstance(cell, dt.datetime):
        return ["t", cell.isoformat()]
    if isinstance(cell, dt.date):
        return ["d", cell.isoformat()]
    if isinstance(cell, dt.time | dt.timedelta):
        return str(cell)
    if isinstance(cell, float) and (cell != cell or cell in (float("inf"), float("-inf"))):  # noqa: PLR0124 - not a number
        return None
    return cell


def counts_from_1904(path: str) -> bool:
    """Whether bare serial numbers count days from 1904 instead of 1900."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            head = part.read(200_000)
        return b'date1904="1"' in head or b'date1904="true"' in head
    except (KeyError, OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return _old_workbook_counts_from_1904(Path(path).read_bytes()[:2_000_000])


def _old_workbook_counts_from_1904(data: bytes) -> bool:
    """Walks the records of an XLS from its first one (BOF) to the end of the globals, looking for DATEMODE."""
    at = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    while 0 <= at < len(data) - 6:
        record, length = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        if record == 0x22:
            return data[at + 4 : at + 6] == b"\x01\x00"
        if record == 0x0A:
            return False
        at += 4 + length
    return False


def open_book(calamine: ModuleType, path: str) -> Any:
    """Opens by content; where no format fits, once more by an ending of our choice, to learn why."""
    with Path(path).open("rb") as file:
        try:
            return calamine.CalamineWorkbook.from_filelike(file)
        except calamine.PasswordError:
            raise
        except calamine.CalamineError:
            file.seek(0)
            ending = ".xlsx" if file.read(2) == b"PK" else ".xls"
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / f"book{ending}"
        link.symlink_to(Path(path).resolve())
        return calamine.CalamineWorkbook.from_path(str(link))


def main() -> int:
    limit()
    import python_calamine as calamine

    task, path = sys.argv[1], sys.argv[2]
    write = sys.stdout.write
    try:
        book = open_book(calamine, path)
        if task == "sheets":
            write(json.dumps({"from_1904": counts_from_1904(path)}) + "\n")
            for index, about in enumerate(book.sheets_metadata[:MOST_SHEETS]):
                if about.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                try:
                    sheet = book.get_sheet_by_index(index)
                except calamine.CalamineError:
                    continue
                first = []
                for row in sheet.iter_rows():
                    first.append([plain(cell) for cell in row[:MOST_COLUMNS]])
                    if len(first) == PEEK:
                        break
                seen = {
                    "index": index,
                    "name": about.name,
                    "visible": about.visible == calamine.SheetVisibleEnum.Visible,
                    "rows": sheet.end[0] + 1 if sheet.end else 0,
                    "first": first,
                }
                write(json.dumps(seen) + "\n")
            return 0
        for row in book.get_sheet_by_index(int(sys.argv[3])).iter_rows():
            cells = [plain(cell) for cell in row[:MOST_COLUMNS]]
            while cells and (cells[-1] is None or cells[-1] == ""):
                cells.pop()
            write(json.dumps(cells) + "\n")
    except calamine.PasswordError:
        write(json.dumps({"refused": "password"}) + "\n")
        return 3
    except calamine.CalamineError as error:
        word = (
            "password"
            if "password" in str(error).lower() or "encrypt" in str(error).lower()
            else "too large"
            if "limit exceeded" in str(error).lower()
            else "damaged"
        )
        write(json.dumps({"refused": word, "detail": str(error)[:200]}) + "\n")
        return 3
    except MemoryError:
        write(json.dumps({"refused": "too large"}) + "\n")
        return 3
    return 0


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        code = 0
        sys.stderr.close()
    sys.exit(code)
