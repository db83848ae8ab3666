"""What may stand in a place of the file: one small reader a kind of value. A wrong value is said with its line, and reading goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from accounts.domains import PUBLIC_MAIL, domain_named
from reports.replay.moments import day_of, moment_of
from reports.replay.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from reports.replay.mistakes import Found
    from reports.replay.nodes import Value

LONGEST_TEXT = 20_000
MOST = Decimal(10) ** 11
KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
FROM = "from "


@dataclass(slots=True)
class Names:
    """What has been named so far, by kind ("user", "deal", …); the zone for moments; where mistakes go."""

    found: Found
    zone: ZoneInfo
    of: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, kind: str, key: str, line: int) -> None:
        known = self.of.setdefault(kind, {})
        if key in known:
            self.found.say(line, f"There is a {words(kind)} “{key}” already, in line {known[key]}.")
        known.setdefault(key, line)

    def knows(self, key: str, *kinds: str) -> bool:
        return any(key in self.of.get(kind, ()) for kind in kinds)


@dataclass(frozen=True, slots=True)
class Field:
    read: Callable[[Value, Names], Any]
    required: bool = True


def need(read: Callable[[Value, Names], Any]) -> Field:
    return Field(read)


def may(read: Callable[[Value, Names], Any]) -> Field:
    return Field(read, required=False)


def words(kind: str) -> str:
    return kind.replace("_", " ")


def text(value: Value, names: Names) -> str | None:
    """Any words; a number or a date is what is written there."""
    if not isinstance(value, Scalar) or value.kind == "null":
        names.found.say(value.line, "Words are wanted here.")
        return None
    if len(value.text) > LONGEST_TEXT or "\x00" in value.text:
        names.found.say(value.line, f"These words are longer than {LONGEST_TEXT:,} signs, or hold a NUL.")
        return None
    return value.text


def line(most: int, *, least: int = 1) -> Callable[[Value, Names], str | None]:
    """Words in one line, so many signs at most; not empty unless ``least`` is 0."""

    def read(value: Value, names: Names) -> str | None:
        said = text(value, names)
        if said is not None and (len(said.strip()) < least or len(said) > most or not said.isprintable()):
            names.found.say(value.line, f"One line is wanted here, of {least} to {most} signs.")
            return None
        return said

    return read


def domain(value: Value, names: Names) -> str | None:
    """A mail domain of an organisation's own."""
    said = text(value, names)
    plain = domain_named(said) if said is not None else ""
    if said is not None and (not plain or plain in PUBLIC_MAIL):
        names.found.say(value.line, f"“{said[:80]}” is no mail domain of an organisation. Write it like norwood.example.")
        return None
    return plain or None


def key(value: Value, names: Names) -> str | None:
    read = text(value, names)
    if read is not None and not KEY.fullmatch(read):
        names.found.say(value.line, f"“{read[:80]}” is no key. A key is letters, digits, - and _.")
        return None
    return read


def flag(value: Value, names: Names) -> bool | None:
    if isinstance(value, Scalar) and value.kind == "bool":
        return value.text.lower() in ("true", "yes", "on", "y")
    names.found.say(value.line, "true or false is wanted here.")
    return None


def number(value: Value, names: Names) -> Decimal | None:
    """An amount of 0 or more, with a point for the decimals."""
    try:
        read = Decimal(value.text) if isinstance(value, Scalar) else None
    except InvalidOperation:
        read = None
    if read is None or not read.is_finite() or not 0 <= read <= MOST:
        names.found.say(value.line, "A number of 0 or more is wanted here, like 25000.")
        return None
    return read.quantize(Decimal("0.01"))


def count(value: Value, names: Names) -> int | None:
    """A small whole number."""
    if isinstance(value, Scalar) and value.text.isascii() and value.text.isdecimal() and len(value.text) <= 3:
        return int(value.text)
    names.found.say(value.line, "A whole number is wanted here, like 1.")
    return None


def moment(value: Value, names: Names) -> Any:
    return _by(value, names, lambda said: moment_of(said, names.zone))


def day(value: Value, names: Names) -> Any:
    return _by(value, names, day_of)


def moment_or_day(value: Value, names: Names) -> Any:
    return _by(value, names, lambda said: day_of(said) if len(said) <= len("2026-03-02") else moment_of(said, names.zone))


def _by(value: Value, names: Names, read: Callable[[str], Any]) -> Any:
    if not isinstance(value, Scalar):
        names.found.say(value.line, "A time is wanted here, like 2026-03-02 14:00.")
        return None
    try:
        return read(value.text)
    except (ValueError, OverflowError) as error:
        names.found.say(value.line, str(error))
        return None


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
