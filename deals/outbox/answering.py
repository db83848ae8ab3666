"""The message that is answered: its words above the form, and what follows from it for the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.intake.mail.threads import is_reply
from deals.models import Interaction, MailMessage
from deals.outbox.ways_back import ways_back
from deals.services.mail import ours

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from accounts.models import Contact
    from deals.models import Deal


@dataclass(frozen=True, slots=True)
class Answering:
    """``message``: the mail itself, where it came in as mail; a call or a mail noted by hand is answered as well, in a new thread.

    ``theirs``: the addresses it may go to, the first one unless another is chosen, with whose each is. ``cc``: as a person answers
    everybody; nobody of ours. ``strangers``: where answers are asked for, too, and nobody knows it as theirs.
    """

    said: Interaction
    message: MailMessage | None
    who: str
    words: str
    subject: str
    theirs: dict[str, Contact | None]
    cc: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    @property
    def to(self) -> str:
        return next(iter(self.theirs), "")


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
    if message is None:
        theirs: dict[str, Contact | None] = {contact.email.lower(): contact} if contact is not None and contact.email else {}
        who = contact.name if contact is not None else _("The customer")
        return Answering(said, None, who, said.body, _answer_to(said.subject or deal.name), theirs)
    back = ways_back(message, deal, contact, now)
    who = contact.name if contact is not None else message.sender_name or message.sender
    others = tuple(dict.fromkeys((*back.also, *_others(message, now, but=back.theirs))))
    return Answering(said, message, who, said.body, _answer_to(message.subject or deal.name), back.theirs, others, back.strangers)


def _answer_to(subject: str) -> str:
    return subject if is_reply(subject) else _("Re: %(subject)s") % {"subject": subject}


def _others(message: MailMessage, now: datetime, *, but: Collection[str]) -> tuple[str, ...]:
    """Who else was written to, but us and whoever the answer may go to."""
    listed = [address for role, address, _name in message.recipients if role in ("to", "cc") and "@" in address]
    if not listed:
        return ()
    side = ours.load(now)
    return tuple(dict.fromkeys(one for one in listed if one not in but and not side.is_ours(one)))
