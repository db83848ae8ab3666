"""Whom one calls on a deal: who is on it, those with a number first, the one the last word was with before the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.deal_people import people_on

if TYPE_CHECKING:
    from deals.deal_people import Person
    from deals.models import Deal


def callable_people(deal: Deal) -> list[Person]:
    """The first is whom the page offers."""
    here = [person for person in people_on(deal) if person.left_on is None]
    return sorted(here, key=lambda person: (not person.phone, not person.on_deal))


def meant(people: list[Person], pk: int | None) -> Person | None:
    """The one who was named, else the first of those on the deal, else nobody."""
    named = next((person for person in people if person.pk == pk), None) if pk else None
    return named or next((person for person in people if person.on_deal), people[0] if people else None)
