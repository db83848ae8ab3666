"""What the page of a message says of it. A handful of queries, however long the thread is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, When
from django.utils.translation import gettext as _

from deals.intake.mail.signs import telling
from deals.letters.parts import says_more
from deals.letters.sentences import in_words
from deals.models import ContactAbsence, MailAttachment, MailMessage, RawMail, UndeliverableAddress

if TYPE_CHECKING:
    from accounts.models import User

Kind, Status, MatchedBy, Direction = MailMessage.Kind, MailMessage.Status, MailMessage.MatchedBy, MailMessage.Direction
ROLES = ("from", "to", "cc", "bcc")
OF_THREAD = 60
# Bytes. What is longer is not read for the page alone: its whole text is offered unseen.
LOOKED_AT = 200_000
ICONS = {
    Kind.HUMAN: "user-round", Kind.AUTO_REPLY: "palmtree", Kind.BOUNCE: "circle-x", Kind.FEEDBACK_REPORT: "flag",
    Kind.DELAY_NOTICE: "hourglass", Kind.BULK: "layers", Kind.CALENDAR: "calendar", Kind.UNREADABLE: "circle-help",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """``headers``: in plain words, (label, people); ``thread``: the other messages the reader may see, the oldest first."""

    message: MailMessage
    headers: list[tuple[str, list[Person]]]
    attachments: list[MailAttachment]
    thread: list[MailMessage]
    size: int
    says_more: bool
    absence: ContactAbsence | None
    undeliverable: list[UndeliverableAddress]

    @property
    def icon(self) -> str:
        return ICONS[Kind(self.message.kind)]

    @property
    def evidence(self) -> list[str]:
        """Why it counts as what it is, where that is not plain."""
        return in_words(telling(self.message.evidence))

    @property
    def defects(self) -> list[str]:
        """What was wrong with it when it was read."""
        return in_words(self.message.defects)

    @property
    def reason(self) -> str:
        """Why it cannot be read, or belongs to no deal."""
        return " ".join(in_words([self.message.reason]))

    @property
    def why_there(self) -> str:
        """By what it found its deal, as a sentence."""
        return why_there(self.message)

    @property
    def may_decide(self) -> bool:
        """A person's mail, or an automatic answer, that can be read: it may belong elsewhere."""
        return self.message.thread_id is not None and self.message.kind in (Kind.HUMAN, Kind.AUTO_REPLY) and self.message.direction != "internal"

    @property
    def may_answer(self) -> bool:
        """A person of theirs wrote it, and it is said on a deal: an answer can begin here."""
        message = self.message
        return message.deal_id is not None and message.interaction_id is not None and message.kind == Kind.HUMAN and message.direction == Direction.IN

    @property
    def is_open(self) -> bool:
        """Still wants a decision."""
        return self.message.status == Status.UNMATCHED or (
            self.message.status == Status.INQUIRY and self.message.deal is not None and self.message.deal.status == "inquiry"
        )


def letter_of(message: MailMessage, user: User) -> Letter:
    others = MailMessage.objects.none()
    if message.thread_id is not None:
        others = MailMessage.objects.visible_to(user).filter(thread=message.thread_id).exclude(pk=message.pk).exclude(message_id=message.message_id)
    thread = others.order_by("sent_at", "pk").only("sent_at", "sender", "sender_name", "kind", "direction", "subject", "message_id")
    once = {one.message_id: one for one in thread[:OF_THREAD]}
    looked_at = Case(When(size__lt=LOOKED_AT, then="content"))
    size, raw = RawMail.objects.filter(message=message).annotate(looked_at=looked_at).values_list("size", "looked_at").first() or (0, b"")
    return Letter(
        message=message,
        headers=headers_of(message),
        attachments=list(message.attachments.order_by("position")),
        thread=list(once.values()),
        size=size,
        says_more=raw is None or says_more(message, bytes(raw)),
        absence=ContactAbsence.objects.filter(message=message).select_related("contact").first() if message.kind == Kind.AUTO_REPLY else None,
        undeliverable=list(UndeliverableAddress.objects.filter(message=message)) if message.kind == Kind.BOUNCE else [],
    )


def headers_of(message: MailMessage) -> list[tuple[str, list[Person]]]:
    labels = {"to": _("To"), "cc": _("Copy to"), "bcc": _("Blind copy to")}
    found = [(_("From"), [Person(message.sender_name, message.sender)])]
    for role, label in labels.items():
        people = [Person(name, address) for kind, address, name in message.recipients if kind == role]
        if people:
            found.append((label, people))
    return found


def why_there(message: MailMessage) -> str:
    if message.matched_by == MatchedBy.PERSON:
        return _("One of us put it here.")
    if message.status == Status.INQUIRY:
        return _("It opened this inquiry: its sender had no open deal.")
    reasons = {
        MatchedBy.THREAD: _("The thread is this deal’s."),
        MatchedBy.CONTACT: _("The address is the contact’s."),
        MatchedBy.DOMAIN: _("The address is of the account’s domain, and it has one open deal."),
    }
    return reasons.get(MatchedBy(message.matched_by), "")
