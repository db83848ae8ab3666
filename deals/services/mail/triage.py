"""What a person decides about mail: which deal it belongs to, that it is a new one, or that it is not for us. Each can be taken back.

A decision is about the thread: every message of it follows, whichever mailbox it was read in. Permission is the view's:
it fetches message, deal and contact through ``visible_to``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ContactAddress
from accounts.refusals import Refused
from accounts.services.contacts import add_address, lock_contact
from deals.models import Deal, DealContact, Interaction, MailMessage, MailThread, StageChange
from deals.risk.refresh import refresh
from deals.services.deals import first_open_stage, lock, open_deal
from deals.services.mail import others, ours
from deals.services.mail.details import name_deal, name_writer, put_back
from deals.services.mail.inquiries import named_by
from deals.services.mail.thread_moves import Before, bring_back, drop, drop_newcomer, hold_thread, is_only_of, nothing_but, put_on, remember
from deals.services.stages import enter_stage, take_back_move

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Account, Contact, User
    from deals.models import Stage

Status, Direction = MailMessage.Status, MailMessage.Direction


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: the deal it stands on now, if any, and what :func:`take_back` needs."""

    deal: Deal | None
    before: Before


@transaction.atomic
def correct(*, message: MailMessage, deal: Deal, contact: Contact | None, by: User, now: datetime) -> Decided:
    """The thread belongs to this deal. ``contact``: who wrote it, or whom we wrote to; Salvor learns their address.

    An inquiry that the thread had begun, and on which nothing else happened, goes. Refused for a message that cannot be read,
    for a closed deal's stranger (one at whose account the address is somebody else's).
    """
    thread, messages = _held(message, by)
    before = remember(thread, messages)
    address = _theirs(message, now)
    if contact is not None:
        contact = lock_contact(contact)
        _learn(contact, address, before, now)
    deal = lock(deal)
    _put(thread, messages, deal, contact=contact, address=address, before=before, by=by, now=now)
    _leave(before, messages, keep=deal, now=now)
    if contact is not None and before.messages[message.pk]["contact_id"] not in (None, contact.pk):
        drop_newcomer(before.messages[message.pk]["contact_id"], before)
    refresh(_deals_of(before) | {deal.pk}, now)
    return Decided(deal, before)


@transaction.atomic
def make_deal(
    *,
    message: MailMessage,
    by: User,
    now: datetime,
    name: str = "",
    account: Account | None = None,
    owner: User | None = None,
    stage: Stage | None = None,
    contact_name: str = "",
) -> Decided:
    """A deal of its own: the inquiry that the mail had begun moves on to an open stage; where there is none, one is opened.

    ``name``, ``account`` and ``contact_name`` (who wrote) are taken where they are given; else what the mail says stands.
    """
    thread, messages = _held(message, by)
    before = remember(thread, messages)
    address = _theirs(message, now)
    contact = name_writer(message=message, name=contact_name, account=account, address=address, before=before, now=now)
    if message.status == Status.INQUIRY and message.deal is not None:
        deal = name_deal(deal=message.deal, name=name, account=account, before=before, by=by, now=now)
        move = enter_stage(deal=deal, stage=stage or first_open_stage(), by=by, now=now)
        if move is not None:
            deal, before.stage_change_id, before.entered_at = move.deal, move.change.pk, move.stood_since
    else:
        owner = owner or message.user or by
        contacts = [contact] if contact is not None else []
        title = name.strip() or named_by(message.subject, message.sender_name or message.sender)
        customer = account or message.account
        deal = open_deal(name=title, owner=owner, by=by, now=now, account=customer, stage=stage, source=Deal.Source.INBOUND, contacts=contacts)
        before.opened_deal_id = deal.pk
    _put(thread, messages, deal, contact=contact, address=address, before=before, by=by, now=now)
    refresh(_deals_of(before) | {deal.pk}, now)
    return Decided(deal, before)


@transaction.atomic
def not_for_us(*, message: MailMessage, by: User, now: datetime) -> Decided:
    """Nothing comes of the thread, and nothing of what is written in it later. The inquiry it had begun goes.

    Refused where more than this mail has happened on that inquiry. What stood on a deal stays there, struck through.
    """
    thread, messages = _held(message, by)
    before = remember(thread, messages)
    deal_ids = _deals_of(before)
    for deal in Deal.objects.select_for_update().filter(pk__in=deal_ids).order_by("pk"):
        if is_only_of(deal, messages):
            drop(deal, before, now)
        elif any(one.status == Status.INQUIRY and one.deal_id == deal.pk for one in messages):
            raise Refused(_("More has happened on %(deal)s by now. Close it as lost instead.") % {"deal": deal.name})
    Interaction.objects.filter(pk__in=before.said, withdrawn_at__isnull=True).update(withdrawn_at=now, withdrawn_by=by)
    ids = [one.pk for one in messages if one.kind == MailMessage.Kind.HUMAN]
    MailMessage.objects.filter(pk__in=ids).update(status=Status.NOT_FOR_US, reason="", deal=None, settled_by=by, settled_at=now)
    MailThread.objects.filter(pk=thread.pk).update(deal=None)
    _settle_others(before)
    refresh(deal_ids, now)
    return Decided(None, before)


