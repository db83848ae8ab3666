"""What a file holds: lines of cells. A CSV has only texts; a workbook also numbers, dates and yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` is the line of the file (a workbook's row) where it begins, 1 for the first."""

    number: int
    cells: list[Cell]


def text_of(cell: Cell) -> str:  # noqa: PLR0911 - one line for each type of cell
    """The cell as a person would read it, without the space around it; a whole number has no ``.0``."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def is_blank(cells: list[Cell]) -> bool:
    return not any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)
