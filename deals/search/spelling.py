"""What a mistyped word may have meant: words in use that are a slip of the finger away, or have it inside.

The rules, so that nobody has to guess: a word of three to five letters may have one mistake, a longer one two. A mistake is a
letter wrong, left out, too many, or two exchanged. The first letter must be right, unless it changed places with the second.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.models import KnownWord
from accounts.plain import has_inside, like
from deals.search.asked import Spelling
from deals.search.ranking import mistakes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHORTEST = 3
# So many spellings of a word are tried, those nearest to it, by how many words were typed: every combination is looked up.
MOST = {1: 8, 2: 3}

# {n}: which of the typed words. Its first letter picks a stretch of the index.
CANDIDATES = """
SELECT {n} AS typed, kind, word FROM accounts_knownword
WHERE word LIKE %(other_way{n})s OR word LIKE %(first{n})s AND (
    word LIKE ANY (%(swapped{n})s)
    OR levenshtein_less_equal(left(word, %(size{n})s - 1), %(word{n})s, %(most{n})s) <= %(most{n})s
    OR levenshtein_less_equal(left(word, %(size{n})s), %(word{n})s, %(most{n})s) <= %(most{n})s
    OR levenshtein_less_equal(left(word, %(size{n})s + 1), %(word{n})s, %(most{n})s) <= %(most{n})s)
"""
# Names of deals are indexed by whole words: what stands inside one is looked up here.
INSIDE = """
SELECT {n} AS typed, kind, word
FROM (SELECT kind, word FROM accounts_knownword WHERE kind = 'deal' AND word LIKE %(inside{n})s LIMIT 40) AS word{n}
"""


def mistakes_allowed(word: str) -> int:
    if len(word) < SHORTEST or not word.isalpha():
        return 0
    return 1 if len(word) <= 5 else 2


def spellings(words: Sequence[str]) -> dict[str, list[Spelling]]:
    """For each kind of name (``KnownWord.Kind``) the typed words with their other spellings. At most one query."""
    found = _nearest(words, _candidates(words))
    return {kind: [Spelling(word, found.get((kind, word), ()), inside=len(words) == 1) for word in words] for kind in KnownWord.Kind.values}


def _candidates(words: Sequence[str]) -> list[tuple[int, str, str]]:
    """Which of the words, kind, and a known word near it."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for n, word in enumerate(words):
        if not mistakes_allowed(word):
            continue
        parts += [CANDIDATES.format(n=n), INSIDE.format(n=n)]
        swapped = [f"{like(word[:at] + word[at + 1] + word[at] + word[at + 2 :])}%" for at in range(len(word) - 1)]
        values |= {f"word{n}": word, f"size{n}": len(word), f"most{n}": mistakes_allowed(word), f"swapped{n}": swapped}
        values |= {f"first{n}": f"{like(word[0])}%", f"other_way{n}": swapped[0], f"inside{n}": has_inside(word)}
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), values)
        return list(cursor.fetchall())


def _nearest(words: Sequence[str], candidates: Iterable[tuple[int, str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Of each kind and typed word the nearest spellings: fewest mistakes, then the length most alike."""
    near: dict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
    for n, kind, known in candidates:
        typed = words[n]
        away = 0 if typed in known else mistakes(typed, known)
        if not known.startswith(typed) and away <= mistakes_allowed(typed):
            near[kind, typed].append((away, abs(len(known) - len(typed)), known))
    return {key: tuple(known for _away, _longer, known in sorted(found)[: MOST.get(len(words), 1)]) for key, found in near.items()}
