"""What stays of a mailbox that is removed: what was said, with its deal or as a fact about a contact, is kept with the mail from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from deals.models import ContactAbsence, MailMessage, Meeting, MeetingDoubt, OutgoingMail, UndeliverableAddress
from deals.services.mail.thread_moves import MESSAGE_FIELDS

if TYPE_CHECKING:
    from deals.models import Mailbox

POINTING = ((OutgoingMail, "answers"), (Meeting, "message"), (MeetingDoubt, "message"), (UndeliverableAddress, "message"))


def hand_over(mailbox: Mailbox, files: Mailbox) -> int:
    """How many messages go over to ``files``. One that is there already, by a file, learns what is known of it. In the caller's transaction."""
    said = Q(deal__isnull=False) | Q(interaction__isnull=False) | Exists(ContactAbsence.objects.filter(message=OuterRef("pk")))
    ours = MailMessage.objects.filter(said, mailbox=mailbox)
    twins = MailMessage.objects.filter(mailbox=files, message_id=OuterRef("message_id"))
    _tell_twins(list(ours.filter(Exists(twins)).select_related("interaction").only("message_id", "interaction__deal", *MESSAGE_FIELDS)), files)
    return ours.exclude(Exists(twins)).update(mailbox=files)


def _tell_twins(ours: list[MailMessage], files: Mailbox) -> None:
    found = MailMessage.objects.select_for_update().filter(mailbox=files, message_id__in=[one.message_id for one in ours])
    twins = {one.message_id: one for one in found.only("message_id", *MESSAGE_FIELDS).order_by("pk")}
    told = set(ContactAbsence.objects.filter(message__in=twins.values()).values_list("message_id", flat=True))
    learned = []
    for one in ours:
        twin = twins[one.message_id]
        if _knows_better(one, twin):
            for name in MESSAGE_FIELDS:
                setattr(twin, name, getattr(one, name))
            learned.append(twin)
        if twin.pk not in told:
            ContactAbsence.objects.filter(message=one).update(message=twin)
        for model, name in POINTING:
            model._default_manager.filter(**{name: one}).update(**{name: twin})
    MailMessage.objects.bulk_update(learned, [name.removesuffix("_id") for name in MESSAGE_FIELDS], batch_size=200)


def _knows_better(one: MailMessage, twin: MailMessage) -> bool:
    """Does it say where it belongs, and its twin not, or not where it was said?"""
    if one.deal_id is None or one.deal_id == twin.deal_id:
        return one.interaction_id is not None and twin.interaction_id is None and twin.deal_id in (None, one.deal_id)
    return twin.deal_id is None or (one.interaction is not None and one.interaction.deal_id == one.deal_id)
