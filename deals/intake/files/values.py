"""From a row's cells to the values of its fields, with a reason for every cell that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from deals.intake.files import dates, money
from deals.intake.files.cells import Cell, Line, text_of
from deals.intake.files.names import key
from deals.intake.files.vocabulary import Holds, field_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from deals.intake.files.plan import Column, Plan

YES = frozenset({"yes", "true", "1", "y", "t", "x", "ja", "wahr", "oui", "vrai", "si", "verdadero", "vero", "sim", "active", "aktiv", "on"})
NO = frozenset({"no", "false", "0", "n", "f", "nein", "falsch", "non", "faux", "falso", "nao", "nee", "inactive", "inaktiv", "off"})
SPREADSHEET_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot come in: the column's title and the cell as it stands there ('' where no cell is to blame)."""

    column: str
    value: str
    reason: str


class CannotRead(Exception):  # noqa: N818 - it reads as what happened
    """A cell that does not hold what its column should; the message is the reason."""


@dataclass(slots=True)
class Record:
    """One row: its line in the file, the values by field (empty cells are missing), and what is wrong with it."""

    line: int
    cells: list[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return value if isinstance(value, str) else ""


def yes_no(cell: Cell) -> bool | None:
    """None where it says neither."""
    if isinstance(cell, bool):
        return cell
    word = key(text_of(cell))
    return True if word in YES else False if word in NO else None


class Reader:
    """Turns rows into records as the plan says. ``zone`` is the clock of moments that name none."""

    def __init__(self, plan: Plan, zone: tzinfo) -> None:
        self.plan = plan
        self.zone = zone
        self.columns = [(column, self._converter(column)) for column in plan.columns if column.field]

    def record(self, line: Line) -> Record:
        record = Record(line.number, line.cells)
        width = len(self.plan.titles)
        beyond = [text for cell in line.cells[width:] if (text := text_of(cell))]
        if beyond:
            reason = _("The row has more cells than the file has titles. Does a cell hold the separator without quotation marks?")
            record.problems.append(Problem("", beyond[0][:500], reason))
        for column, convert in self.columns:
            cell = line.cells[column.index]
            if cell is None or cell == "":
                continue
            try:
                value = convert(cell)
            except CannotRead as error:
                record.problems.append(Problem(column.title, text_of(cell)[:500], str(error)))
                continue
            if value not in (None, ""):
                record.values[column.field] = value
        return record

    def _converter(self, column: Column) -> Callable[[Cell], Any]:
        about = field_of(self.plan.kind, column.field)
        if about is None:
            return _text
        convert: Callable[[Cell], Any]
        if about.holds is Holds.DAY:
            convert = self._day(column)
        elif about.holds is Holds.MOMENT:
            convert = self._moment(column)
        elif about.holds is Holds.MONEY:
            convert = _amount(column)
        elif about.holds is Holds.NUMBER:
            convert = _number
        elif about.holds is Holds.YES_NO:
            convert = yes_no
        else:
            return _text
        return _remembered(convert)

    def _day(self, column: Column) -> Callable[[Cell], Any]:
        moment = self._moment(column)

        def convert(cell: Cell) -> date | None:
            found = moment(cell)
            return dates.day_of(found.astimezone(self.zone) if isinstance(found, datetime) else found) if found else None

        return convert

    def _moment(self, column: Column) -> Callable[[Cell], Any]:
        order: Any = column.order or None

        def convert(cell: Cell) -> date | datetime | None:
            """A moment, or a day where no time of day is said."""
            if not _text(cell):
                return None
            found = dates.read(cell, order, from_1904=self.plan.from_1904)
            if found is None:
                raise CannotRead(_("This is not a date that can be read."))
            if not isinstance(found, datetime):
                return found
            if found.tzinfo is None:
                midnight = found.hour == found.minute == found.second == 0
                return found.date() if midnight else found.replace(tzinfo=self.zone)
            return found

        return convert


def _text(cell: Cell) -> str:
    text = text_of(cell).replace("\x00", "")
    if text in SPREADSHEET_ERRORS:
        raise CannotRead(_("The cell holds an error of the spreadsheet."))
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _amount(column: Column) -> Callable[[Cell], Any]:
    convention: Any = column.convention or None

    def convert(cell: Cell) -> Any:
        if not _text(cell):
            return None
        found = money.read(cell, convention)
        if found is None:
            raise CannotRead(_("This is not an amount that can be read."))
        value, currency = found
        if value < 0:
            raise CannotRead(_("An amount cannot be below zero."))
        return value, currency or column.currency

    return convert


def _number(cell: Cell) -> int | None:
    text = _text(cell)
    if not text:
        return None
    found = money.look(cell)
    value = (
        found
        if not isinstance(found, money.Said)
        else found.value("point")
        if not found.lone_group
        else found.value("comma" if found.lone_group == "." else "point")
    )
    if value is None or value < 0 or value > 2_000_000_000:
        raise CannotRead(_("This is not a number that can be read."))
    return int(value)


def _remembered(convert: Callable[[Cell], Any]) -> Callable[[Cell], Any]:
    """Columns repeat themselves: each spelling is read once, up to a bound."""
    known: dict[tuple[type, Cell], Any] = {}

    def remembered(cell: Cell) -> Any:
        spelling = (type(cell), cell)
        if spelling not in known:
            if len(known) > 20_000:
                known.clear()
            known[spelling] = convert(cell)
        return known[spelling]

    return remembered
