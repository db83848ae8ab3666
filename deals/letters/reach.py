"""What mail told of reaching a contact: that they are away, and that an address does not work. One query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.prepared import named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from accounts.models import Contact

# An absence that names no day is believed for so long.
WITHOUT_AN_END = timedelta(days=14)
TOLD = named(
    """
(SELECT 'away' AS what, a.until, a.stand_in_name, a.stand_in_address, a.said_at AS at, a.message_id
 FROM deals_contactabsence a
 WHERE a.contact_id = %(contact)s AND COALESCE(a.until, (a.said_at + %(believed)s::interval)::date) >= %(today)s
 ORDER BY a.said_at DESC, a.id DESC LIMIT 1)
UNION ALL
(SELECT 'dead', NULL, u.words, u.address, u.at, u.message_id
 FROM deals_undeliverableaddress u
 WHERE u.address = ANY(%(addresses)s::text[]) AND u.cleared_at IS NULL AND u.is_hard ORDER BY u.address)
""",
    planned=True,
)


@dataclass(frozen=True, slots=True)
class Away:
    until: date | None
    stand_in: str
    stand_in_address: str
    said_at: datetime
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Dead:
    """``words``: the server's."""

    address: str
    words: str
    at: datetime
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Reach:
    away: Away | None
    dead: list[Dead]


def reach_of(contact: Contact, others: Sequence[str], today: date) -> Reach:
    """``others``: what they write from beside their own address."""
    addresses = [address.lower() for address in (contact.email, *others) if address]
    rows = TOLD.rows(contact=contact.pk, addresses=addresses, today=today, believed=WITHOUT_AN_END)
    away = next((Away(*row[1:]) for row in rows if row[0] == "away"), None)
    return Reach(away, [Dead(address, words, at, message) for what, _until, words, address, at, message in rows if what == "dead"])
