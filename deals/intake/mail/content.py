"""A part's content, decoded piece by piece: an attachment of 50 MB takes the memory of one piece."""

from __future__ import annotations

import binascii
import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deals.intake.mail.message import Part

PIECE = 1024 * 1024
NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
UU_BEGIN = re.compile(rb"begin [0-7]{3,4} [^\n]*\n")


def content(raw: bytes, part: Part, most: int | None = None) -> bytes:
    """The decoded bytes, at most `most` of them."""
    if most is None:
        return b"".join(pieces(raw, part))
    gathered, length = [], 0
    for piece in pieces(raw, part):
        gathered.append(piece)
        length += len(piece)
        if length >= most:
            break
    return b"".join(gathered)[:most]


def measured(raw: bytes, part: Part) -> tuple[int, str]:
    """Size in bytes and SHA-256 of the decoded content."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces(raw, part):
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def pieces(raw: bytes, part: Part) -> Iterator[bytes]:
    """The decoded content in pieces of about a megabyte. Signs that do not belong are passed over, as every mail program does."""
    if part.encoding == "base64":
        return _base64(raw, part)
    if part.encoding == "quoted-printable":
        return _quoted(raw, part)
    if part.encoding.startswith(("x-uu", "uu")):
        return _uuencoded(raw, part)
    return (raw[at : min(at + PIECE, part.end)] for at in range(part.start, part.end, PIECE))


def _base64(raw: bytes, part: Part) -> Iterator[bytes]:
    rest = b""
    for at in range(part.start, part.end, PIECE):
        kept = rest + raw[at : min(at + PIECE, part.end)].translate(None, NOT_BASE64)
        whole = len(kept) - len(kept) % 4
        rest = kept[whole:]
        yield binascii.a2b_base64(kept[:whole])
    if len(rest) > 1:
        yield binascii.a2b_base64(rest + b"=" * (4 - len(rest)))


def _quoted(raw: bytes, part: Part) -> Iterator[bytes]:
    at = part.start
    while at < part.end:
        stop = min(at + PIECE, part.end)
        if stop < part.end:  # A piece ends with a line, so that no '=3D' is torn.
            line = raw.rfind(b"\n", at, stop)
            stop = line + 1 if line >= 0 else stop
        yield binascii.a2b_qp(raw[at:stop])
        at = stop


def _uuencoded(raw: bytes, part: Part) -> Iterator[bytes]:
    begin = UU_BEGIN.search(raw, part.start, part.end)
    at = begin.end() if begin else part.start
    while at < part.end:
        line = raw.find(b"\n", at, part.end)
        stop = line if line >= 0 else part.end
        text = raw[at:stop].rstrip(b"\r")
        if text.strip() in {b"end", b"`"}:
            return
        yield _uu_line(text)
        at = stop + 1


def _uu_line(text: bytes) -> bytes:
    """One line; encoders that pad wrongly are read by the length the line itself gives."""
    try:
        return binascii.a2b_uu(text)
    except binascii.Error:
        length = (((text[0] - 32) & 63) * 4 + 5) // 3 if text else 0
        try:
            return binascii.a2b_uu(text[:length])
        except binascii.Error:
            return b""
