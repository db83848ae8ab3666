"""Plain text: how words are compared when somebody searches. Lower case, without accents, punctuation as spaces.

The rule is written once, as the database function ``salvor_plain`` (``accounts/migrations``), because indexes stand
on it. ``plain`` says the same of what somebody typed, without asking the database; a test holds the two together.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Expression, Func, Q, TextField, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters that are no letter with a mark: Unicode takes none of these apart, the database's unaccent does.
LETTERS = str.maketrans(
    dict(
        zip(
            "ªµºðøđħıĸŀłŉŋŧſƀɓƃƈɖɗƌɛƒɠɩɨƙƚɲƞƥƫƭʈʋƴƶǥȡȥȴȵȶȷⱥȼⱦȿɀʉɇɉɍɏϐϑϕϖϰϱϲϵёẚẜẝỽỿ",
            "aμododhiqllnntsbbbcdddefgiiklnnptttvyzgdzlntjactszuejryβθφπκρσεеassvy",
            strict=True,
        )
    )
    | {"æ": "ae", "þ": "th", "ß": "ss", "ĳ": "ij", "œ": "oe", "ƕ": "hv", "ƣ": "oi", "ǆ": "dz", "ǉ": "lj", "ǌ": "nj", "ǳ": "dz"}
    | {"ȸ": "db", "ȹ": "qp", "ỻ": "ll", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "¼": "1 4", "½": "1 2", "¾": "3 4"}
)


# What has no letter beyond these is made plain in one go.
ASCII_LETTERS = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


def plain(text: str) -> str:
    """``" Müller-Lüdenscheid, São "`` as ``"muller ludenscheid sao"``: words with one space between."""
    if text.isascii():
        return " ".join(text.translate(ASCII_LETTERS).split())
    letters = unicodedata.normalize("NFC", text).lower().translate(LETTERS)
    return " ".join("".join(_plain_letter(letter) for letter in letters).split())


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    """Without its marks where it is Latin or Greek; other scripts keep theirs, as й is a letter of its own."""
    base = "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
    if base and (base.isascii() or unicodedata.name(base[0], "").startswith("GREEK")):
        letter = base
    return letter if letter.isalnum() else " "


class Plain(Func):
    """The plain words of a text in the database, a space before each, the first one too."""

    function = "salvor_plain"
    arity = 1
    output_field = TextField()


class PlainContact(Func):
    """What a contact is found by: name, address and the digits of the phone number (three expressions)."""

    function = "salvor_plain_contact"
    arity = 3
    output_field = TextField()


class Words(Func):
    """A text's words as the full-text index of deals keeps them."""

    function = "salvor_words"
    arity = 1
    output_field = TextField()


class LikeAny(Func):
    """Whether a text is like one of some patterns; each is looked up in the trigram index."""

    template = "(%(expressions)s))"
    arg_joiner = " LIKE ANY ("
    conditional = True
    output_field = BooleanField()

    def __init__(self, text: Func, patterns: Iterable[str] | Expression, **extra: Any) -> None:
        if isinstance(patterns, Expression):  # one given later; and Django copies an expression from its parts
            super().__init__(text, patterns, **extra)
        else:
            super().__init__(text, Value(list(patterns), output_field=ArrayField(TextField())), **extra)


class HasWords(Func):
    """Whether a text has the words of a query such as ``'clin':* & 'two':*``."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    conditional = True
    output_field = BooleanField()

    def __init__(self, words: Func, asked: Any, **extra: Any) -> None:
        super().__init__(words, asked if isinstance(asked, Expression) else Value(asked), **extra)


def like(part: str) -> str:
    """A text as it may stand inside a LIKE pattern: its wildcards mean themselves."""
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def begins_a_word(word: str) -> str:
    return f"% {like(word)}%"


def every_word(text: Func, words: Iterable[str]) -> Q:
    """Each of these plain words begins one of the text's; without words everything fits."""
    found = Q()
    for word in words:
        found &= Q(LikeAny(text, [begins_a_word(word)]))
    return found


def has_inside(word: str) -> str:
    return f"%{like(word)}%"


def lexeme(word: str, *, whole: bool = False) -> str:
    """One word of a ``HasWords`` query: one that begins so, or the very one."""
    quoted = "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
    return quoted if whole else f"{quoted}:*"
