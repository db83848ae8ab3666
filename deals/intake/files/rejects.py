"""The rejected rows as a CSV that can be corrected and imported again: the file's own columns first, then why."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# A spreadsheet takes a cell that begins with one of these for a formula; the wide ones where people write Chinese or
# Japanese. What is blank or cannot be seen before it, many drop.
FORMULA = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def harmless(cell: object) -> str:
    """The cell's text, with an apostrophe before what a spreadsheet would run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.match(text) else text


def lines(titles: Sequence[str], rejected: Iterable[Any]) -> Iterator[str]:
    """``rejected`` are dicts with line, cells, column, value and reason. Begins with a byte order mark, for Excel."""
    yield "\ufeff" + _line([*map(harmless, titles), "line", "rejected column", "rejected value", "reason"])
    for row in rejected:
        cells = [harmless(cell) for cell in (row["cells"] or [])[: len(titles)]]
        cells += [""] * (len(titles) - len(cells))
        yield _line([*cells, str(row["line"]), harmless(row["column"]), harmless(row["value"]), harmless(row["reason"])])


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
