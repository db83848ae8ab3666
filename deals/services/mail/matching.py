"""To which deal a message belongs: by its thread, then by who is behind the address, then by the account's domain.

Nothing is guessed among several: of a person's open deals it is the one last spoken of with them, else a person decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import Account
from deals.intake.mail.phrases import folded
from deals.models import MailMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from deals.services.mail.known import DealRow, Known, Person
    from deals.services.mail.letters import Letter

MatchedBy = MailMessage.MatchedBy
# Thanks, regrets and last questions belong to the deal that was just closed; what comes later is something new.
STILL_THE_SAME = timedelta(days=30)
NEVER = datetime.min.replace(tzinfo=UTC)
SHORTEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Match:
    """``deal`` None: it belongs to no deal that is open; ``why`` then says for a person what stands in the way, if anything."""

    deal: DealRow | None = None
    by: str = ""
    person: Person | None = None
    account_id: int | None = None
    why: str = ""


def match(letter: Letter, known: Known, *, today: date) -> Match:
    """Where the letter belongs. Of one from them the sender counts, of one from us whom it was sent to, in order."""
    others = [letter.sender] if letter.direction == "in" else letter.addresses("to", "cc", "bcc")
    thread = letter.thread.root if letter.thread is not None else None
    if thread is not None and thread.deal is not None and _still(thread.deal, letter, today):
        return _on_thread(thread.deal, others, known)
    found = Match()
    for address in others:
        one = _by_address(address, letter, known)
        if one.deal is not None:
            return one
        if found.person is None and found.account_id is None:
            found = one
    return found


def _still(deal: DealRow, letter: Letter, today: date) -> bool:
    return deal.is_open or letter.direction == "out" or (deal.closed_on is not None and today - deal.closed_on <= STILL_THE_SAME)


def _on_thread(deal: DealRow, others: list[str], known: Known) -> Match:
    """The deal is clear; the contact is who of theirs is on it, else the first one known."""
    people = [person for address in others for person in known.people.get(address, ())]
    person = max(people, key=lambda one: (one.id in deal.people, one.account_id == deal.account_id, not one.has_left), default=None)
    account = next((found[0] for address in others if (found := known.account_of(address)) is not None), None)
    return Match(deal, MatchedBy.THREAD, person, deal.account_id or account)


def _by_address(address: str, letter: Letter, known: Known) -> Match:
    people = sorted(known.people.get(address, ()), key=lambda one: (one.has_left, one.id))
    account = known.account_of(address)
    if not people and account is None:
        return Match()
    takes_part = {deal.id: (deal, person) for person in people for deal in known.open_with(person) if _takes_part(person, deal, letter)}
    at_account = [(person, person.account_id) for person in people if person.account_id is not None]
    of_account = {deal.id: (deal, person) for person, account_id in at_account for deal in known.open_of(account_id)}
    # What we write to somebody who brought us in, and who has nothing of their own with us, is about what they brought.
    brought = {deal.id: (deal, person) for person in people for deal in known.open_with(person) if _brought(person, deal, letter)}
    for candidates in (takes_part, of_account, brought):
        if candidates:
            return _chosen(list(candidates.values()), people[0])
    if people:
        return Match(person=people[0], account_id=people[0].account_id or (account[0] if account is not None else None))
    return _by_domain(account, known) if account is not None else Match()


def _by_domain(account: tuple[int, str], known: Known) -> Match:
    account_id, name = account
    deals = known.open_of(account_id)
    if len(deals) == 1:
        return Match(deals[0], MatchedBy.DOMAIN, None, account_id)
    why = _("%(account)s has %(n)s open deals, and nobody has spoken with this address before.") % {"account": name, "n": len(deals)} if deals else ""
    return Match(account_id=account_id, why=why)


def _chosen(candidates: list[tuple[DealRow, Person]], person: Person) -> Match:
    if len(candidates) > 1:
        last = spoken_last({deal: [one.id] for deal, one in candidates})
        if last is None:
            why = _("%(name)s may mean one of %(n)s open deals, and none of them was spoken of with them before.")
            return Match(person=person, account_id=person.account_id, why=why % {"name": person.name, "n": len(candidates)})
        candidates = [found for found in candidates if found[0] is last]
    deal, one = candidates[0]
    return Match(deal, MatchedBy.CONTACT, one, deal.account_id)


def spoken_last(deals: Mapping[DealRow, Iterable[int]]) -> DealRow | None:
    """The only deal; of several the one on which the last word was with the people given beside each. None where there was none."""
    if len(deals) == 1:
        return next(iter(deals))
    spoken = [(deal.spoken[one], deal.id, deal) for deal, people in deals.items() for one in people if one in deal.spoken]
    return max(spoken, key=lambda found: found[:2])[2] if spoken else None


def _takes_part(person: Person, deal: DealRow, letter: Letter) -> bool:
    """Is on the deal, or was spoken with about it, or introduced it and has nothing of their own to talk about.

    Who introduced a deal may well be a customer: their own questions are theirs. A partner's mail, or one whose subject names
    the customer, is about the deal they brought.
    """
    if person.id in deal.people or person.id in deal.spoken:
        return True
    if deal.introduced_by_id != person.id:
        return False
    return person.account_id is None or person.lifecycle == Account.Lifecycle.PARTNER or _names(letter.subject, deal)


def _brought(person: Person, deal: DealRow, letter: Letter) -> bool:
    return letter.direction == "out" and deal.introduced_by_id == person.id


def _names(subject: str, deal: DealRow) -> bool:
    said = f" {_plain(subject)} "
    names = (_plain(deal.account), _plain(deal.account).partition(" ")[0], _plain(deal.name))
    return any(len(name) >= SHORTEST_WORD and f" {name} " in said for name in names)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", folded(text)))


def last_spoken(known: Known, deal: DealRow, contact_id: int | None, at: datetime) -> None:
    """Something was said on the deal: what comes next in the batch knows it."""
    known.connect(deal, contact_id)
    if contact_id is not None:
        deal.spoken[contact_id] = max(deal.spoken.get(contact_id, NEVER), at)
