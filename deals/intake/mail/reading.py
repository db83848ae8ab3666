"""A message's bytes become a Mail: whatever they are, in time and memory that their length bounds."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from deals.intake.mail import addresses, moments
from deals.intake.mail.content import content, measured, pieces
from deals.intake.mail.headers import words
from deals.intake.mail.letters import decoded
from deals.intake.mail.marking import OTHER_CHARSET, TOO_LONG
from deals.intake.mail.marking import gettext_noop as _
from deals.intake.mail.message import Address, Attachment, Mail, Part
from deals.intake.mail.structure import tree_of

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Address", "Attachment", "Mail", "Part", "Unreadable", "content", "pieces", "read"]

# More than any mail server takes. What is longer is kept, not read.
LONGEST = 150 * 1024 * 1024
LONGEST_TEXT = 1_000_000
LONGEST_HTML = 2_000_000
LONGEST_REPORT = 100_000
LONGEST_SUBJECT = 2_000
MOST_IDS = 500
ID = re.compile(r"<([^<>]{1,998})>")
BARE_ID = re.compile(r"[^\s<>,;\"()]{1,500}@[^\s<>,;\"()]{1,255}")
# A message has at least one of these; a list of "words: like this" has none.
KNOWN = {
    "from", "to", "date", "subject", "message-id", "received", "return-path", "sender", "content-type", "mime-version", "cc", "delivered-to",
    "reply-to", "in-reply-to", "references", "content-transfer-encoding", "x-original-to", "envelope-to", "content-disposition",
}  # fmt: skip
REPORTS = {"message/delivery-status", "message/global-delivery-status", "message/feedback-report", "message/disposition-notification",
           "text/rfc822-headers", "text/rfc822-header", "message/rfc822", "message/global", "message/global-headers"}  # fmt: skip
IMAGE, PROGRAM = _("This is no mail message but an image."), _("This is no mail message but a program.")
COMPRESSED = _("This is no mail message but a compressed file.")
NOT_MAIL = (
    (b"%PDF-", _("This is no mail message but a PDF.")),
    (b"PK\x03\x04", _("This is no mail message but a zip or Office file.")),
    (b"\xd0\xcf\x11\xe0", _("This is no mail message but an Outlook or old Office file; save it as .eml.")),
    (b"SQLite format 3", _("This is no mail message but a database.")),
    (b"\x89PNG", IMAGE), (b"\xff\xd8\xff", IMAGE), (b"GIF8", IMAGE), (b"\x7fELF", PROGRAM), (b"MZ\x90", PROGRAM),
    (b"\x1f\x8b", COMPRESSED), (b"BZh", COMPRESSED), (b"\xfd7zXZ", COMPRESSED),
)  # fmt: skip


class Unreadable(Exception):  # noqa: N818 - the name says what it is, like Refused
    """Nothing can be made of the bytes. `reason` is a sentence for the person who looks at them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(raw: bytes, *, received_at: datetime | None = None) -> Mail:
    """The message in `raw`. `received_at` (aware) stands in for a date that cannot be right.

    Raises Unreadable for bytes that are no message; everything else is a Mail, its defects named.
    """
    plain = _lined(raw)
    tree = tree_of(plain)
    if not KNOWN & tree.head.fields.keys():
        raise Unreadable(_("This is no mail message: it has none of the headers that every message has."))
    fields = tree.head.fields
    defects = list(tree.defects)
    gathered = _Gathered(plain, defects)
    for part in tree.parts:
        gathered.take(part)
    written = tree.head.first("date")
    date, defect = moments.believed(written, received=fields.get("received", ()), received_at=received_at)
    defects += [defect] if defect else []
    ids = _ids(fields.get("message-id", ()))
    senders = addresses.listed(fields.get("from", ())) or addresses.listed(fields.get("sender", ()))
    if not senders:
        defects.append(_("Nobody is named as the sender."))
    path = fields.get("return-path")
    return Mail(
        message_id=ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()[:40]}@no-message-id.invalid>",
        message_id_made_up=not ids,
        in_reply_to=_ids(fields.get("in-reply-to", ())),
        references=_ids(fields.get("references", ())),
        subject=words(tree.head.first("subject")[:10_000])[:LONGEST_SUBJECT],
        sender=senders[0] if senders else None,
        reply_to=addresses.listed(fields.get("reply-to", ())),
        to=addresses.listed((*fields.get("to", ()), *fields.get("apparently-to", ()))),
        cc=addresses.listed(fields.get("cc", ())),
        bcc=addresses.listed(fields.get("bcc", ())),
        delivered_to=addresses.listed(tuple(value for name in ("delivered-to", "x-original-to", "envelope-to") for value in fields.get(name, ()))),
        return_path=None if path is None else path[0].strip().strip("<>").strip().lower(),
        date=date,
        written_date=written[:500],
        text=gathered.text(),
        html=gathered.html(),
        parts=tree.parts,
        attachments=tuple(gathered.attachments),
        calendars=tuple(gathered.calendars),
        reports=tuple(gathered.reports),
        kind=tree.kind,
        parameters=tree.parameters,
        headers=fields,
        size=len(raw),
        defects=tuple(dict.fromkeys(defects)),
    )


