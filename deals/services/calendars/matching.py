"""Which deal a meeting is about: the open one last spoken of with the people who are invited. Nothing is guessed among several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.services.mail.matching import spoken_last

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.services.calendars.sides import Sides
    from deals.services.mail.known import DealRow


def deal_of(theirs: Iterable[str], sides: Sides) -> DealRow | None:
    """None where there is none, or several and none of them was spoken of: a person says which."""
    addresses = list(theirs)
    people = {person.id: person for address in addresses for person in sides.known.people.get(address, ())}
    accounts = {person.account_id for person in people.values() if person.account_id is not None}
    accounts |= {found[0] for address in addresses if (found := sides.known.account_of(address)) is not None}
    open_ones = sides.known.open_deals()
    takes_part = [deal for deal in open_ones if not deal.people.isdisjoint(people) or not deal.spoken.keys().isdisjoint(people)]
    of_account = [deal for deal in open_ones if deal.account_id in accounts]
    brought = [deal for deal in open_ones if deal.introduced_by_id in people]
    for some in (takes_part, of_account):
        if (last := spoken_last(dict.fromkeys(some, people))) is not None:
            return last
    return None if of_account else spoken_last(dict.fromkeys(brought, people))


def account_of(theirs: Iterable[str], sides: Sides) -> int | None:
    """The first one known of their accounts."""
    for address in theirs:
        person = sides.person(address)
        if person is not None and person.account_id is not None:
            return person.account_id
        if (found := sides.known.account_of(address)) is not None:
            return found[0]
    return None
