"""Who is who among the people of meetings: ours, those of a customer, and who is nobody's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deals.services.mail.known import Known, look_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.intake.calendar.events import Event
    from deals.services.mail.known import Person
    from deals.services.mail.ours import Ours

LONGEST_ADDRESS = 320


@dataclass(slots=True)
class Sides:
    """``known``: the people, accounts and deals behind the addresses that were asked for."""

    ours: Ours
    known: Known

    def is_theirs(self, address: str) -> bool:
        """A contact's address, or one at an account's mail domain; never one at which anybody can have one, unless it is a contact's."""
        return not self.ours.is_ours(address) and (address in self.known.people or self.known.account_of(address) is not None)

    def theirs(self, event: Event) -> list[str]:
        return [address for address in addresses_of(event) if self.is_theirs(address)]

    def person(self, address: str, *, deal_people: Iterable[int] = ()) -> Person | None:
        """Who it is: rather somebody on the deal, rather one who is still there."""
        on_deal = set(deal_people)
        return max(self.known.people.get(address, ()), key=lambda one: (one.id in on_deal, not one.has_left, -one.id), default=None)


def addresses_of(event: Event) -> list[str]:
    """Of people, the organizer first, each once."""
    organizer = [event.organizer.address] if event.organizer is not None else []
    people = [one.address for one in event.attendees if one.kind not in ("room", "resource")]
    return list(dict.fromkeys(one for one in (*organizer, *people) if one and len(one) <= LONGEST_ADDRESS))


def sides_of(events: Iterable[Event], ours: Ours) -> Sides:
    """At most five queries, however many events."""
    addresses = {address for event in events for address in addresses_of(event)}
    known = look_up(ids=[], addresses=[one for one in addresses if not ours.is_ours(one)], external_ids=[])
    return Sides(ours, known)
