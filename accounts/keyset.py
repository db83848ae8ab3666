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
    from collections.abc import Sequence

    from django.db.models import QuerySet

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
    order = [F(name).desc() if down is not backwards else F(name).asc() for name in names]
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


def after(row: Model, *, keys: Sequence[str]) -> str:
    """What to ask ``page`` with for the rows that come after this one."""
    return _write(row, [key.removeprefix("-") for key in keys], keys, backwards=False)


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
