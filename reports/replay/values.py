"""Single values of the file: words, numbers, times. A wrong one is said with its line, and reading goes on. Pure."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from accounts.domains import PUBLIC_MAIL, domain_named
from reports.replay.moments import day_of, moment_of
from reports.replay.nodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.replay.names import Names
    from reports.replay.nodes import Value

LONGEST_TEXT = 20_000
MOST = Decimal(10) ** 11
KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")


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