def _lined(raw: bytes) -> bytes:
    """The bytes with lines that end as expected, offset for offset; Unreadable for what cannot be a message at all."""
    if not raw.strip(b"\x00 \t\r\n"):
        raise Unreadable(_("The file is empty."))
    if len(raw) > LONGEST:
        raise Unreadable(TOO_LONG % {"size": LONGEST // 1024 // 1024})
    for beginning, sentence in NOT_MAIL:
        if raw.startswith(beginning):
            raise Unreadable(sentence)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(_("This is text in UTF-16, not a mail message."))
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _ids(values: tuple[str, ...]) -> tuple[str, ...]:
    """The message ids of a field, each once, with their angle brackets; words and addresses around them are left out."""
    found: list[str] = []
    for value in values:
        inside = [re.sub(r"\s+", "", one) for one in ID.findall(value[:65_536])]
        found += inside or BARE_ID.findall(value[:4_096])
    kept = [f"<{one}>" for one in dict.fromkeys(found) if one]
    return tuple(kept if len(kept) <= MOST_IDS else kept[:1] + kept[1 - MOST_IDS :])


class _Gathered:
    """What the leaves hold, in their order."""

    def __init__(self, raw: bytes, defects: list[str]) -> None:
        self.raw = raw
        self.defects = defects
        self.plain: list[str] = []
        self.rich: list[str] = []
        self.attachments: list[Attachment] = []
        self.calendars: list[bytes] = []
        self.reports: list[tuple[str, str]] = []

    def take(self, part: Part) -> None:
        attached = part.disposition == "attachment" or (bool(part.name) and part.kind not in {"text/plain", "text/html"})
        if part.kind in REPORTS:
            self.reports.append((part.kind, decoded(content(self.raw, part, LONGEST_REPORT), "utf-8")[0]))
        if part.kind in {"text/calendar", "application/ics"} or part.name.lower().endswith(".ics"):
            self.calendars.append(content(self.raw, part, LONGEST_TEXT))
        if not attached and part.kind == "text/plain":
            self.plain.append(self._letters(part, LONGEST_TEXT))
        elif not attached and part.kind == "text/html":
            self.rich.append(self._letters(part, LONGEST_HTML))
        elif attached or part.kind not in {"text/calendar", "message/delivery-status"}:
            self.attachments.append(self._attachment(part))

    def text(self) -> str:
        return "\n".join(one for one in self.plain if one.strip())

    def html(self) -> str:
        return "\n".join(self.rich)

    def _letters(self, part: Part, most: int) -> str:
        octets = content(self.raw, part, most + 1)
        if len(octets) > most:
            octets = octets[:most]
            self.defects.append(_("The text is very long; the end of it was left out."))
        text, fitting = decoded(octets, part.parameters.get("charset", ""))
        if not fitting:
            self.defects.append(OTHER_CHARSET % {"charset": part.parameters.get("charset") or "none"})
        if b"\x00" in octets:
            self.defects.append(_("The text held NUL bytes; they were left out."))
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def _attachment(self, part: Part) -> Attachment:
        size, digest = measured(self.raw, part)
        shown = part.kind in {"image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"} and (
            bool(part.content_id) or part.disposition == "inline"
        )
        return Attachment(part, _file_name(part), part.kind, size, part.content_id, shown, digest)


def _file_name(part: Part) -> str:
    """The name without the folders somebody may have put before it, and without signs that direct a terminal or a file system."""
    name = re.split(r"[\\/]", part.name)[-1]
    name = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name).strip(" .")
    return name[:200] or {"message/rfc822": "message.eml", "text/calendar": "calendar.ics"}.get(part.kind, "")
