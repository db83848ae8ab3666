"""What is wrong with a story's file: each mistake with its line and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Mistake(NamedTuple):
    """``line`` counts from 1, as editors do."""

    line: int
    reason: str


class UnreadableError(Exception):
    """The file is no story. ``mistakes``: all that were found, in the order of their lines; never empty."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("; ".join(f"line {one.line}: {one.reason}" for one in self.mistakes))


@dataclass(slots=True)
class Found:
    """Mistakes as they are found: reading goes on, so that one look at a file names all of them."""

    mistakes: list[Mistake]

    def say(self, line: int, reason: str) -> None:
        self.mistakes.append(Mistake(line, reason))
