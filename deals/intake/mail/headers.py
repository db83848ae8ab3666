"""The head of a message or part: its fields, the encoded words in them, and the parameters of a field."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from deals.intake.mail.letters import decoded, storable
from deals.intake.mail.marking import HEADER_CUT
from deals.intake.mail.marking import gettext_noop as _

MAX_HEAD = 256 * 1024
MAX_PART_HEAD = 32 * 1024
MAX_FIELDS = 2000
MAX_VALUE = 100_000
# Some gateways double the carriage returns, and old Macs had nothing else.
END_OF_HEAD = re.compile(rb"\n\r*\n|\r\r(?!\n)")
FOLD = re.compile(rb"(?:\r*\n|\r)[ \t]+")
LINE = re.compile(rb"\r*\n|\r")
FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
ENCODED_WORD = re.compile(r"=\?([\w.:+-]*)(?:\*[\w-]*)?\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[\w.:+-]+\?[bBqQ]\?)")
PARAMETER = re.compile(r";\s*([^\s=;\"]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)")
# Marks that turn round the text after them: a name or a subject could make the page around it say something else.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTINUED = re.compile(r"(.+?)\*(\d{1,3})(\*?)\Z")


@dataclass(frozen=True, slots=True)
class Head:
    """The fields by name in small letters, in order; `body` is the offset at which the content begins."""

    fields: dict[str, tuple[str, ...]]
    body: int
    defects: tuple[str, ...]

    def first(self, name: str) -> str:
        values = self.fields.get(name)
        return values[0] if values else ""


def head_at(raw: bytes, start: int, end: int, most: int = MAX_HEAD) -> Head:
    """The head that begins at `start`. A line that can be no field and is followed by none ends it, as if a blank line stood there."""
    if raw[start : start + 1] in {b"\r", b"\n"}:
        return Head({}, min(end, start + (2 if raw[start : start + 2] == b"\r\n" else 1)), ())
    stop = min(end, start + most)
    blank = END_OF_HEAD.search(raw, start, stop)
    body, last = (blank.end(), blank.start()) if blank else (stop, stop)
    defects = [] if blank or stop == end else [HEADER_CUT % {"size": most // 1024}]
    lines = LINE.split(FOLD.sub(b" ", raw[start:last]))
    gathered: dict[str, list[str]] = {}
    for number, line in enumerate(lines[:MAX_FIELDS]):
        found = FIELD.match(line)
        if found:
            gathered.setdefault(found[1].decode("ascii", "replace").lower(), []).append(_letters(found[2][:MAX_VALUE]).strip())
        elif line.startswith((b"From ", b">From ")) and number == 0:
            continue
        elif line.strip() and not any(FIELD.match(later) for later in lines[number + 1 : number + 3]):
            defects.append(_("The header ends without a blank line."))
            body = _offset_of(raw, start, end, line)
            break
        elif line.strip():
            defects.append(_("The header has a line that is no field."))
    if len(lines) > MAX_FIELDS:
        defects.append(_("The header has too many fields; the rest was left out."))
    return Head({name: tuple(values) for name, values in gathered.items()}, body, tuple(dict.fromkeys(defects)))


def _offset_of(raw: bytes, start: int, end: int, line: bytes) -> int:
    at = raw.find(line, start, end)  # A folded line is not found as one; its beginning is.
    return at if at >= 0 else max(start, raw.find(line.split(b" ", 1)[0], start, end))


def _letters(value: bytes) -> str:
    return value.decode("ascii").replace("\x00", "") if value.isascii() else decoded(value, "utf-8")[0]


def words(value: str) -> str:
    """A field's text with its encoded words decoded (RFC 2047); words split in the middle of a letter are joined first.

    Marks that direct the text round it are left out.
    """
    value = value if value.isascii() else TURNING.sub("", value)
    if "=?" not in value:
        return " ".join(value.split()) if "  " in value or "\t" in value else value
    gathered: list[str] = []
    pending, charset = b"", ""
    at = 0
    value = BETWEEN_WORDS.sub(r"\1", value)
    for found in ENCODED_WORD.finditer(value):
        content = _word_bytes(found[2], found[3])
        if found.start() > at or found[1].lower() != charset:
            gathered += [decoded(pending, charset)[0] if pending else "", value[at : found.start()]]
            pending = b""
        pending, charset, at = pending + content, found[1].lower(), found.end()
    gathered += [decoded(pending, charset)[0] if pending else "", value[at:]]
    return " ".join(TURNING.sub("", storable("".join(gathered))).split())


def _word_bytes(how: str, text: str) -> bytes:
    octets = text.encode("utf-8", "replace")
    if how in "qQ":
        return binascii.a2b_qp(octets.replace(b" ", b"_"), header=True)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The field's own word in small letters ('text/plain') and its parameters, continued and encoded ones too (RFC 2231)."""
    word, mark, _rest = value.partition(";")
    if not mark:
        return word.strip().lower(), {}
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for given, written in PARAMETER.findall(value[len(word) :]):
        name, text = given.lower(), _unquoted(written)
        continued = CONTINUED.match(name)
        if continued:
            pieces.setdefault(continued[1], {})[int(continued[2])] = (text, bool(continued[3]))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {})[0] = (text, True)
        else:
            plain.setdefault(name, words(text))
    for name, numbered in pieces.items():
        plain[name] = _joined([numbered[number] for number in sorted(numbered)])
    return word.strip().lower(), plain


def _unquoted(written: str) -> str:
    written = written.strip()
    if not written.startswith('"'):
        return written
    inner = written[1:-1] if len(written) > 1 and written.endswith('"') else written[1:]
    return re.sub(r"\\(.)", r"\1", inner)


def _joined(pieces: list[tuple[str, bool]]) -> str:
    charset = ""
    first, encoded = pieces[0]
    if encoded and first.count("'") >= 2:
        charset, _language, first = first.split("'", 2)
        pieces = [(first, True), *pieces[1:]]
    octets = b"".join(unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace") for text, encoded in pieces)
    return decoded(octets, charset or "utf-8")[0]
