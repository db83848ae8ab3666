"""What open deals come to by the month they are to close in, and by stage or by owner.

Pure: ``deals.forecast_sums`` asks the database, ``deals.forecast_html`` draws the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# This month and the five after it: half a year is as far as most people plan a close.
MONTHS = 6
# More owners than one can compare stand together in one last line.
LINES_AT_MOST = 50


class Kind(StrEnum):
    PASSED = "passed"
    MONTH = "month"
    LATER = "later"
    NO_DATE = "none"


@dataclass(frozen=True, slots=True)
class Span:
    """One column: the close dates from ``first`` to ``last``, both included; None where it is open on that side."""

    kind: Kind
    first: date | None = None
    last: date | None = None


def spans_from(today: date) -> list[Span]:
    """What has passed, this month from today on, the months after it, what is later, and what has no close date."""
    firsts = [today, *(_month(today, ahead) for ahead in range(1, MONTHS + 1))]
    months = [Span(Kind.MONTH, first, after - timedelta(days=1)) for first, after in pairwise(firsts)]
    return [Span(Kind.PASSED, None, today - timedelta(days=1)), *months, Span(Kind.LATER, firsts[-1], None), Span(Kind.NO_DATE)]


def edges_of(spans: Iterable[Span]) -> list[date]:
    """The first days of all columns but the one of what has passed: a close date lies in the column with as many of them up to it."""
    return [span.first for span in spans if span.first]


def _month(day: date, ahead: int) -> date:
    number = day.year * 12 + day.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)


def weighted_by(value: Decimal, chance: int) -> Decimal:
    """The value times the chance of its stage in percent, without cents."""
    return (value * chance / 100).quantize(Decimal(1))


@dataclass(frozen=True, slots=True)
class Amount:
    """Deals, their value in the base currency, and that value times the chance of each one's stage."""

    deals: int = 0
    value: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.deals + other.deals, self.value + other.value, self.weighted + other.weighted)


NOTHING = Amount()


class Found(NamedTuple):
    """What the database found.

    ``line``: a stage or an owner, None for nobody; ``column``: how many of the edges lie up to the close date, None without one.
    """

    line: int | None
    stage: int
    column: int | None
    deals: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """``keys``: the stage or owner, or all of those who stand together in it; ``cells``: one for each column."""

    keys: tuple[int | None, ...]
    cells: tuple[Amount, ...]

    @property
    def total(self) -> Amount:
        return sum(self.cells, NOTHING)

    def together(self, other: Line) -> Line:
        return Line(self.keys + other.keys, tuple(one + two for one, two in zip(self.cells, other.cells, strict=True)))


@dataclass(frozen=True, slots=True)
class Forecast:
    """The columns that have something in them, months always; the lines in order; what all of them come to.

    ``weighted``: of everything; rounded stage by stage, as above the list and the board.
    """

    spans: Sequence[Span]
    lines: Sequence[Line]
    all: Line
    weighted: Decimal


def forecast(rows: Iterable[Found], spans: Sequence[Span], chances: Mapping[int, int], *, order: Sequence[int | None] | None = None) -> Forecast:
    """``chances``: of each stage in percent; what stands in a stage that is not among them is left out.

    ``order``: the lines in this order; otherwise the largest first, and of more than ``LINES_AT_MOST`` the rest in one.
    """
    cells: dict[int | None, list[Amount]] = {}
    stages: dict[int, Decimal] = {}
    for row in rows:
        if row.stage not in chances:
            continue
        stages[row.stage] = stages.get(row.stage, Decimal(0)) + row.value
        line = cells.setdefault(row.line, [NOTHING] * len(spans))
        place = len(spans) - 1 if row.column is None else row.column
        line[place] += Amount(row.deals, row.value, row.value * chances[row.stage] / 100)
    weighted = sum((weighted_by(value, chances[stage]) for stage, value in stages.items()), Decimal(0))
    lines = [Line((key,), tuple(line)) for key, line in cells.items()]
    whole = _together(lines, len(spans))
    if order is None:
        lines = _largest_first(lines, len(spans))
    else:
        places = {key: place for place, key in enumerate(order)}
        lines.sort(key=lambda line: places[line.keys[0]])
    shown = [place for place, span in enumerate(spans) if span.kind is Kind.MONTH or whole.cells[place].deals]
    narrow = [Line(line.keys, tuple(line.cells[place] for place in shown)) for line in (whole, *lines)]
    return Forecast([spans[place] for place in shown], narrow[1:], narrow[0], weighted)


def _largest_first(lines: list[Line], columns: int) -> list[Line]:
    lines = sorted(lines, key=lambda line: (-line.total.value, -line.total.deals, line.keys[0] or 0))
    if len(lines) <= LINES_AT_MOST:
        return lines
    return [*lines[: LINES_AT_MOST - 1], _together(lines[LINES_AT_MOST - 1 :], columns)]


def _together(lines: Iterable[Line], columns: int) -> Line:
    whole = Line((), (NOTHING,) * columns)
    for line in lines:
        whole = whole.together(line)
    return whole
