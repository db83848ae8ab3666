"""The tree of a MIME message, found in one pass over its bytes: linear in its length, however deep it is, without copies.

The standard library's parser holds a message of 50 MB several times over as lines of text and recurses into its depth; mail from strangers
asks for neither. Leaves are given as offsets, so an attachment is only decoded when somebody wants it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from deals.intake.mail.headers import MAX_PART_HEAD, Head, head_at, parameters, words
from deals.intake.mail.marking import TOO_MANY_PARTS
from deals.intake.mail.marking import gettext_noop as _
from deals.intake.mail.message import Part

MOST_PARTS = 1000
DEEPEST = 200
TYPE = re.compile(r"[\w.+-]+/[\w.+*-]+\Z", re.ASCII)
ENCODINGS = {"base64", "quoted-printable", "7bit", "8bit", "binary", "x-uuencode", "uuencode", "x-uue", "uue"}


@dataclass(frozen=True, slots=True)
class Tree:
    """The message's own head, its type, and all its leaves in order."""

    head: Head
    kind: str
    parameters: dict[str, str]
    parts: tuple[Part, ...]
    defects: tuple[str, ...]


def tree_of(raw: bytes) -> Tree:
    """Raises nothing: a message that breaks off, or whose parts cannot be told apart, has what can be found and the defects."""
    head = head_at(raw, 0, len(raw))
    kind, given = typed(head)
    walk = _Walk(raw, head)
    at = head.body - 1 if head.body else 0
    while walk.open and len(walk.parts) < MOST_PARTS:
        at = raw.find(b"\n--", at)
        if at < 0:
            break
        end = raw.find(b"\n", at + 3)
        end = len(raw) if end < 0 else end
        if end - at < 200:  # A boundary has at most 70 signs.
            walk.line(raw[at + 3 : end].rstrip(b" \t\r"), at + 1, end + 1)
        at = end
    walk.finish()
    return Tree(head, kind, given, tuple(walk.parts), tuple(dict.fromkeys(walk.defects)))


def typed(head: Head) -> tuple[str, dict[str, str]]:
    """The content type: 'text/plain' where there is none, bytes where it is none that exists."""
    kind, given = parameters(head.first("content-type"))
    if TYPE.match(kind):
        return kind, given
    return ("text/plain" if kind in {"", "text"} else "application/octet-stream"), given


@dataclass(slots=True)
class _Open:
    """A multipart that is not closed yet."""

    boundary: bytes
    kind: str
    seen: bool = False


class _Walk:
    """Where the pass over the lines that may be delimiters stands: the open multiparts, and the leaf being read."""

    def __init__(self, raw: bytes, head: Head) -> None:
        self.raw = raw
        self.head = head
        self.defects = list(head.defects)
        self.parts: list[Part] = []
        self.open: list[_Open] = []
        self.known: dict[bytes, int] = {}
        self._begin(head, 0)

    def line(self, text: bytes, start: int, after: int) -> None:
        """A line that begins with two hyphens: `text` is what follows them, `start` where it begins, `after` where the next one does."""
        depth = self.known.get(text)
        closes = depth is None and text.endswith(b"--")
        if closes:
            depth = self.known.get(text[:-2])
        if depth is None:
            return
        if depth < len(self.open) - 1:
            self.defects.append(_("A part made of several is not closed."))
        if not self.open[-1].seen and len(self.open) > 1 and (closes or depth < len(self.open) - 1):
            self.open.pop()  # Its own boundary never opened a part: what it holds is read as one.
        self._end_leaf(start)
        del self.open[depth + (0 if closes else 1) :]
        self.known = {one.boundary: number for number, one in enumerate(self.open)}
        if not closes:
            self.open[-1].seen = True
            self._begin(head_at(self.raw, after, len(self.raw), MAX_PART_HEAD), after)

    def finish(self) -> None:
        if len(self.parts) >= MOST_PARTS:
            self.defects.append(TOO_MANY_PARTS % {"most": MOST_PARTS})
        elif self.leaf is not None:
            if self.open:
                seen = self.open[-1].seen
                self.defects.append(_("The last boundary is missing.") if seen else _("The boundary between the parts is missing."))
                del self.open[len(self.open) if seen else -1 :]
            self._add(self.leaf, len(self.raw))
        if not self.parts:
            self._add(self.head, len(self.raw))

    def _begin(self, head: Head, start: int) -> None:
        """A part begins: a multipart waits for its first delimiter, everything else is a leaf."""
        self.leaf: Head | None = head
        self.began = start
        kind, given = typed(head)
        if not kind.startswith("multipart/"):
            return
        boundary = given.get("boundary", "").rstrip().encode("utf-8", "replace")
        if not boundary:
            self.defects.append(_("A part made of several names no boundary."))
        elif len(self.open) >= DEEPEST:
            self.defects.append(_("The parts are nested too deep; the rest is one part."))
        else:
            self.known[boundary] = len(self.open)
            self.open.append(_Open(boundary, kind))

    def _end_leaf(self, at: int) -> None:
        head, self.leaf = self.leaf, None
        if head is None or not self.open[-1].seen:
            return  # What stands after the last delimiter of a multipart, or before its first, is for nobody.
        if head.body > at:
            head = head_at(self.raw, self.began, at, MAX_PART_HEAD)
        end = at - 1
        self._add(head, end - 1 if self.raw[end - 1 : end] == b"\r" else end)

    def _add(self, head: Head, end: int) -> None:
        container = self.open[-1].kind if self.open else ""
        self.parts.append(_leaf(head, position=len(self.parts), end=max(head.body, end), depth=len(self.open), container=container))


def _leaf(head: Head, *, position: int, end: int, depth: int, container: str) -> Part:
    kind, given = typed(head)
    if container == "multipart/digest" and "content-type" not in head.fields:
        kind = "message/rfc822"
    disposition, more = parameters(head.first("content-disposition"))
    encoding = (head.first("content-transfer-encoding").lower().split() or [""])[0].rstrip(";")
    return Part(
        position=position,
        kind="text/plain" if kind.startswith("multipart/") else kind,
        parameters=given,
        disposition=disposition,
        name=words(more.get("filename", "") or given.get("name", "")),
        content_id=head.first("content-id").strip("<> "),
        encoding=encoding if encoding in ENCODINGS else "",
        start=head.body,
        end=end,
        depth=depth,
        container=container,
    )