@transaction.atomic
def take_back(*, before: Before, by: User, now: datetime) -> None:
    """The decision was a mistake: everything stands as before. Refused where the thread was decided anew since."""
    message = MailMessage.objects.filter(pk__in=before.messages).order_by("pk").first()
    if message is None:
        return
    thread, messages = hold_thread(message)
    theirs = [one for one in messages if one.pk in before.messages]
    if any(one.settled_by_id != by.pk for one in theirs if one.settled_at is not None):
        raise Refused(_("Somebody has decided about this mail since. Look at it once more."))
    touched = {one.deal_id for one in theirs if one.deal_id is not None} | _deals_of(before)
    bring_back(before)
    DealContact.objects.filter(pk__in=before.parts).delete()
    Interaction.objects.filter(pk__in=before.made).update(deal=None, withdrawn_at=now, withdrawn_by=by)
    for pk, values in before.said.items():
        Interaction.objects.filter(pk=pk).update(**values)
    for pk, values in before.messages.items():
        MailMessage.objects.filter(pk=pk).update(**values)
    MailThread.objects.filter(pk=thread.pk).update(deal=before.thread_deal_id)
    if before.learned is not None:
        contact_id, address = before.learned
        ContactAddress.objects.filter(contact=contact_id, email=address).delete()
    _undo_deal(before, by, now)
    put_back(before)
    _settle_others(before)
    refresh(touched - {before.opened_deal_id}, now)


def _settle_others(before: Before) -> None:
    """Who else was in it depends on the deal it stands with."""
    others.settle([*before.said, *before.made])


def _undo_deal(before: Before, by: User, now: datetime) -> None:
    """The deal that was made is an inquiry again, or gone where nothing else happened on it."""
    if before.stage_change_id is not None and before.entered_at is not None:
        change = StageChange.objects.filter(pk=before.stage_change_id).first()
        if change is not None:
            take_back_move(change=change, entered_at=before.entered_at, by=by, now=now)
    if before.opened_deal_id is not None:
        opened = Deal.objects.select_for_update().filter(pk=before.opened_deal_id).first()
        if opened is not None and not nothing_but(opened, ()):
            raise Refused(_("More has happened on %(deal)s by now. Close it as lost instead.") % {"deal": opened.name})
        if opened is not None:
            opened.delete()


def _held(message: MailMessage, by: User) -> tuple[MailThread, list[MailMessage]]:
    """The thread, without what stands with deals that this person does not see: that is not theirs to move."""
    if message.thread_id is None:
        raise Refused(_("This message cannot be read, so it belongs to no deal."))
    thread, messages = hold_thread(message)
    seen = set(Deal.objects.visible_to(by).filter(pk__in=[one.deal_id for one in messages if one.deal_id is not None]).values_list("pk", flat=True))
    return thread, [one for one in messages if one.deal_id is None or one.deal_id in seen]


def _put(
    thread: MailThread, messages: Iterable[MailMessage], deal: Deal, *, contact: Contact | None, address: str, before: Before, by: User, now: datetime
) -> None:
    put_on(deal, messages, contact=contact, address=address, before=before, by=by, now=now)
    _settle_others(before)
    thread.deal = deal
    thread.save(update_fields=["deal"])


def _leave(before: Before, messages: list[MailMessage], *, keep: Deal, now: datetime) -> None:
    """Inquiries that the thread had begun and that are empty without it."""
    for deal in Deal.objects.select_for_update().filter(pk__in=_deals_of(before) - {keep.pk}).order_by("pk"):
        if is_only_of(deal, messages):
            drop(deal, before, now)


def _learn(contact: Contact, address: str, before: Before, now: datetime) -> None:
    if "@" in address and add_address(contact=contact, email=address, now=now) is not None:
        before.learned = (contact.pk, address)


def _theirs(message: MailMessage, now: datetime) -> str:
    """The customer's address in it; never one of ours."""
    if message.direction == Direction.IN:
        return message.sender
    side = ours.load(now)
    return next((address for role, address, _name in message.recipients if role == "to" and not side.is_ours(address)), "")


def _deals_of(before: Before) -> set[int]:
    return {values["deal_id"] for values in before.messages.values() if values["deal_id"] is not None}


def before_of(kept: dict[str, Any]) -> Before:
    """What a page kept of :meth:`Before.as_dict`, JSON's way of writing numbers and moments undone."""
    moments = ("settled_at", "withdrawn_at", "owner_since", "stage_entered_at", "created_at")

    def row(values: dict[str, Any]) -> dict[str, Any]:
        return {name: datetime.fromisoformat(value) if name in moments and isinstance(value, str) else value for name, value in values.items()}

    plain = dict(kept)
    for name in ("messages", "said"):
        plain[name] = {int(pk): row(values) for pk, values in kept[name].items()}
    plain["learned"] = tuple(kept["learned"]) if kept.get("learned") else None
    if kept.get("dropped"):
        plain["dropped"] = row(kept["dropped"])
    if isinstance(plain.get("entered_at"), str):
        plain["entered_at"] = datetime.fromisoformat(plain["entered_at"])
    return Before(**plain)
