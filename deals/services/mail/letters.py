"""A message on its way in: what was read of it, in words the database takes, and what is decided about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

import structlog

from deals.intake.mail import classes, reading, threads, words
from deals.intake.mail.html import clean_html
from deals.intake.mail.marking import NOT_READ
from deals.models import MailMessage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from deals.intake.mail.message import Mail
    from deals.services.mail.items import Item
    from deals.services.mail.known import DealRow, ThreadRow
    from deals.services.mail.ours import Ours

log = structlog.get_logger(__name__)
Kind, Direction, Status = MailMessage.Kind, MailMessage.Direction, MailMessage.Status

LONGEST_ID = 900  # bytes: what an index takes, with room
MOST_PARENTS = 100
RETURNED = {Kind.BOUNCE, Kind.DELAY_NOTICE, Kind.FEEDBACK_REPORT}
ORIGINALS = {"message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822-header", "message/global-headers"}
ORIGINAL_ID = re.compile(r"^[ \t>|]*message-id:\s*(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Letter:
    """One message. What stands above the line is read, what stands below is decided under the intake's lock."""

    item: Item
    mail: Mail | None
    message_id: str
    sent_at: datetime
    kind: str = Kind.UNREADABLE
    evidence: tuple[str, ...] = ()
    direction: str = Direction.IN
    sender: str = ""
    sender_name: str = ""
    recipients: list[list[str]] = field(default_factory=list)
    parents: tuple[str, ...] = ()
    subject: str = ""
    base_subject: str = ""
    text: str = ""
    html: str = ""
    defects: list[str] = field(default_factory=list)
    # Says that one of ours wrote it, and nothing proves that (deals.services.mail.claims).
    is_claimed: bool = False
    # ---
    pk: int = 0
    thread: ThreadRow | None = None
    status: str = Status.UNREADABLE
    reason: str = ""
    matched_by: str = ""
    user_id: int | None = None
    contact_id: int | None = None
    account_id: int | None = None
    deal: DealRow | None = None
    interaction_id: int | None = None
    inquiry: bool = False

    def forget(self) -> None:
        """What was decided in a transaction that came to nothing."""
        self.thread = self.deal = self.contact_id = self.account_id = self.interaction_id = None
        self.matched_by, self.inquiry = "", False
        if self.mail is not None:
            self.status, self.reason = Status.UNREADABLE, ""

    @property
    def is_human(self) -> bool:
        return self.kind == Kind.HUMAN

    def addresses(self, *roles: str) -> list[str]:
        """Whom it was sent to, in these roles (to, cc, bcc, via) and their order."""
        return [address for role in roles for kind, address, _name in self.recipients if kind == role]


def read(item: Item, *, now: datetime) -> Letter:
    """Never raises for what is in a message: what cannot be read is kept as that, with the reason."""
    try:
        mail = reading.read(item.raw, received_at=now)
        return _letter(item, mail, now)
    except reading.Unreadable as error:
        return unreadable(item, error.reason, now)
    except Exception as error:  # a fault of ours must not cost a message; it is kept, and seen in the log
        log.exception("mail_not_read", place=item.place, size=len(item.raw))
        return unreadable(item, NOT_READ % {"error": type(error).__name__}, now)


def unreadable(item: Item, reason: str, now: datetime) -> Letter:
    made_up = f"<{sha256(item.raw).hexdigest()[:40]}@no-message-id.invalid>"
    return Letter(item, None, made_up, now, reason=storable(reason, 500))


def _letter(item: Item, mail: Mail, now: datetime) -> Letter:
    letter = Letter(item, mail, stored_id(mail.message_id), min(mail.date or now, now))
    if mail.sender is not None:
        letter.sender = storable(mail.sender.address, 320).lower()
        letter.sender_name = storable(" ".join(mail.sender.name.split()), 200)
    listed: dict[str, list[str]] = {}
    for role, people in (("to", mail.to), ("cc", mail.cc), ("bcc", mail.bcc), ("via", mail.delivered_to)):
        for one in people:
            listed.setdefault(one.address, [role, storable(one.address, 320).lower(), storable(one.name, 200)])
    letter.recipients = list(listed.values())
    letter.parents = tuple(dict.fromkeys(stored_id(one) for one in threads.parents(mail)[:MOST_PARENTS]))
    letter.subject = storable(mail.subject, 998)
    letter.base_subject = storable(threads.base_subject(mail.subject), 300)
    letter.text = storable(words.said(mail))
    letter.html = storable(clean_html(mail.html)) if mail.html else ""
    letter.defects = [storable(one, 500) for one in mail.defects]
    return letter


def address(letter: Letter, ours: Ours, mailbox_owner: int | None) -> None:
    """From them, from us, or among us; and who of ours it is. What a form on our website sends is from whom it says to answer to."""
    if letter.item.role == "inbox" and letter.mail is not None and ours.is_machine(letter.sender):
        asking = next((one for one in letter.mail.reply_to if not ours.is_ours(one.address)), None)
        if asking is not None:
            letter.sender, letter.sender_name = storable(asking.address, 320).lower(), storable(" ".join(asking.name.split()), 200)
    outside = [one for one in letter.addresses("to", "cc", "bcc", "via") if not ours.is_ours(one)]
    from_us = letter.item.role == "sent" or (bool(letter.sender) and ours.is_ours(letter.sender))
    if from_us:
        letter.direction = Direction.INTERNAL if letter.recipients and not outside else Direction.OUT
        letter.user_id = ours.user_of(letter.sender) or (mailbox_owner if letter.item.role == "sent" else None)
    else:
        people = ours.people_of(letter.addresses("to", "cc", "via", "bcc"))
        heir = ours.heir(mailbox_owner) if mailbox_owner is not None else None
        letter.user_id = people[0] if people else heir


def judge(letter: Letter, ours: Ours, *, known_thread: bool) -> None:
    """What kind of message it is. What came back undelivered belongs to the thread of the message that it brings back."""
    if letter.mail is None:
        return
    verdict = classes.classify(letter.mail, our_groups=ours.groups, known_thread=known_thread)
    letter.kind, letter.evidence = verdict.kind, tuple(storable(one, 500) for one in verdict.evidence)
    if letter.kind in RETURNED:
        returned = [text for kind, text in letter.mail.reports if kind in ORIGINALS] or [letter.mail.text]
        brought = [storable(one) for text in returned for one in ORIGINAL_ID.findall(text[:20_000])[:1]]
        letter.parents = tuple(dict.fromkeys((*letter.parents, *(stored_id(one) for one in brought if stored_id(one) != letter.message_id))))


def stored_id(message_id: str) -> str:
    """The Message-ID; one too long for an index by its digest, which tells as well whether two are the same."""
    plain = storable(message_id)
    if len(plain.encode()) <= LONGEST_ID:
        return plain
    return f"<{sha256(plain.encode()).hexdigest()}@long-message-id.invalid>"


def storable(text: str, most: int | None = None) -> str:
    """As the database takes it: without NUL and halves of signs, and not too long."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if most is None else text[:most]


def ids_of(letters: Iterable[Letter]) -> list[str]:
    """Every id that these messages have or answer."""
    return list(dict.fromkeys(one for letter in letters for one in (letter.message_id, *letter.parents)))
