"""What goes into the intake and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from deals.intake.mail.message import Mail


@dataclass(frozen=True, slots=True)
class Item:
    """A message as it lies in its source. ``place``: where ("INBOX/17", "old.mbox#4"); ``role``: "inbox" or "sent".

    ``is_vouched``: who handed it over has checked that it is of whom it says (the drop address). ``is_from_file``: somebody
    brought it in a file, however old.
    """

    raw: bytes
    place: str
    role: str = "inbox"
    is_vouched: bool = False
    is_from_file: bool = False


@dataclass(slots=True)
class Taken:
    """What became of one message. ``is_new`` is False where the mailbox had it before; then the rest says what is stored.

    ``mail`` is None for one that cannot be read. ``inquiry``: the deal ``deal_id`` was opened by this very message.
    """

    place: str
    message_id: str
    pk: int
    is_new: bool
    kind: str
    evidence: tuple[str, ...]
    direction: str
    status: str
    reason: str
    sent_at: datetime
    text: str
    mail: Mail | None = field(repr=False)
    thread_id: int | None = None
    matched_by: str = ""
    user_id: int | None = None
    contact_id: int | None = None
    account_id: int | None = None
    deal_id: int | None = None
    inquiry: bool = False
