"""A message as it was read: facts only, no judgement of what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: the name as it was shown (may be empty), the address in small letters."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0] or self.address


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the message: where its bytes stand in the raw message, and what it calls itself.

    `start` and `end` are offsets into the raw bytes, still encoded by `encoding`; `depth` counts the multiparts around it.
    """

    position: int
    kind: str
    parameters: Mapping[str, str]
    disposition: str
    name: str
    content_id: str
    encoding: str
    start: int
    end: int
    depth: int
    container: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along. `size` in bytes and `digest` (SHA-256) are of the decoded content.

    `inline_image` is true where the HTML may show it by its content id; no other attachment is ever shown inside the page.
    """

    part: Part
    name: str
    kind: str
    size: int
    content_id: str
    inline_image: bool
    digest: str

    @property
    def position(self) -> int:
        return self.part.position


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. Message ids are written with their angle brackets; moments are in UTC; texts hold no NUL.

    `date` is None only where neither the message nor the caller says when. `written_date` is the Date header as it stood.
    `reports` are the machine-readable parts (delivery status, feedback, headers of the original), by kind.
    """

    message_id: str
    message_id_made_up: bool
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    delivered_to: tuple[Address, ...]
    return_path: str | None
    date: datetime | None
    written_date: str
    text: str
    html: str
    parts: tuple[Part, ...]
    attachments: tuple[Attachment, ...]
    calendars: tuple[bytes, ...]
    reports: tuple[tuple[str, str], ...]
    kind: str
    parameters: Mapping[str, str]
    headers: Mapping[str, tuple[str, ...]]
    size: int
    defects: tuple[str, ...]

    def header(self, name: str) -> str:
        """The first value of a header, by its name in small letters; empty where it is absent."""
        values = self.headers.get(name)
        return values[0] if values else ""

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Everybody it was sent to, as far as the message tells, each once."""
        return tuple({one.address: one for one in (*self.delivered_to, *self.bcc, *self.cc, *self.to)}.values())[::-1]
