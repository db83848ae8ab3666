"""How well a name answers what was typed: pure, so that a table of examples can say it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from accounts.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deals.search.asked import Asked


class Fit(IntEnum):
    """The better, the smaller."""

    EXACT = 0  # the very name
    BEGINS = 1  # the name begins with what was typed
    WORDS = 2  # each typed word begins a word of the name
    INITIALS = 3  # the letters begin the words of the name
    AROUND = 4  # some typed words begin a word of the name, the others one of what stands around it: account, address
    INSIDE = 5  # what was typed stands inside a word, or in the digits of the phone number
    SIMILAR = 6  # a typing mistake away
    THROUGH = 7  # found by what hangs on it: a deal by the people on it


def fit(asked: Asked, name: str, around: str = "") -> Fit | None:
    """None where nothing of what was typed is there: a name that only a corrected spelling can have brought."""
    own = plain(name)
    words = own.split()
    by_name = _by_name(asked, own, words)
    return _by_all(asked, words, around) if by_name is None else by_name


def _by_name(asked: Asked, own: str, words: Sequence[str]) -> Fit | None:
    if own == asked.phrase:
        return Fit.EXACT
    if own.startswith(asked.phrase):
        return Fit.BEGINS
    if all_begin(asked.words, words):
        return Fit.WORDS
    if asked.initials and is_initials(asked.initials, words):
        return Fit.INITIALS
    return None


def _by_all(asked: Asked, words: Sequence[str], around: str) -> Fit | None:
    everything = [*words, *plain(around).split()]
    if all_begin(asked.words, everything):
        return Fit.AROUND
    together = " ".join(everything)
    if all(word in together for word in asked.words) or (asked.digits and asked.digits in "".join(filter(str.isdigit, around))):
        return Fit.INSIDE
    return None


def all_begin(asked: Sequence[str], words: Sequence[str]) -> bool:
    """Each asked word begins a word of its own, in whatever order."""
    left = list(words)
    for word in sorted(asked, key=len, reverse=True):
        found = next((one for one in left if one.startswith(word)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def is_initials(letters: str, words: Sequence[str]) -> bool:
    """The first letters of the words in their order, or of the first and the last one."""
    firsts = "".join(word[0] for word in words)
    return firsts.startswith(letters) or (len(letters) == 2 and len(firsts) > 2 and firsts[0] + firsts[-1] == letters)


def mistakes(typed: str, word: str) -> int:
    """How many slips of the finger make ``typed`` of the beginning of ``word``: a letter wrong, left out, too many, or two exchanged."""
    rows = [list(range(len(typed) + 1))]
    best = len(typed)
    for place, letter in enumerate(word[: len(typed) + 2], 1):
        row = [place]
        for at, other in enumerate(typed, 1):
            cost = min(rows[-1][at] + 1, row[at - 1] + 1, rows[-1][at - 1] + (letter != other))
            if place > 1 and at > 1 and letter == typed[at - 2] and word[place - 2] == other:
                cost = min(cost, rows[-2][at - 2] + 1)
            row.append(cost)
        rows.append(row)
        best = min(best, row[-1])
    return best
