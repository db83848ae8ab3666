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
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

Row = TypeVar("Row")
ModelRow = TypeVar("ModelRow", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """``later`` and ``earlier`` are what to ask with for the pages beside this one; empty where there is none."""

    rows: list[Row]
    later: str
    earlier: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a page begins, and which way it is read. For rows that are made of more than one model: ``page`` does all at once."""

    keys: tuple[str, ...]
    size: int
    backwards: bool
    start: list[Any] | None

    def of(self, queryset: QuerySet[ModelRow, Any]) -> QuerySet[ModelRow, Any]:
        """Its rows in their order, and one more, which tells whether there is another page."""
        names = _names(self.keys)
        down = self.keys[0].startswith("-")
        if self.start is not None:
            comparison = TupleLessThan if down is not self.backwards else TupleGreaterThan
            queryset = queryset.filter(comparison(Tuple(*(F(name) for name in names)), tuple(self.start)))
        order = [F(name).desc() if down is not self.backwards else F(name).asc() for name in names]
        return queryset.order_by(*order)[: self.size + 1]

    def page(self, rows: Sequence[Row]) -> Page[Row]:
        """``rows``: what was found, as it was asked for. They have the keys as attributes."""
        names = _names(self.keys)
        return self.page_by(rows, lambda row: [_value(row, name) for name in names])

    def page_by(self, rows: Sequence[Row], values: Callable[[Row], Sequence[Any]]) -> Page[Row]:
        """The same of rows that have the values of their keys elsewhere."""
        more, found = len(rows) > self.size, list(rows[: self.size])
        if self.backwards:
            found.reverse()
        has_later = bool(found) and (more or self.backwards)
        has_earlier = bool(found) and (more if self.backwards else self.start is not None)
        return Page(
            rows=found,
            later=_write(values(found[-1]), self.keys, backwards=False) if has_later else "",
            earlier=_write(values(found[0]), self.keys, backwards=True) if has_earlier else "",
        )


def cut(*, keys: Sequence[str], size: int, token: str = "") -> Cut:
    """Where the page a token asks for begins.

    ``keys`` are fields or annotations, all up or all down ("-value", "-pk"), never null, and unique as a
    whole. The database compares them as a row, which an index in that order answers. A token that is
    not ours, or of another order, gives the first page.
    """
    down = keys[0].startswith("-")
    if any(key.startswith("-") is not down for key in keys):
        raise ValueError(f"Every key of {keys} must point the same way: the database compares them as one row.")
    backwards, start = _read(token, keys)
    return Cut(tuple(keys), size, backwards, start)


def page(queryset: QuerySet[ModelRow], *, keys: Sequence[str], size: int, token: str = "") -> Page[ModelRow]:
    """One page of ``queryset`` in the order of ``keys``, as :func:`cut` has them: one query."""
    where = cut(keys=keys, size=size, token=token)
    return where.page(list(where.of(queryset)))


def after(values: Sequence[Any], *, keys: Sequence[str]) -> str:
    """What to ask with for the rows that come after the one with these values of the keys."""
    return _write(values, keys, backwards=False)


def _names(keys: Sequence[str]) -> list[str]:
    return [key.removeprefix("-") for key in keys]


def _write(values: Sequence[Any], keys: Sequence[str], *, backwards: bool) -> str:
    return _signer(keys).sign_object([backwards, *(_plain(value) for value in values)])


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


def _value(row: Any, name: str) -> Any:
    """Of a key; ``account__name`` is followed."""
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> int | float | str:
    """The value of a key as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
