"""Columns of values as the database writes arrays: one text each, which it reads in a fraction of the time of as many values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def array_of(values: Iterable[Any]) -> str:
    """Texts, numbers, days, moments and what is empty; to be given as ``%s::bigint[]`` and the like."""
    return f"{{{','.join([CELLS.get(type(value), _cell)(value) for value in values])}}}"


def _nothing(_value: None) -> str:
    return "NULL"


def _text(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


@lru_cache(maxsize=1024)
def iso(day: date) -> str:
    """Rows that are written together share most of their days and moments. Moments only as ``iso_moment`` gives them."""
    return day.isoformat()


def iso_moment(moment: datetime) -> str:
    """Equal moments of different zones are the same moment to the database.

    The second of two hours that a clock shows twice equals the first (``fold``) and is another moment: it goes as UTC.
    """
    return iso(moment.astimezone(UTC) if moment.fold else moment)


def as_ancestor(cells: Mapping[type, Callable[[Any], str]], value: Any) -> str:
    """Of a type that is not in ``cells``: as the nearest of those it comes from, as a model's choices come from texts."""
    return next((cells[kind] for kind in type(value).__mro__ if kind in cells), str)(value)


# Written alike wherever the database reads texts.
NUMBERS_AND_DAYS: dict[type, Callable[[Any], str]] = {int: str, float: str, Decimal: str, date: iso, datetime: iso_moment}
# By the very type: a sweep writes tens of thousands.
CELLS: dict[type, Callable[[Any], str]] = {**NUMBERS_AND_DAYS, type(None): _nothing, str: _text, bool: str}
_cell = partial(as_ancestor, CELLS)
