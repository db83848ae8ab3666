"""A whole thread goes onto a deal, or off one; what stood there before is kept, so that it can be taken back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.models import Contact, Notice
from deals.models import Deal, DealContact, Interaction, MailMessage, MailThread, NextStep, OutgoingMail, StageChange, StageKind, Task
from deals.models.deals import DERIVED_FIELDS
from deals.services.mail.deciding import external_id
from deals.services.mail.taking import ONE_AT_A_TIME
from deals.services.mail.writing import LONGEST_BODY, LONGEST_SUBJECT, TALKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User

Status, MatchedBy, Direction = MailMessage.Status, MailMessage.MatchedBy, MailMessage.Direction
MESSAGE_FIELDS = ("status", "reason", "matched_by", "contact_id", "account_id", "deal_id", "interaction_id", "settled_by_id", "settled_at")
SAID_FIELDS = ("deal_id", "account_id", "contact_id", "withdrawn_at", "withdrawn_by_id")


@dataclass(slots=True)
class Before:
    """How things stood: by id the fields of messages and interactions, the thread's deal, and what the decision removed or made.

    ``asdict`` of it is what a page keeps (signed) for the button that takes it back.
    """

    thread_id: int
    thread_deal_id: int | None
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    said: dict[int, dict[str, Any]] = field(default_factory=dict)
    made: list[int] = field(default_factory=list)  # interactions
    parts: list[int] = field(default_factory=list)  # who became part of the deal
    dropped: dict[str, Any] | None = None  # the inquiry that went
    dropped_people: list[int] = field(default_factory=list)
    dropped_contact: dict[str, Any] | None = None  # who had been made a contact by that mail alone
    learned: tuple[int, str] | None = None  # contact, address
    opened_deal_id: int | None = None
    stage_change_id: int | None = None
    entered_at: datetime | None = None
    edited_deal: dict[str, Any] | None = None  # name and account of the inquiry
    edited_contact: dict[str, Any] | None = None  # of who wrote
    made_contact_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def hold_thread(message: MailMessage) -> tuple[MailThread, list[MailMessage]]:
    """The thread and its messages, the oldest first; nothing comes into it, and nobody else decides, until the end of the transaction.

    The rows themselves are not locked here: contacts and deals come first, as a merge takes them.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    message.refresh_from_db(fields=["thread", "status", "deal"])
    assert message.thread_id is not None  # noqa: S101 - the caller has refused one that cannot be read
    thread = MailThread.objects.get(pk=message.thread_id)
    messages = MailMessage.objects.filter(thread=thread).order_by("sent_at", "pk")
    return thread, [one for one in messages if one.direction != Direction.INTERNAL]


def remember(thread: MailThread, messages: Iterable[MailMessage]) -> Before:
    before = Before(thread.pk, thread.deal_id)
    for one in messages:
        before.messages[one.pk] = {name: getattr(one, name) for name in MESSAGE_FIELDS}
    said = [one.interaction_id for one in messages if one.interaction_id is not None]
    for row in Interaction.objects.filter(pk__in=said).values("pk", *SAID_FIELDS):
        before.said[row.pop("pk")] = row
    return before


def put_on(deal: Deal, messages: Iterable[MailMessage], *, contact: Contact | None, address: str, before: Before, by: User, now: datetime) -> None:
    """Every message of people and their automatic answers is recorded on the deal; those of ``address`` are the contact's."""
    for one in messages:
        if one.kind not in TALKING and one.deal_id is None:
            continue
        theirs = [one.sender] if one.direction == Direction.IN else [to for role, to, _name in one.recipients if role == "to"]
        if contact is not None and address in theirs:
            one.contact = contact
        one.deal, one.account_id, one.matched_by, one.reason = deal, deal.account_id or one.account_id, MatchedBy.PERSON, ""
        one.settled_by, one.settled_at = by, now
        if one.kind in TALKING:
            one.interaction = _say(one, deal, before, now)
            one.status = Status.RECORDED if one.kind == MailMessage.Kind.HUMAN else one.status
        one.save(update_fields=[name.removesuffix("_id") for name in MESSAGE_FIELDS])
        if one.contact_id is not None and one.kind == MailMessage.Kind.HUMAN:
            part, added = DealContact.objects.get_or_create(deal=deal, contact_id=one.contact_id)
            before.parts += [part.pk] if added else []


