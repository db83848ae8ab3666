"""What may stand in a place of the file: one small reader a kind of value. A wrong value is said with its line, and reading goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.replay.names import Names, words
from reports.replay.nodes import Mapping, Scalar, Sequence
from reports.replay.values import key, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.replay.nodes import Value

FROM = "from "


@dataclass(frozen=True, slots=True)
class Field:
    read: Callable[[Value, Names], Any]
    required: bool = True


def need(read: Callable[[Value, Names], Any]) -> Field:
    return Field(read)


def may(read: Callable[[Value, Names], Any]) -> Field:
    return Field(read, required=False)


def one_of(*choices: str) -> Callable[[Value, Names], str | None]:
    def read(value: Value, names: Names) -> str | None:
        if isinstance(value, Scalar) and value.text in choices:
            return value.text
        said = value.text[:60] if isinstance(value, Scalar) else "this"
        names.found.say(value.line, f"“{said}” is none of {', '.join(choices)}.")
        return None

    return read


def new(kind: str) -> Callable[[Value, Names], str | None]:
    """A key that names something from here on."""

    def read(value: Value, names: Names) -> str | None:
        said = key(value, names)
        if said is not None:
            names.add(kind, said, value.line)
        return said

    return read


def known(*kinds: str) -> Callable[[Value, Names], str | None]:
    """The key of something that was named before."""

    def read(value: Value, names: Names) -> str | None:
        said = text(value, names)
        if said is None or names.knows(said, *kinds):
            return said
        names.found.say(value.line, f"There is no {' or '.join(words(one) for one in kinds)} “{said[:80]}” so far.")
        return None

    return read


def deal(value: Value, names: Names) -> str | None:
    """The key of a deal, or ``from KEY``: the one that came of the mail with that key."""
    said = text(value, names)
    if said is not None and said.startswith(FROM):
        mail = said.removeprefix(FROM).strip()
        if names.knows(mail, "mail"):
            return FROM + mail
        names.found.say(value.line, f"There is no mail “{mail[:80]}” so far.")
        return None
    return known("deal")(value, names)


def address_or(*kinds: str) -> Callable[[Value, Names], str | None]:
    """Somebody's key, or a mail address of somebody who has none here."""

    def read(value: Value, names: Names) -> str | None:
        if isinstance(value, Scalar) and value.text.count("@") == 1 and value.text.isprintable() and " " not in value.text:
            return value.text
        return known(*kinds)(value, names)

    return read


def one_or_more(inner: Callable[[Value, Names], Any]) -> Callable[[Value, Names], Any]:
    """A list, or a single one."""

    def read(value: Value, names: Names) -> Any:
        items = value.items if isinstance(value, Sequence) else (value,)
        return [one for one in (inner(item, names) for item in items) if one is not None]

    return read


def mapping_of(inner: Callable[[Value, Names], Any]) -> Callable[[Value, Names], Any]:
    """Words by words, such as the headers of a mail."""

    def read(value: Value, names: Names) -> Any:
        if not isinstance(value, Mapping):
            names.found.say(value.line, "Keys with values are wanted here, like {key: value}.")
            return None
        return {name: inner(one, names) for name, one in value.entries.items()}

    return read


def shape(what: str, /, **fields: Field) -> Callable[[Value, Names], Any]:
    """These keys and no others. A key that is a word of Python is written with ``_`` behind it."""
    plain = {name.rstrip("_"): one for name, one in fields.items()}

    def read(value: Value, names: Names) -> Any:
        if not isinstance(value, Mapping):
            names.found.say(value.line, f"{what} is keys with values, like {{{', '.join(plain)}}}.")
            return None
        for name in value.entries.keys() - plain.keys():
            names.found.say(value.lines[name], f"{what} has no “{name[:80]}”. It may have: {', '.join(plain)}.")
        for name, one in plain.items():
            if one.required and name not in value.entries:
                names.found.say(value.line, f"{what} wants “{name}”.")
        return {name: plain[name].read(one, names) for name, one in value.entries.items() if name in plain}

    return read


def anything(value: Value, names: Names) -> Any:
    """Plain values as they are written: for facts that are not played yet."""
    if isinstance(value, Mapping):
        return {name: anything(one, names) for name, one in value.entries.items()}
    if isinstance(value, Sequence):
        return [anything(one, names) for one in value.items]
    return value.text
