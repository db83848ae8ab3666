"""Who brought us in and waits, with their words. One query for all rows of a page, and none where there is no such row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from accounts.prepared import named
from deals.today.people import Partner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deals.today.sources import Found

# The last message that waits: an answer to it answers them all.
PEOPLE = named(
    """
SELECT d.id, c.id, c.name, c.phone, i.moment, i.kind, COALESCE(i.subject, ''), left(COALESCE(i.body, ''), 400)
FROM unnest(%(deals)s::bigint[], %(last)s::bigint[]) AS d (id, last)
JOIN deals_deal deal ON deal.id = d.id JOIN accounts_contact c ON c.id = deal.introduced_by_id
LEFT JOIN deals_interaction i ON i.id = d.last
""",
    planned=True,
)


def introducers(found: Sequence[Found]) -> dict[Found, Partner]:
    """By the duty. ``messages``: what they asked; of the latest the first words."""
    by_deal = {one.deal_id: one for one in found if one.deal_id is not None}
    if not by_deal:
        return {}
    ids = {deal_id: tuple(json.loads(one.facts or "{}").get("ids", ())) for deal_id, one in by_deal.items()}
    rows = PEOPLE.rows(deals=list(ids), last=[said[-1] if said else None for said in ids.values()])
    return {
        by_deal[deal_id]: Partner(
            messages=ids[deal_id], waits_since=at, kind=kind, subject=subject, body=body, wrote=True, contact_id=pk, name=name, phone=phone
        )
        for deal_id, pk, name, phone, at, kind, subject, body in rows
    }
