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
    words, more = own.split(), plain(around).split()
    everything = " ".join([*words, *more])
    digits = "".join(filter(str.isdigit, around)) if asked.digits else ""
    ways = (
        (Fit.EXACT, own == asked.phrase),
        (Fit.BEGINS, own.startswith(asked.phrase)),
        (Fit.WORDS, all_begin(asked.words, words)),
        (Fit.INITIALS, bool(asked.initials) and is_initials(asked.initials, words)),
        (Fit.AROUND, all_begin(asked.words, [*words, *more])),
        (Fit.INSIDE, all(word in everything for word in asked.words) or (bool(digits) and asked.digits in digits)),
    )
    return next((how for how, true in ways if true), None)


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
