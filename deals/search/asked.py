"""What was typed into a search box, as words that can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

from accounts.plain import begins_a_word, has_inside, like, plain

MOST_WORDS = 6
LONGEST_WORD = 60
# A number is looked for in phone numbers from this many digits on; "2026" is a word like any other, too.
FEWEST_DIGITS = 4
PHONE = re.compile(r"[\d\s+()/.-]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """``words`` are plain; ``digits`` are those of a phone number without its leading zeros, else empty."""

    typed: str
    words: tuple[str, ...]
    digits: str = ""

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def phrase(self) -> str:
        return " ".join(self.words)

    @property
    def initials(self) -> str:
        """A single word short enough to be somebody's initials."""
        only = self.words[0] if len(self.words) == 1 else ""
        return only if 2 <= len(only) <= 4 and only.isalpha() else ""


def ask(typed: str) -> Asked:
    words = tuple(word[:LONGEST_WORD] for word in plain(typed).split()[:MOST_WORDS])
    digits = "".join(re.findall(r"[0-9]", typed)).lstrip("0") if PHONE.fullmatch(typed) else ""
    return Asked(typed=typed, words=words, digits=digits if len(digits) >= FEWEST_DIGITS else "")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One typed word and what it may stand for: the beginning of a word; once ``others`` were looked up, any of these too."""

    word: str
    others: tuple[str, ...] = ()
    inside: bool = False

    def patterns(self) -> list[str]:
        patterns = [begins_a_word(self.word), *(begins_a_word(other) for other in self.others)]
        return [*patterns, has_inside(self.word)] if self.inside and len(self.word) >= 3 else patterns


def initials_pattern(letters: str) -> str:
    """Words that begin with these letters, in this order: ``jb`` as ``" j% b%"``."""
    return "".join(f" {like(letter)}%" for letter in letters)


def initials_patterns(letters: str) -> list[str]:
    """The same for a name in capitals as it is written, without accents: ``jb`` as ``"J% B%"`` and ``"J%-B%"``."""
    first, others = letters[:1].upper(), [like(letter.upper()) for letter in letters[1:]]
    return [
        first + "".join(f"%{between}{other}" for between, other in zip(ways, others, strict=True)) + "%" for ways in product(" -", repeat=len(others))
    ]
