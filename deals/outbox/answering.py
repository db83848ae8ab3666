"""The message that is answered: its words above the form, and what follows from it for the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.intake.mail.threads import is_reply
from deals.models import Interaction, MailMessage
from deals.services.mail import ours

if TYPE_CHECKING:
    from datetime import datetime

    from deals.models import Deal


@dataclass(frozen=True, slots=True)
class Answering:
    """``message``: the mail itself, where it came in as mail; a call or a mail noted by hand is answered as well, in a new thread.

    ``to``, ``cc``: as a person answers everybody; nobody of ours.
    """

    said: Interaction
    message: MailMessage | None
    who: str
    words: str
    subject: str
    to: str
    cc: tuple[str, ...] = field(default=())


def answering(deal: Deal, pk: int | None, now: datetime) -> Answering | None:
    """What ``pk`` names on this deal; None where it is no message of theirs, or is withdrawn."""
    if pk is None:
        return None
    of_them = Interaction.objects.filter(deal=deal, direction=Interaction.Direction.IN, withdrawn_at__isnull=True).select_related("contact")
    said = of_them.filter(pk=pk).first()
    if said is None:
        return None
    message = MailMessage.objects.filter(interaction=said, deal=deal, direction=MailMessage.Direction.IN).order_by("pk").first()
    contact = said.contact
    address = message.sender if message is not None else (contact.email or "" if contact is not None else "")
    who = contact.name if contact is not None else (message.sender_name or message.sender if message is not None else _("The customer"))
    subject = message.subject if message is not None else said.subject
    return Answering(said, message, who, said.body, _answer_to(subject or deal.name), address, _others(message, now))


def _answer_to(subject: str) -> str:
    return subject if is_reply(subject) else _("Re: %(subject)s") % {"subject": subject}


def _others(message: MailMessage | None, now: datetime) -> tuple[str, ...]:
    """Who else was written to, but us and the sender."""
    if message is None:
        return ()
    listed = [address for role, address, _name in message.recipients if role in ("to", "cc") and "@" in address]
    if not listed:
        return ()
    side = ours.load(now)
    return tuple(dict.fromkeys(one for one in listed if one != message.sender and not side.is_ours(one)))
