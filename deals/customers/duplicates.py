"""How much two records look like the same one. Pure: what is known of both goes in, a score and the reasons come out.

Names are compared as people read them: without case, accents, signs, legal forms and the order of words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from deals.intake.files.names import LEGAL_FORMS, plain

# From here on two records are worth a look; from SURE on they are the same unless somebody knows better.
LIKELY, SURE = 0.6, 0.9
# Shorter words ("ab", "the") say nothing about whether a longer name contains another.
TELLING = 4
FILLERS = frozenset({"the", "and", "und", "et", "y", "of", "der", "die", "das", "la", "le", "el"})
# A name with an initial for the first name.
INITIALS = 0.75
# Enough of a phone number's end to be one line, whatever country code stands before it.
PHONE_END = 8


class Reason(StrEnum):
    EMAIL = "email"
    DOMAIN = "domain"
    NAME = "name"
    SIMILAR = "similar"
    PART = "part"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Likeness:
    """From 0 to 1, and why."""

    score: float = 0.0
    reasons: tuple[Reason, ...] = ()

    @property
    def likely(self) -> bool:
        return self.score >= LIKELY


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """``at``: what tells where they work, an account's id; None where that is not known."""

    name: str
    addresses: frozenset[str] = frozenset()
    phone: str = ""
    at: int | None = None


def of_organisations(one: Organisation, other: Organisation) -> Likeness:
    """The same domain or the same plain name is sure; a similar name, or one that contains the other, is likely."""
    found = []
    if one.domains & other.domains:
        found.append((0.97, Reason.DOMAIN))
    score, reason = of_names(company_words(one.name), company_words(other.name))
    if reason is not None:
        found.append((score, reason))
    return _together(found)


def of_people(one: Person, other: Person) -> Likeness:
    """The same address is sure. A name counts in full at the same account only: many people are called alike."""
    found = []
    if one.addresses & other.addresses:
        found.append((1.0, Reason.EMAIL))
    if (line := _line(one.phone)) and line == _line(other.phone):
        found.append((0.8, Reason.PHONE))
    score, reason = of_names(person_words(one.name), person_words(other.name))
    if score < INITIALS and _initials_fit(person_words(one.name), person_words(other.name)):
        score, reason = INITIALS, Reason.SIMILAR
    if reason is not None:
        elsewhere = one.at is not None and other.at is not None and one.at != other.at
        here = one.at is not None and one.at == other.at
        found.append((score if here else score * (0.6 if elsewhere else 0.75), reason))
    return _together(found)


def of_names(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[float, Reason | None]:
    if not one or not other:
        return 0.0, None
    if "".join(one) == "".join(other) or sorted(one) == sorted(other):
        return 0.95, Reason.NAME
    similar = trigram_likeness(" ".join(sorted(one)), " ".join(sorted(other)))
    shorter, longer = sorted((set(one), set(other)), key=len)
    if shorter < longer and any(len(word) >= TELLING for word in shorter):
        return max(0.7, similar), Reason.PART
    return (similar, Reason.SIMILAR) if similar >= 0.5 else (similar, None)


@lru_cache(maxsize=4096)
def company_words(name: str) -> tuple[str, ...]:
    """The words of an organisation's name, without legal forms at its end and without fillers."""
    words = [word for word in re.findall(r"[^\W_]+", plain(name.replace(".", "").replace("'", ""))) if word not in FILLERS]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return tuple(words)


@lru_cache(maxsize=4096)
def person_words(name: str) -> tuple[str, ...]:
    return tuple(word for word in re.findall(r"[^\W_]+", plain(name.replace("'", ""))) if word not in {"dr", "prof", "mr", "mrs", "ms"})


def trigram_likeness(one: str, other: str) -> float:
    """Shared trigrams of all trigrams, as the database's pg_trgm counts them."""
    ones, others = _trigrams(one), _trigrams(other)
    return len(ones & others) / len(ones | others) if ones and others else 0.0


def _trigrams(text: str) -> frozenset[str]:
    padded = [f"  {word} " for word in text.split()]
    return frozenset(word[place : place + 3] for word in padded for place in range(len(word) - 2))


def _initials_fit(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """``P. Raman`` may be Priya Raman."""
    if len(one) < 2 or len(other) < 2 or one[-1] != other[-1]:
        return False
    first, second = one[0], other[0]
    return 1 in (len(first), len(second)) and first[0] == second[0]


def _line(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return digits[-PHONE_END:] if len(digits) >= PHONE_END else ""


def _together(found: list[tuple[float, Reason]]) -> Likeness:
    """Each further reason takes away a third of the doubt that is left."""
    if not found:
        return Likeness()
    found.sort(key=lambda one: -one[0])
    score = found[0][0]
    for more, _reason in found[1:]:
        score += (1 - score) * more / 3
    return Likeness(round(score, 3), tuple(reason for _score, reason in found))
