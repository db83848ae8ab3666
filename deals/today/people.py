"""Who waits on a deal, with their words, or whom one would speak to. One query, for all rows of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from accounts.prepared import named
from deals.risk.statements import CONTACTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# Which messages are unanswered, the risk rules' own statement says. The contact: who wrote last, else with whom we
# spoke last, else who is on the deal. ``tried``: our last call that nobody took since they began to wait.
# The last columns: the mail of ours on the deal that goes next, and whose it is; its number only while it can be changed.
PEOPLE = named(
    f"""
SELECT d.id, COALESCE(w.ids, '{{}}'), oldest.moment, latest.kind, COALESCE(latest.subject, ''), COALESCE(latest.body, ''),
       latest.contact_id IS NOT NULL, c.id, COALESCE(c.name, ''), COALESCE(c.phone, ''), tried.at,
       goes.send_at, goes.id, goes.author_id
FROM unnest(%(all)s::bigint[]) AS d (id)
LEFT JOIN ({CONTACTS})
    AS w (deal_id, answered, from_us, from_them, first_from_us, booked_until, ids, meetings, held, else_meetings, else_held) ON w.deal_id = d.id
LEFT JOIN LATERAL (SELECT i.moment FROM deals_interaction i WHERE i.id = w.ids[1]) AS oldest ON true
LEFT JOIN LATERAL (SELECT i.kind, i.subject, left(i.body, 400) AS body, i.contact_id FROM deals_interaction i
                   WHERE i.id = w.ids[array_upper(w.ids, 1)]) AS latest ON true
LEFT JOIN LATERAL (SELECT i.contact_id FROM deals_interaction i
                   WHERE i.deal_id = d.id AND i.contact_id IS NOT NULL AND i.withdrawn_at IS NULL AND latest.contact_id IS NULL
                   ORDER BY i.at DESC, i.id DESC LIMIT 1) AS spoke ON true
LEFT JOIN LATERAL (SELECT p.contact_id FROM deals_dealcontact p
                   WHERE p.deal_id = d.id AND latest.contact_id IS NULL AND spoke.contact_id IS NULL ORDER BY p.id LIMIT 1) AS part ON true
LEFT JOIN LATERAL (SELECT max(i.at) AS at FROM deals_interaction i
                   WHERE i.deal_id = d.id AND i.kind = 'call' AND i.outcome = 'no_answer' AND i.direction = 'out' AND i.withdrawn_at IS NULL
                     AND i.at > oldest.moment) AS tried ON true
LEFT JOIN LATERAL (SELECT o.send_at, CASE o.state WHEN 'waiting' THEN o.id END AS id, o.author_id FROM deals_outgoingmail o
                   WHERE o.deal_id = d.id AND o.state IN ('waiting', 'sending') ORDER BY o.send_at, o.id LIMIT 1) AS goes ON true
LEFT JOIN accounts_contact c ON c.id = COALESCE(latest.contact_id, spoke.contact_id, part.contact_id)
""",  # noqa: S608 - made of the project's own statements
    planned=True,
)


class Partner(NamedTuple):
    """The customer's side of a deal as a row shows it. ``messages``: ids of what is unanswered, oldest first; of the latest
    the ``kind``, ``subject`` and first words. ``wrote``: the contact is who wrote it; else whom one would speak to.
    ``goes_at``: when a mail of ours goes; ``goes_id``: that mail, while its author may change it."""

    messages: tuple[int, ...] = ()
    waits_since: datetime | None = None
    kind: str | None = None
    subject: str = ""
    body: str = ""
    wrote: bool = False
    contact_id: int | None = None
    name: str = ""
    phone: str = ""
    tried_at: datetime | None = None
    goes_at: datetime | None = None
    goes_id: int | None = None
    goes_from: int | None = None


NOBODY = Partner()


def partners(*, waiting: Iterable[int], others: Iterable[int], now: datetime) -> dict[int, Partner]:
    """By deal id. ``waiting``: the deals whose unanswered messages are asked for."""
    ids = sorted(set(waiting))
    everybody = sorted({*ids, *others})
    if not everybody:
        return {}
    found = PEOPLE.rows(ids=ids, all=everybody, now=now)
    return {pk: Partner(tuple(messages), *rest) for pk, messages, *rest in found}
