"""The part of a name that was asked for, marked for the eye. Everything is escaped."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString

from accounts.plain import ASCII_LETTERS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def marked(text: str, words: Iterable[str], initials: str = "") -> SafeString:
    """``text`` as HTML; what begins a word like one of ``words`` (plain) is marked, or else what stands inside one."""
    folded, places = _folded(text)
    spans = [span for word in words if word for span in _spans(folded, word)]
    if not spans and initials:
        spans = _first_letters(folded, initials)
    if not spans:
        return escape(text)
    shown = {place for start, end in spans for place in places[start:end]}
    return SafeString("".join(f"<mark>{escape(run)}</mark>" if is_marked else escape(run) for run, is_marked in _runs(text, shown)))


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text letter by letter as it is compared, and where each of these letters stands in the text."""
    if text.isascii():  # a letter each
        return text.translate(ASCII_LETTERS), range(len(text))
    letters, places = [], []
    for place, letter in enumerate(text):
        for one in _letters_of(letter):
            letters.append(one)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _letters_of(letter: str) -> str:
    return plain(letter) or " "


def _spans(folded: str, word: str) -> list[tuple[int, int]]:
    found, start = [], folded.find(word)
    while start >= 0:
        found.append((start, start + len(word)))
        start = folded.find(word, start + len(word))
    at_start = [span for span in found if span[0] == 0 or folded[span[0] - 1] == " "]
    return at_start or found


def _first_letters(folded: str, initials: str) -> list[tuple[int, int]]:
    starts = [place for place, letter in enumerate(folded) if letter != " " and (place == 0 or folded[place - 1] == " ")]
    picked = starts if "".join(folded[place] for place in starts).startswith(initials) else [*starts[:1], *starts[-1:]]
    return [(place, place + 1) for place, letter in zip(picked, initials, strict=False) if folded[place] == letter]


def _runs(text: str, shown: set[int]) -> Iterable[tuple[str, bool]]:
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or (place in shown) != (start in shown):
            yield text[start:place], start in shown
            start = place
