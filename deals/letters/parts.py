"""The bytes of a message again: the whole text with its quotes apart, attachments piece by piece, and images by their content id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from deals.intake.mail import content, reading
from deals.intake.mail.structure import tree_of
from deals.models import RawMail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deals.models import MailAttachment, MailMessage

# What a browser draws and cannot run. An SVG is a document that can, so it is downloaded like everything else.
DRAWN = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"})
IMAGE = re.compile(r'(<img\b[^>]*?\bsrc=")cid:([^"]+)(")', re.IGNORECASE)
QUOTED = re.compile(r"\s*>")
# So much of a text is shown; the rest is in the message itself.
LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one text that are quoted, or are not."""

    quoted: bool
    text: str
    lines: int


def whole_text(message: MailMessage, raw: bytes) -> str:
    """All of the text, as it was sent; what was taken in of it where it cannot be read any more."""
    try:
        return reading.read(raw, received_at=message.received_at).text[:LONGEST]
    except reading.Unreadable:
        return message.text


def says_more(message: MailMessage, raw: bytes) -> bool:
    """Does the whole text say more than what was taken in of it? Blanks and line ends count for nothing."""
    return whole_text(message, raw).split() != message.text.split()


def blocks(text: str) -> list[Block]:
    """The text in its order, quotes apart from what was said; blank lines belong to what stands before them."""
    found: list[list[str]] = []
    quoted: list[bool] = []
    for line in text.split("\n"):
        is_quote = bool(QUOTED.match(line)) if line.strip() else (quoted[-1] if quoted else False)
        if not quoted or quoted[-1] is not is_quote:
            found.append([])
            quoted.append(is_quote)
        found[-1].append(line)
    texts = [(is_quote, "\n".join(lines).strip("\n")) for is_quote, lines in zip(quoted, found, strict=True)]
    return [Block(is_quote, text, text.count("\n") + 1) for is_quote, text in texts if text]


def pieces(attachment: MailAttachment) -> Iterator[bytes]:
    """The decoded bytes of what hangs on the message. Raises ``LookupError`` where the message does not have it any more."""
    raw = bytes(RawMail.objects.values_list("content", flat=True).get(message=attachment.message_id))
    part = next((one for one in tree_of(raw).parts if one.position == attachment.position), None)
    if part is None:
        raise LookupError(attachment.position)
    return content.pieces(raw, part)


def document(message: MailMessage, attachments: list[MailAttachment], *, stylesheet: str) -> str:
    """The clean HTML as a document of its own for the frame: its own images by our own route, links in a new tab."""
    known = {one.content_id: one.position for one in attachments if one.is_image and one.content_id and one.content_type in DRAWN}

    def own(found: re.Match[str]) -> str:
        position = known.get(found[2])
        return f"{found[1]}{reverse('mail-image', args=[message.pk, position])}{found[3]}" if position is not None else f"{found[1]}{found[3]}"

    body = IMAGE.sub(own, message.html)
    return (
        f'<!doctype html><html lang="und"><head><meta charset="utf-8"><title>{escape(_("The message"))}</title><base target="_blank">'
        f'<link rel="stylesheet" href="{escape(stylesheet)}"></head><body>{body}</body></html>'
    )


def file_name(name: str) -> str:
    """As a name for a file on somebody's machine: without folders, signs that turn the direction of writing, and the like."""
    plain = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable() and sign not in TURNING)
    return plain.strip(" .")[:150] or _("file")


# Signs that make "exe.gpj" read as a picture.
TURNING = frozenset(chr(code) for code in (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