def _say(message: MailMessage, deal: Deal, before: Before, now: datetime) -> Interaction:
    """The interaction of the message, on this deal now: corrected where there is one, its history keeps where it was."""
    key = external_id(message.message_id)
    said: Interaction | None = Interaction.objects.filter(external_id=key).first()
    if said is None:
        said = Interaction.objects.create(
            deal=deal,
            account_id=deal.account_id,
            contact_id=message.contact_id,
            user_id=message.user_id,
            kind=Interaction.Kind.EMAIL,
            direction=message.direction,
            is_human=message.kind == MailMessage.Kind.HUMAN,
            at=message.sent_at,
            subject=message.subject[:LONGEST_SUBJECT],
            body=message.text[:LONGEST_BODY],
            external_id=key,
            recorded_at=now,
        )
        before.made.append(said.pk)
        return said
    before.said.setdefault(said.pk, {name: getattr(said, name) for name in SAID_FIELDS})
    said.deal, said.account_id, said.contact_id, said.withdrawn_at, said.withdrawn_by = deal, deal.account_id, message.contact_id, None, None
    said.save(update_fields=[name.removesuffix("_id") for name in SAID_FIELDS])
    return said


def is_only_of(deal: Deal, messages: Iterable[MailMessage]) -> bool:
    """An inquiry on which nothing has happened but these messages: without them there is nothing left of it."""
    return deal.status == StageKind.INQUIRY and nothing_but(deal, messages)


def nothing_but(deal: Deal, messages: Iterable[MailMessage]) -> bool:
    """Nothing was said, written, planned or moved on the deal but these messages, so nothing is lost with it."""
    messages = list(messages)
    said = [one.interaction_id for one in messages if one.interaction_id is not None]
    return (
        not Interaction.objects.filter(deal=deal).exclude(pk__in=said).exists()
        and not MailMessage.objects.filter(deal=deal).exclude(pk__in=[one.pk for one in messages]).exists()
        and not NextStep.objects.filter(deal=deal).exists()
        and not Task.objects.filter(deal=deal, created_by__isnull=False).exists()
        and not OutgoingMail.objects.filter(deal=deal).exists()
        and StageChange.objects.filter(deal=deal).count() <= 1
    )


def drop(deal: Deal, before: Before, now: datetime) -> None:
    """The inquiry goes, and what was told of it; what was said stays without a deal. The history keeps that it was there."""
    before.dropped = {column.attname: getattr(deal, column.attname) for column in Deal._meta.concrete_fields if column.name not in DERIVED_FIELDS}
    before.dropped_people = list(deal.deal_contacts.values_list("contact_id", flat=True))
    Interaction.objects.filter(deal=deal).update(deal=None)
    Notice.objects.filter(topic=f"deal:{deal.pk}", read_at__isnull=True).update(read_at=now)
    deal.delete()


def drop_newcomer(contact_id: int, before: Before) -> None:
    """A contact that mail had made and that nothing points at any more."""
    contact = Contact.objects.select_for_update().filter(pk=contact_id, account__isnull=True, phone="", title="").first()
    if contact is None or any(Model.objects.filter(contact=contact).exists() for Model in (DealContact, Interaction, MailMessage)):
        return
    before.dropped_contact = {"id": contact.pk, "name": contact.name, "email": contact.email}
    contact.delete()


def bring_back(before: Before) -> Deal | None:
    """The inquiry that went, as it was."""
    if before.dropped_contact is not None:
        Contact(**before.dropped_contact).save(force_insert=True)
    if before.dropped is None:
        return None
    deal = Deal(**before.dropped)
    deal.save(force_insert=True)
    StageChange.objects.create(deal=deal, to_stage_id=deal.stage_id, at=deal.stage_entered_at)
    DealContact.objects.bulk_create([DealContact(deal=deal, contact_id=one) for one in before.dropped_people], ignore_conflicts=True)
    return deal
