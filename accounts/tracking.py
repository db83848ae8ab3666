"""How the history of a model is written: what came by one statement for all its rows, what changed or went row by row."""

from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger
from pghistory import runtime


class Came(pghistory.InsertEvent):
    """The rows an INSERT or a COPY brings, written down by one statement more.

    A change stays with its row: there the condition (whether anything changed that is kept) is asked before a trigger is
    called at all, while a statement's trigger has to join every row with what it was, by a plan made for the first one.
    """

    level = pgtrigger.Statement


class EachItsOwn(tuple[type[pghistory.RowEvent], ...]):
    """Kinds of trackers of which every model gets ones of its own.

    pghistory makes a model's trackers by copying its defaults deeply. That copies what pgtrigger compares by identity, too,
    and such a trigger takes itself for one that brings no rows.
    """

    def __deepcopy__(self, _memo: dict[int, Any]) -> tuple[pghistory.RowEvent, ...]:
        return tuple(kind() for kind in self)


# That it came, how it changed, and that it went.
EVERYTHING: EachItsOwn = EachItsOwn((Came, pghistory.UpdateEvent, pghistory.DeleteEvent))
# A history is read by its object, its moment or its context; an index for each other relation would cost every write.
RELATION: Any = pghistory.ForeignKey(db_index=False)
OBJECT: Any = pghistory.ObjForeignKey(db_index=True)
CONTEXT: Any = pghistory.ContextForeignKey(db_index=True)


def reads_go_without_context() -> None:
    """Who acts is told to the database before each statement but those that are known to write nothing.

    What :mod:`accounts.prepared` has planned only reads unless it was said to write, and a savepoint does neither: they, too, go without.
    """
    prefixes: tuple[str, ...] = (*runtime.IGNORED_SQL_PREFIXES, "execute salvor_", "savepoint", "release savepoint")
    runtime.IGNORED_SQL_PREFIXES = prefixes  # type: ignore[assignment] # pghistory gives the tuple its own length as its type
