"""Parts of statements: querysets as SQL, to be put together where the ORM has no word for what is around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.prepared import Place

if TYPE_CHECKING:
    from django.db.models import QuerySet


def part_of(queryset: QuerySet[Any, Any]) -> str:
    """The queryset's text for ``accounts.prepared.named``: what is ``Given`` keeps its name, what is constant stands in the text."""
    sql, params = queryset.query.sql_with_params()
    return sql % tuple(_written(one) for one in params)


def _written(param: object) -> str:
    if isinstance(param, Place):
        return f"%({param.name})s"
    if isinstance(param, int):
        return str(param)
    if isinstance(param, str) and "\\" not in param:
        return "'" + param.replace("'", "''").replace("%", "%%") + "'"
    raise TypeError(f"{type(param).__name__} cannot stand in the text of a statement")
