"""Querysets compiled once a process and run as plain SQL from then on.

A queryset is built and compiled anew each time it is asked, which takes longer in Python than most of ours take in the
database. What every page asks is therefore prepared: written with the ORM as ever (so a rule such as ``visible_to`` stays in
one place), with :class:`Given` where a value comes in, and kept as a :class:`Statement`::

    @cache
    def _names(shape: Shape) -> Statement:
        return prepare(Deal.objects.in_shape(shape).filter(account_id=Given("account")).values_list("pk", "name"))

    rows = _names(shape_of(user)).rows(**seen_by(user), account=account.pk)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.signals import connection_created
from django.db.models import Expression, Field, ForeignObject, Lookup
from django.dispatch import receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

    Convert = Callable[[list[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes when the statement is run."""

    name: str


class Given(Expression):
    """A value that is known only when the statement is run. A list is given as one array: compare it by ``any_of``."""

    def __init__(self, name: str, output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (Place(self.name),)

    def __repr__(self) -> str:
        return f"Given({self.name!r})"


@ForeignObject.register_lookup  # which does not look among the fields' own
@Field.register_lookup
class AnyOf(Lookup[Any]):
    """``team_id__any_of=[1, 2]``: like ``in``, but the ids go as one array, so the statement is the same for any number."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        if hasattr(self.rhs, "as_sql"):
            right, right_params = compiler.compile(self.rhs)
        else:
            right, right_params = "%s", (list(self.rhs),)
        return f"{left} = ANY({right})", (*left_params, *right_params)


# The statements each open connection has planned already.
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
_names = count(1)
_WOVEN = re.compile(r"(\{\w+\}|%\(\w+\)s)")


@receiver(connection_created)
def _plan_for_anybody(connection: Any, **_kwargs: Any) -> None:
    """What is planned once is planned for whatever is given: the database would often think anew, which takes longer than the rest.

    Such plans look dear, as they must reckon with any number of rows; compiling them (JIT) at every call would take the longest.
    """
    if connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        with connection.connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan; SET jit = off")


class Statement:
    """SQL with its places, and what turns a row's values into Python's.

    ``planned``: the database plans it once a connection, too (``PREPARE``). For statements that take longer to plan than to run
    and whose plan does not hang on what is given. Behind a pooler that hands each transaction another connection, nothing is
    kept there: Django's ``DISABLE_SERVER_SIDE_CURSORS``, which such a pooler needs anyway, says so.

    ``writes``: it changes rows, so it goes with who did it (:func:`accounts.tracking.reads_go_without_context`). It must give some
    back (``RETURNING``).
    """

    __slots__ = ("_convert", "_name", "_params", "_places", "_run", "_sql")

    def __init__(
        self,
        sql: str,
        params: Iterable[Any],
        convert: Callable[[list[Any]], Iterable[Any]] | None = None,
        *,
        planned: bool = False,
        writes: bool = False,
    ) -> None:
        self._sql = sql
        self._params = tuple(params)
        self._convert = convert
        # In the order of their numbers: each name is one parameter, however often it stands in the text.
        self._places = list(dict.fromkeys(one.name for one in self._params if type(one) is Place))
        self._name = f"{'writing_' if writes else ''}salvor_{next(_names)}" if planned else ""
        slots = ", ".join(["%s"] * len(self._places))
        self._run = f"EXECUTE {self._name} ({slots})" if slots else f"EXECUTE {self._name}"

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Every row. Raises ``KeyError`` for a value that is not given; more may be given than it has places for."""
        with connection.cursor() as cursor:
            if self._name and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
                self._plan()
                cursor.execute(self._run, [given[name] for name in self._places])
            else:
                cursor.execute(self._sql, [given[one.name] if type(one) is Place else one for one in self._params])
            found = cursor.fetchall()
        return [tuple(row) for row in self._convert(found)] if self._convert else found

    def row(self, **given: Any) -> tuple[Any, ...] | None:
        """The first row, None where there is none."""
        found = self.rows(**given)
        return found[0] if found else None

    def _plan(self) -> None:
        own = connection.connection
        if self._name in _planned.setdefault(own, set()):
            return
        slots = [f"${self._places.index(one.name) + 1}" if type(one) is Place else "%s" for one in self._params]
        parts = self._sql.split("%s")
        sql = "".join(part + slot for part, slot in zip(parts, [*slots, ""], strict=True))
        with own.cursor() as cursor:
            cursor.execute(f"PREPARE {self._name} AS {sql}", [one for one in self._params if type(one) is not Place])
        _planned[own].add(self._name)


def named(sql: str, *, planned: bool = False, writes: bool = False) -> Statement:
    """A statement written as SQL, with ``%(name)s`` where a value comes in and ``%%`` for a percent sign."""
    return woven(sql, planned=planned, writes=writes)


def woven(sql: str, *, planned: bool = False, writes: bool = False, **querysets: QuerySet[Any, Any]) -> Statement:
    """A statement written as SQL, with ``{name}`` where a queryset comes in and ``%(name)s`` where a value does.

    Raises ``EmptyResultSet`` where Django knows beforehand that a queryset finds nothing.
    """
    text: list[str] = []
    params: list[Any] = []
    for part in _WOVEN.split(sql):
        if part.startswith("{") and part[1:-1] in querysets:
            inner, own = querysets[part[1:-1]].query.sql_with_params()
            text.append(inner)
            params.extend(own)
        elif part.startswith("%("):
            text.append("%s")
            params.append(Place(part[2:-2]))
        else:
            text.append(part)
    return Statement("".join(text), params, planned=planned, writes=writes)


def prepare(queryset: QuerySet[Any, Any], *, planned: bool = False) -> Statement:
    """Compile a queryset of ``values_list``. Keep the result (``functools.cache``): this is the slow part."""
    return compiled(queryset, planned=planned)[0]


def compiled(queryset: QuerySet[Any, Any], *, planned: bool) -> tuple[Statement, Any]:
    """The statement of a queryset, and Django's compiler that made it, which knows what each column is for."""
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    convert = (lambda rows: compiler.apply_converters(rows, converters)) if converters else None
    return Statement(sql, params, convert, planned=planned), compiler
