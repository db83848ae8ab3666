"""Writing many rows at once: by COPY, several times as fast as INSERT, with the same triggers and constraints; few by one INSERT."""

from __future__ import annotations

import json
from functools import partial
from itertools import islice
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection
from django.db.models import JSONField

from accounts.arrays import NUMBERS_AND_DAYS, array_of, as_ancestor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.models import Model

    from accounts.prepared import Statement

# From so many rows on, COPY is quicker than an INSERT.
MANY = 50
# More rows in one statement would only make it longer.
BATCH = 500
# As many as are written down at a time for COPY: enough for their columns, few enough for the database not to wait long.
AT_ONCE = 100
NULL = "\\N"
NEXT_IDS = "SELECT nextval(s) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS s OFFSET 0) AS found, generate_series(1, %s)"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def next_ids(model: type[Model], number: int) -> list[int]:
    """Fresh ids of the model's table, in order."""
    if not number:
        return []
    with connection.cursor() as cursor:
        # The sequence is looked up once, not once a row.
        cursor.execute(NEXT_IDS, [model._meta.db_table, number])
        return [pk for (pk,) in cursor.fetchall()]


def copy_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows given as values of the columns ``names``. Raises what an INSERT would (IntegrityError, DataError).

    The next rows are asked for while the database writes those before, so nothing may be asked of it to make them. The first
    hundred are made before that begins: rows that do ask fail only beyond them.
    """
    lines = _Lines(rows)
    if not lines.first:
        return
    quote = connection.ops.quote_name
    head = ", ".join(quote(name) for name in names)
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({head}) FROM STDIN", lines)
    except DatabaseError:
        if lines.failure is not None:  # the database only says that there was one
            raise lines.failure from None
        raise


class _Lines:
    """Rows as the file that COPY reads, some at a time."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.rows = iter(rows)
        self.failure: BaseException | None = None
        self.first = self._next()

    def read(self, _size: int) -> str:
        if self.first:
            first, self.first = self.first, ""
            return first
        try:
            return self._next()
        except BaseException as failure:
            self.failure = failure
            raise

    def _next(self) -> str:
        part = list(islice(self.rows, AT_ONCE))
        # Column by column, as most have values of one kind: that takes a third of the time of cell by cell.
        columns = map(_texts, zip(*part, strict=True))
        return "".join([f"{line}\n" for line in map("\t".join, zip(*columns, strict=True))])


def write_values(sql: str, rows: Sequence[Sequence[Any]], *, template: str = "") -> None:
    """Run a statement with ``VALUES %s`` for the rows, a batch at a time. Raises what any statement does."""
    for start in range(0, len(rows), BATCH):
        page = rows[start : start + BATCH]
        row = template or f"({', '.join(['%s'] * len(page[0]))})"
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("VALUES %s", f"VALUES {', '.join([row] * len(page))}"), [value for values in page for value in values])


def commit_without_waiting() -> None:
    """For a transaction whose work is done again where the server crashes before it reached the disk, within a second.

    What is committed after it reaches the disk after it: nobody acts on what could still be lost.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def write_columns(statement: Statement, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Run a statement with ``unnest(%(id)s::bigint[], …)`` for the rows, all at once; ``names`` are its places. Raises what any does.

    Each column goes as one array, which takes the database a fraction of the time that as many VALUES do.
    """
    columns = [array_of(column) for column in zip(*rows, strict=True)]
    if columns:
        statement.rows(**dict(zip(names, columns, strict=True)))


def insert(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows given as values of the columns ``names``, few or many."""
    if len(rows) > MANY:
        copy_rows(model, names, rows)
    else:
        quote = connection.ops.quote_name
        write_values(f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(name) for name in names)}) VALUES %s", rows)  # noqa: S608 - names


def give_ids(model: type[Model], instances: Sequence[Any]) -> None:
    """To instances that are added later in the same transaction."""
    for instance, pk in zip(instances, next_ids(model, len(instances)), strict=True):
        instance.pk = pk


def copy_instances(model: type[Model], instances: Sequence[Any], made: Iterable[Any] | None = None) -> None:
    """Add instances that are complete (relations by id); those without an id get one.

    ``made``: the same instances in their order, each as soon as it is complete; see ``copy_rows`` for what may be done to make them so.
    """
    give_ids(model, [instance for instance in instances if instance.pk is None])
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    documents = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
    dated_by_themselves = [field for field in fields if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)]
    for instance in instances:
        instance._state.adding = False  # noqa: SLF001 - as bulk_create does
        for field in dated_by_themselves:
            field.pre_save(instance, add=True)
    rows = map(attrgetter(*(field.attname for field in fields)), instances if made is None else made)
    copy_rows(model, [str(field.column) for field in fields], _with_documents(rows, documents) if documents else rows)


def _with_documents(rows: Iterable[Sequence[Any]], places: Sequence[int]) -> Iterator[Sequence[Any]]:
    """The rows with what stands in these places as JSON."""
    for row in rows:
        cells = list(row)
        for place in places:
            cells[place] = None if cells[place] is None else json.dumps(cells[place])
        yield cells


def _texts(column: Sequence[Any]) -> Sequence[str]:
    """The values of a column as COPY reads them."""
    kinds = set(map(type, column)) - {NoneType}
    if not kinds:
        return [NULL] * len(column)
    if len(kinds) > 1:
        return [NULL if value is None else CELLS.get(type(value), _cell)(value) for value in column]
    kind = kinds.pop()
    write = CELLS.get(kind, _cell)
    if None in column:
        return [NULL if value is None else write(value) for value in column]
    if kind is str and _is_plain("".join(column)):
        return column
    return list(map(write, column))


def _is_plain(text: str) -> bool:
    return text.isprintable() and "\\" not in text


def _text(value: str) -> str:
    return value if _is_plain(value) else value.translate(ESCAPES)


# By the very type: that of a whole column, mostly.
CELLS: dict[type, Callable[[Any], str]] = {**NUMBERS_AND_DAYS, str: _text, bool: lambda value: "t" if value else "f"}
_cell = partial(as_ancestor, CELLS)
