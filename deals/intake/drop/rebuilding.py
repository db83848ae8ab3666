"""A forwarded message as bytes again: what was attached with who forwarded it on top, what stood inline with the headers it was told with.

Who forwarded stands in the fields that RFC 5322 has for it (Resent-…), and as one more person it was delivered to.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from deals.intake.mail.content import content

if TYPE_CHECKING:
    from datetime import datetime

    from deals.intake.drop.forwards import Inline
    from deals.intake.mail.message import Address, Mail


@dataclass(frozen=True, slots=True)
class Forwarding:
    """``by``: one of ours. ``message_id``: of the message it came in."""

    by: Address
    at: datetime
    message_id: str

    @property
    def head(self) -> bytes:
        fields = {
            "Resent-From": _written((self.by,)),
            "Resent-Date": format_datetime(self.at),
            "Resent-Message-ID": self.message_id,
            "Delivered-To": self.by.address,
        }
        return _fields(fields)


def with_forwarder(raw: bytes, forwarding: Forwarding) -> bytes:
    """A line "From …", as mail files have, would end the headers."""
    if raw[:5] in (b"From ", b">From"):
        raw = raw.partition(b"\n")[2]
    return forwarding.head + raw


def made_up_id(found: Inline, sent_at: datetime) -> str:
    """The same for everybody who forwards the same message."""
    told = "\n".join((found.sender.address, f"{sent_at:%Y-%m-%d %H:%M}", found.subject, " ".join(found.body.split())))
    return f"<{sha256(told.encode('utf-8', 'replace')).hexdigest()[:40]}@forwarded.invalid>"


def message(found: Inline, outer: Mail, raw: bytes, *, message_id: str, sent_at: datetime, forwarding: Forwarding) -> bytes:
    """The message that stood inline in ``outer``, which was read from ``raw``; files that hang on that belong to it."""
    fields = {"From": _written((found.sender,)), "To": _written(found.to), "Cc": _written(found.cc), "Subject": _encoded(found.subject)}
    fields |= {"Date": format_datetime(sent_at), "Message-ID": message_id}
    body = EmailMessage()
    body.set_content(found.body.encode("utf-8", "replace").decode(), cte="base64")
    for attachment in outer.attachments:
        main, _slash, sub = attachment.kind.partition("/")
        if main in ("message", "multipart"):
            main, sub = "application", "octet-stream"
        data = content(raw, attachment.part)
        body.add_attachment(data, maintype=main, subtype=sub or "octet-stream", filename=_line(attachment.name) or "attachment")
    return forwarding.head + _fields(fields) + body.as_bytes()


def _fields(fields: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value).encode("utf-8", "replace")


def _written(people: tuple[Address, ...]) -> str:
    return ", ".join(f"{_encoded(one.name, quoted=True)} <{_line(one.address)}>".strip() for one in people)


def _encoded(words: str, *, quoted: bool = False) -> str:
    plain = _line(words)
    if not plain:
        return ""
    if not plain.isascii():
        return Header(plain, "utf-8", maxlinelen=10_000).encode()
    return '"' + plain.replace("\\", "").replace('"', "") + '"' if quoted else plain


def _line(words: str) -> str:
    return " ".join(words.split())
