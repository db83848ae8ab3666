"""From bytes to named properties in nested components. What cannot be read is told and left out; the rest goes on.

icalendar takes lines apart here, but does not build the whole: it gives up at the first bad line, and it keeps every file's
time zones for all files that come after it in the same process.
"""

from __future__ import annotations

import codecs
import contextlib
import quopri
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from icalendar.parser import Contentline
from icalendar.parser.property import unescape_backslash

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 256 * 1024
DEEPEST = 20
AT_MOST_DEFECTS = 50
# Parts of a file, and lines of one name in a part: far more than a calendar has.
MOST_PARTS, MOST_OF_ONE = 200_000, 20_000
BYTE_ORDERS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The only ones anything here asks for: pictures and other attachments are not taken apart.
NEEDED = frozenset(
    [
        "BEGIN",
        "END",
        "METHOD",
        "NAME",
        "X-WR-CALNAME",
        "X-WR-TIMEZONE",
        "UID",
        "SUMMARY",
        "DTSTART",
        "DTEND",
        "DURATION",
        "SEQUENCE",
        "RECURRENCE-ID",
        "STATUS",
        "DESCRIPTION",
        "LOCATION",
        "ORGANIZER",
        "ATTENDEE",
        "RRULE",
        "EXRULE",
        "EXDATE",
        "RDATE",
        "DTSTAMP",
        "LAST-MODIFIED",
        "TRANSP",
        "COMMENT",
        "CLASS",
        "TZID",
        "X-LIC-LOCATION",
        "TZOFFSETFROM",
        "TZOFFSETTO",
    ]
)
NAME = re.compile(r"\s*([\w.-]+)\s*(?=[;:])", re.ASCII)
QUOTED = re.compile(r"\A[^:]*;ENCODING=QUOTED-PRINTABLE", re.IGNORECASE)
# Most lines: nothing quoted, escaped or listed before the value.
SIMPLE = re.compile(r"[\w.-]+(?:;[\w.-]+=[^\"\\^;:,]*)+:", re.ASCII)
PARAMETER = re.compile(r";([\w.-]+)=([^;:]*)", re.ASCII)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    value: str
    line: int
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return str(unescape_backslash(self.value)).strip()


@dataclass(slots=True)
class Component:
    name: str
    line: int = 0
    properties: dict[str, list[Property]] = field(default_factory=dict)
    children: list[Component] = field(default_factory=list)

    def first(self, *names: str) -> Property | None:
        return next((self.properties[name][0] for name in names if name in self.properties), None)

    def text(self, *names: str) -> str:
        found = self.first(*names)
        return found.text if found else ""

    def walk(self, name: str) -> Iterator[Component]:
        """Those of a name, at any depth, in the order of the file."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.walk(name)


class Defects(list[str]):
    """What was found, each once, and no more than a person would read."""

    def tell(self, sentence: str) -> None:
        if len(self) < AT_MOST_DEFECTS and sentence not in self:
            self.append(sentence)


def decoded(raw: bytes, defects: Defects) -> str:
    """The text: by its byte order mark, as UTF-8, or as Windows wrote it before."""
    for mark, encoding in BYTE_ORDERS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, errors="replace")
    # Some programs fold lines in the middle of a letter.
    for attempt in (raw, re.sub(rb"\r?\n[ \t]", b"", raw)):
        with contextlib.suppress(UnicodeDecodeError):
            return attempt.decode()
    text = raw.decode(errors="replace")
    broken = text.count("\ufffd")
    if sum(not letter.isascii() for letter in text) > 2 * broken:
        defects.tell(_("Some letters of the file are damaged; each is shown as a question mark."))
        return text
    defects.tell(_("The file is not written in UTF-8; its letters were taken for those of Windows in Western Europe."))
    return raw.decode("cp1252", errors="replace")


def content_lines(text: str) -> Iterator[tuple[int, str]]:
    """Whole lines with the number where each begins. Empty lines are nothing, and do not end a folded one."""
    parts: list[str] = []
    began = 0
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if parts and line[:1] in (" ", "\t"):
            parts.append(line[1:])
        elif parts and parts[-1].endswith("=") and QUOTED.search(parts[0]):
            # A soft line break of the older vCalendar.
            parts[-1] = parts[-1][:-1]
            parts.append(line)
        elif line.strip():
            if parts:
                yield began, "".join(parts)
            parts, began = [line], number
    if parts:
        yield began, "".join(parts)


def tree(text: str, defects: Defects) -> Component:
    """A nameless component that holds those of the file. Never raises."""
    root = Component("")
    stack = [root]
    parts = 0
    for number, line in content_lines(text):
        found = _property(number, line, defects)
        if found is None:
            continue
        if found.name == "BEGIN":
            child = Component(found.value.strip().upper(), number)
            parts += 1
            if parts > MOST_PARTS:
                defects.tell(_("The file has more parts than any calendar; what follows line %(line)d was left out.") % {"line": number})
                break
            stack[-1].children.append(child)
            if len(stack) < DEEPEST:
                stack.append(child)
        elif found.name == "END":
            _close(stack, found, defects)
        else:
            same = stack[-1].properties.setdefault(found.name, [])
            if len(same) < MOST_OF_ONE:
                same.append(found)
    if len(stack) > 1:
        defects.tell(_("The file ends in the middle: the part that begins in line %(line)d has no end.") % {"line": stack[-1].line})
    return root


def _close(stack: list[Component], found: Property, defects: Defects) -> None:
    name = found.value.strip().upper()
    depth = next((depth for depth in range(len(stack) - 1, 0, -1) if stack[depth].name == name), 0)
    if not depth:
        defects.tell(_("Line %(line)d ends a part that has not begun.") % {"line": found.line})
        return
    if depth != len(stack) - 1:
        defects.tell(_("The part that begins in line %(line)d has no end.") % {"line": stack[-1].line})
    del stack[depth:]


def _property(number: int, line: str, defects: Defects) -> Property | None:
    named = NAME.match(line)
    if named is None:
        defects.tell(_("Line %(line)d is no property and was left out.") % {"line": number})
        return None
    name = named[1].upper()
    if name not in NEEDED:
        return None
    if len(line) > LONGEST_LINE:
        defects.tell(_("Line %(line)d is too long and was left out.") % {"line": number})
        return None
    try:
        parameters, value = _taken_apart(CONTROLS.sub("", line))
    except ValueError:
        defects.tell(_("Line %(line)d cannot be read and was left out.") % {"line": number})
        return None
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        value = quopri.decodestring(value.encode()).decode(errors="replace")
    return Property(name, value, number, parameters)


def _taken_apart(line: str) -> tuple[dict[str, str], str]:
    """The parameters of a line, several values of one joined by commas, and its value. Raises ValueError."""
    bare, colon, value = line.partition(":")
    if colon and ";" not in bare:
        return {}, value
    if simple := SIMPLE.match(line):
        return {key.upper(): said for key, said in PARAMETER.findall(simple[0])}, line[simple.end() :]
    _name, parameters, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call] # has no types
    return {str(key).upper(): ",".join(said) if isinstance(said, list) else str(said) for key, said in parameters.items()}, str(value)
