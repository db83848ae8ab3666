"""Pages by key: a page starts after the last row of the one before, so the thousandth costs what the first does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core import signing
from django.db.models import F, Model
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import OrderBy, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """``later`` and ``earlier`` are what to ask with for the pages beside this one; empty where there is none."""

    rows: list[Row]
    later: str
    earlier: str


def page(queryset: QuerySet[Row], *, keys: Sequence[str], size: int, token: str = "") -> Page[Row]:
    """One page of ``queryset`` in the order of ``keys``: one query.

    ``keys`` are fields or annotations, all up or all down ("-value", "-pk"), never null, and unique as a
    whole. The database compares them as a row, which an index in that order answers. A token that is
    not ours, or of another order, gives the first page.
    """
    names = [key.removeprefix("-") for key in keys]
    down = keys[0].startswith("-")
    if any(key.startswith("-") is not down for key in keys):
        raise ValueError(f"Every key of {keys} must point the same way: the database compares them as one row.")
    backwards, start = _read(token, keys)
    if start is not None:
        comparison = TupleLessThan if down is not backwards else TupleGreaterThan
        queryset = queryset.filter(comparison(Tuple(*(F(name) for name in names)), tuple(start)))
    order = _order(names, down=down is not backwards)
    rows = list(queryset.order_by(*order)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_later = bool(rows) and (more or backwards)
    has_earlier = bool(rows) and (more if backwards else start is not None)
    return Page(
        rows=rows,
        later=_write(rows[-1], names, keys, backwards=False) if has_later else "",
        earlier=_write(rows[0], names, keys, backwards=True) if has_earlier else "",
    )


def first_pages(querysets: Iterable[QuerySet[Row]], *, keys: Sequence[str], size: int, by: str) -> dict[Any, Page[Row]]:
    """The first page of each of several querysets that have the same columns, in one query.

    ``by``: the attribute of a row that tells whose it is, and the key of the answer; who has no row is not in it. Each
    part stops at its page's end, so the whole costs what the pages cost and not what they are taken from.
    """
    names = [key.removeprefix("-") for key in keys]
    order = _order(names, down=keys[0].startswith("-"))
    first, *others = [queryset.order_by(*order)[: size + 1] for queryset in querysets] or [None]
    if first is None:
        return {}
    parts: dict[Any, list[Row]] = {}
    for row in first.union(*others, all=True) if others else first:
        parts.setdefault(getattr(row, by), []).append(row)
    for rows in parts.values():
        rows.sort(key=lambda row: [getattr(row, name) for name in names], reverse=keys[0].startswith("-"))
    return {
        part: Page(rows[:size], _write(rows[size - 1], names, keys, backwards=False) if len(rows) > size else "", "") for part, rows in parts.items()
    }


def _order(names: Sequence[str], *, down: bool) -> list[OrderBy]:
    return [F(name).desc() if down else F(name).asc() for name in names]


def _write(row: Model, names: Sequence[str], keys: Sequence[str], *, backwards: bool) -> str:
    return _signer(keys).sign_object([backwards, *(_plain(row, name) for name in names)])


def _read(token: str, keys: Sequence[str]) -> tuple[bool, list[Any] | None]:
    if not token:
        return False, None
    try:
        backwards, *values = _signer(keys).unsign_object(token)
    except signing.BadSignature:
        return False, None
    return backwards, values


def _signer(keys: Sequence[str]) -> signing.Signer:
    return signing.Signer(salt=f"keyset:{','.join(keys)}")


def _plain(row: Model, name: str) -> int | float | str:
    """The value of a key as JSON holds it; ``account__name`` is followed."""
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
