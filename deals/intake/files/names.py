"""Names that mean the same: keys that ignore case, accents, spaces, signs and legal forms."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

LEGAL_WORDS = (
    "inc incorporated llc ltd limited plc corp corporation co company gmbh mbh ag kg kgaa ohg ug se sa sas sarl srl spa bv nv ab "
    "as oy oyj aps pty pte lp llp sl slu sro kft zrt lda ltda cv"
)
LEGAL_FORMS = frozenset(LEGAL_WORDS.split())
NOBODY = frozenset(
    {"", "unknown", "noaccount", "none", "na", "nn", "null", "nocompany", "unassigned", "unbekannt", "keine", "ohne", "inconnu", "desconocido", "no"}
)
FOLDED = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"})


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """Lower case without accents; everything else stays."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold().translate(FOLDED))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


@lru_cache(maxsize=65_536)
def key(text: str) -> str:
    """Letters and digits alone: ``GTXPro`` and ``GTX Pro`` have the same key."""
    folded = plain(text)
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


@lru_cache(maxsize=65_536)
def company_key(text: str) -> str:
    """As :func:`key`, and without legal forms at the end: ``Norwood Ltd.`` is ``Norwood``."""
    words = re.findall(r"[^\W_]+", plain(text.replace(".", "")))
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return "".join(words)


def means_nobody(text: str) -> bool:
    """Words that exports write where nothing is known: ``(no account)``, ``Unknown``, ``n/a``."""
    return key(text) in NOBODY


@dataclass(slots=True)
class Names(Generic[Thing]):
    """Things by name. ``find`` takes the very name first, then the key if only one thing has it."""

    company: bool = False
    exact: dict[str, Thing] = field(default_factory=dict)
    doubles: set[str] = field(default_factory=set)
    by_key: dict[str, tuple[str, Thing] | None] = field(default_factory=dict)

    def add(self, name: str, thing: Thing) -> None:
        if self.exact.setdefault(name, thing) != thing:
            self.doubles.add(name)
        for short in self._keys(name):
            known = self.by_key.setdefault(short, (name, thing))
            if known is not None and known[1] != thing:
                self.by_key[short] = None

    def find(self, name: str) -> tuple[str, Thing] | None:
        """The name it has here, and the thing; None where nothing, or more than one thing, fits."""
        if name in self.exact:
            return None if name in self.doubles else (name, self.exact[name])
        for short in self._keys(name):
            if short in self.by_key:
                return self.by_key[short]
        return None

    def is_ambiguous(self, name: str) -> bool:
        return name in self.doubles or any(short in self.by_key and self.by_key[short] is None for short in self._keys(name))

    def _keys(self, name: str) -> list[str]:
        full = key(name)
        if not full:
            return []
        short = company_key(name) if self.company else full
        return [full] if short in {full, ""} else [full, short]


def person_name(text: str) -> str:
    """``Frase, Moses`` is Moses Frase."""
    last, comma, first = text.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() and "," not in first else text


def join_name(first: str, last: str) -> str:
    return " ".join(part for part in (first, last) if part)
