"""Where an answer to a customer's message goes: where it asks for answers (Reply-To; RFC 5322, 3.6.2), else to who wrote it.

Anybody can write anything into both. An answer goes to the address asked for only where it is known as the customer's, or is of
the sender's own company; any other is shown to whoever answers, who may choose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import BinaryField, Q
from django.db.models.functions import Lower, Substr

from accounts.models import AccountDomain, Contact
from deals.deal_people import people_of
from deals.intake.calendar.changes import speaks_for
from deals.intake.mail.addresses import listed
from deals.intake.mail.headers import MAX_HEAD, head_at
from deals.models import RawMail
from deals.services.mail import ours
from deals.services.mail.known import domains_of

if TYPE_CHECKING:
    from datetime import datetime

    from deals.models import Deal, MailMessage

AT_MOST = 10


@dataclass(frozen=True, slots=True)
class WaysBack:
    """``theirs``: the addresses an answer may go to with whose each is, as far as that is known; it goes to the first one.

    ``also``: further ones asked for; ``strangers``: those asked for that nobody knows as theirs.
    """

    theirs: dict[str, Contact | None]
    also: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


def ways_back(message: MailMessage, deal: Deal, sender: Contact | None, now: datetime) -> WaysBack:
    """``sender``: who wrote it, as far as that is known."""
    asked = _asked_for(message)
    if asked in ([], [message.sender]):
        return WaysBack({message.sender: sender})
    side = ours.load(now)
    asked = [one for one in asked if not side.is_ours(one)]
    known = _known(asked, message, deal, sender)
    if not known:
        return WaysBack({message.sender: sender}, strangers=tuple(asked))
    return WaysBack(known | {message.sender: sender}, tuple(known)[1:], tuple(one for one in asked if one not in known))


def _asked_for(message: MailMessage) -> list[str]:
    """The addresses of its Reply-To, lower case; none where its bytes are not kept."""
    heads = RawMail.objects.filter(message=message).values_list(Substr("content", 1, MAX_HEAD, output_field=BinaryField()))
    raw = b"".join(bytes(head) for (head,) in heads)
    return [one.address for one in listed(head_at(raw, 0, len(raw)).fields.get("reply-to", ()))[:AT_MOST]]


def _known(asked: list[str], message: MailMessage, deal: Deal, sender: Contact | None) -> dict[str, Contact | None]:
    """Those asked for that are the customer's, with whose each is; the sender's own company's may be nobody's in particular."""
    if not asked:
        return {}
    accounts = {one for one in (message.account_id, deal.account_id, sender.account_id if sender is not None else None) if one is not None}
    mine = Q(pk=sender.pk) if sender is not None else Q()
    people = Contact.objects.filter(mine | Q(account__in=accounts) | Q(pk__in=people_of(deal).order_by().values("pk")))
    by_own = people.annotate(address=Lower("email")).filter(address__in=asked)
    by_further = people.filter(addresses__email__in=asked)
    whose = {address: one for one in by_further.distinct() for address in one.addresses.values_list("email", flat=True)}
    whose |= {one.address: one for one in by_own}
    domains = {domain for address in asked for domain in domains_of(address)}
    theirs = set(AccountDomain.objects.filter(account__in=accounts, domain__in=domains).values_list("domain", flat=True))
    return {
        address: whose.get(address, sender)
        for address in asked
        if address in whose or speaks_for(address, message.sender) or not theirs.isdisjoint(domains_of(address))
    }
