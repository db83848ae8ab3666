"""Prepared querysets whose rows are objects of a model, with what ``select_related`` and ``annotate`` ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.query import get_related_populators

from accounts.prepared import compiled

if TYPE_CHECKING:
    from django.db.models import QuerySet

Found = TypeVar("Found", bound=Model)
GREATEST_ID = 2**63 - 1


class Objects(Generic[Found]):
    """Like a :class:`~accounts.prepared.Statement`, planned by the database once a connection; ``prefetch_related`` is not looked at."""

    __slots__ = ("_added", "_columns", "_fields", "_model", "_related", "_statement")

    def __init__(self, queryset: QuerySet[Found, Any]) -> None:
        self._statement, compiler = compiled(queryset, planned=True)
        select, kind = compiler.select, compiler.klass_info
        # The same steps as Django's own ModelIterable takes, those that are the same each time taken once.
        own = kind["select_fields"]
        self._model: type[Found] = kind["model"]
        self._columns = slice(own[0], own[-1] + 1)
        self._fields = [column.target.attname for column, _sql, _alias in select[self._columns]]
        self._related = get_related_populators(kind, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg] # the stubs are of a later Django
        self._added = list((compiler.annotation_col_map or {}).items())

    def all(self, **given: Any) -> list[Found]:
        """Every object. Raises ``KeyError`` for a value that is not given."""
        return [self._made(row) for row in self._statement.rows(**given)]

    def first(self, **given: Any) -> Found | None:
        """The first object. None as well for an id no row can have, as somebody may type it into an address."""
        if any(isinstance(value, int) and value > GREATEST_ID for value in given.values()):
            return None
        row = self._statement.row(**given)
        return self._made(row) if row is not None else None

    def _made(self, row: tuple[Any, ...]) -> Found:
        made = self._model.from_db(DEFAULT_DB_ALIAS, self._fields, row[self._columns])
        for related in self._related:
            related.populate(row, made)
        for name, place in self._added:
            setattr(made, name, row[place])
        return made
