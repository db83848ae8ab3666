"""Reading CSV, TSV and the like, line by line, in constant memory."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.intake.files.cells import Line
from deals.intake.files.dialect import delimiter_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_CELL = 1024 * 1024
MOST_CELLS = 2000


def find_delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return delimiter_of([line[:20_000] for line in islice(_lines(file), 400)])


def read(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    """Every record with the line of the file on which it begins. Broken letters come as U+FFFD; zero bytes are dropped.

    Raises Refused where the file cannot be cut into cells: a quotation mark that is never closed, a cell
    of more than a million characters.
    """
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        counted = _Quotes(_lines(file))
        reader = csv.reader(counted, delimiter=delimiter, skipinitialspace=delimiter != "\t")
        begins = 1
        try:
            for record in reader:
                if len(record) > MOST_CELLS:
                    raise Refused(
                        _("Line %(line)s has more than %(most)s cells. This does not look like a table.") % {"line": begins, "most": MOST_CELLS}
                    )
                if begins == 1 and record and record[0].lower().startswith("sep=") and len(record) <= 2:
                    begins = reader.line_num + 1
                    continue
                if counted.is_open_at_the_end():
                    raise _never_closed(begins)
                yield Line(begins, list(record))
                begins = reader.line_num + 1
                counted.forget()
        except csv.Error as error:
            raise _never_closed(begins) from error


def _never_closed(line: int) -> Refused:
    return Refused(
        _("A quotation mark in line %(line)s is never closed, so the rest of the file is one cell. Correct that line and try again.") % {"line": line}
    )


def _lines(file: Iterator[str]) -> Iterator[str]:
    for line in file:
        yield line.replace("\0", "") if "\0" in line else line


class _Quotes:
    """Passes lines on and knows whether the file ended inside quotation marks."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.marks = 0
        self.begun = 0
        self.ended = False

    def __iter__(self) -> _Quotes:
        return self

    def __next__(self) -> str:
        try:
            line = next(self.lines)
        except StopIteration:
            self.ended = True
            raise
        self.marks += line.count('"')
        self.begun += 1
        return line

    def forget(self) -> None:
        self.marks = self.begun = 0

    def is_open_at_the_end(self) -> bool:
        """The last record ran over several lines to the end of the file with an odd number of marks."""
        return self.ended and self.begun > 1 and self.marks % 2 == 1
