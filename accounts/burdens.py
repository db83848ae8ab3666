"""How much waits for somebody already: asked before anything more is pointed at them.

The app above that knows what waits registers its count when it is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Burden:
    """``answers``: customers whose answer is overdue; ``grave``: high and critical signals raised, those answers among them."""

    answers: int = 0
    grave: int = 0

    @property
    def is_behind(self) -> bool:
        return bool(self.answers or self.grave)

    @property
    def weight(self) -> int:
        """For telling which of two has more to do."""
        return self.answers + self.grave


Count = Callable[[Collection[int], datetime], Mapping[int, Burden]]
NONE = Burden()
_counts: list[Count] = []


def register(count: Count) -> None:
    _counts[:] = [count]


def burdens(person_ids: Collection[int], now: datetime) -> dict[int, Burden]:
    """For each of these people; one query for all of them."""
    known = _counts[0](person_ids, now) if _counts and person_ids else {}
    return {pk: known.get(pk, NONE) for pk in person_ids}
