"""Who else of theirs was in it: everybody in copy of a mail, further guests of a meeting. One statement, however many there are.

The people of the deal's account, those who are part of the deal, and who introduced it. What was written is asked of the mail
itself (as it came in, or as it was sent from here) and of the meeting's invitations, so doing it again changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.prepared import named
from deals.models import Interaction
from deals.services.mail.proof import AS_STORED

if TYPE_CHECKING:
    from collections.abc import Iterable

# An address that two contacts share is rather that of who is named already, then of who is on the deal. What a person logged by
# hand loses nobody whom they had named. Mail that only claims to be ours names nobody (deals.services.mail.claims).
SETTLE = named(
    """
WITH asked AS (
    SELECT i.id, i.deal_id, i.contact_id, i.recorded_by_id, d.account_id, d.introduced_by_id
    FROM deals_interaction i LEFT JOIN deals_deal d ON d.id = i.deal_id WHERE i.id = ANY(%(ids)s::bigint[])
), written AS (
    SELECT m.interaction_id AS said, lower(a.address) AS address
    FROM deals_mailmessage m CROSS JOIN LATERAL (
        SELECT m.sender AS address UNION ALL SELECT r.value ->> 1 FROM jsonb_array_elements(m.recipients) r
    ) a
    WHERE m.interaction_id = ANY(%(ids)s::bigint[]) AND NOT m.evidence @> %(claimed)s::jsonb
    UNION SELECT o.interaction_id, lower(unnest(o."to" || o.cc)) FROM deals_outgoingmail o WHERE o.interaction_id = ANY(%(ids)s::bigint[])
    UNION SELECT g.interaction_id, lower(p.address) FROM deals_meeting g JOIN deals_meetingattendee p ON p.meeting_id = g.id
          WHERE g.interaction_id = ANY(%(ids)s::bigint[]) AND p.answer <> 'declined'
), people AS (
    -- One look-up an address (OFFSET sees to it): read whole for a join by hash, the contacts take longer than everything else.
    SELECT w.said, w.address, c.id, c.account_id, c.left_on FROM written w CROSS JOIN LATERAL (
        SELECT k.id, k.account_id, k.left_on FROM accounts_contact k WHERE lower(k.email) = w.address
        UNION SELECT k.id, k.account_id, k.left_on FROM accounts_contactaddress x JOIN accounts_contact k ON k.id = x.contact_id
              WHERE x.email = w.address OFFSET 0
    ) c WHERE w.address <> ''
), known AS (
    SELECT p.said, p.address, p.id, p.left_on, p.id = a.contact_id AS named, p.id = a.introduced_by_id AS introduced,
           p.account_id = a.account_id AS at_account,
           part.id IS NOT NULL AS on_deal
    FROM people p JOIN asked a ON a.id = p.said
    LEFT JOIN LATERAL (SELECT k.id FROM deals_dealcontact k WHERE k.deal_id = a.deal_id AND k.contact_id = p.id LIMIT 1) part ON true
    WHERE a.deal_id IS NOT NULL
), chosen AS (
    SELECT DISTINCT ON (k.said, k.address) k.said, k.id, k.named FROM known k WHERE k.named OR k.introduced OR k.at_account OR k.on_deal
    ORDER BY k.said, k.address, k.named DESC NULLS LAST, k.introduced DESC NULLS LAST, k.on_deal DESC, k.left_on DESC NULLS FIRST, k.id
), wanted AS (
    SELECT DISTINCT c.said, c.id FROM chosen c JOIN asked a ON a.id = c.said WHERE c.id IS DISTINCT FROM a.contact_id
), gone AS (
    DELETE FROM deals_interaction_others o USING asked a
    WHERE o.interaction_id = a.id AND (a.deal_id IS NULL OR a.recorded_by_id IS NULL)
      AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.said = o.interaction_id AND w.id = o.contact_id)
      AND (o.contact_id = a.contact_id OR a.deal_id IS NULL OR EXISTS (SELECT 1 FROM written w WHERE w.said = a.id))
    RETURNING o.interaction_id
), came AS (
    INSERT INTO deals_interaction_others (interaction_id, contact_id) SELECT w.said, w.id FROM wanted w
    ON CONFLICT (interaction_id, contact_id) DO NOTHING RETURNING interaction_id
)
SELECT DISTINCT i.deal_id FROM deals_interaction i
WHERE i.deal_id IS NOT NULL AND (i.id IN (SELECT interaction_id FROM gone) OR i.id IN (SELECT interaction_id FROM came))
""",
    planned=True,
)


def settle(interactions: Iterable[int]) -> set[int]:
    """Bring ``Interaction.others`` in line with what was written; the ids of the deals where that changed something.

    In the caller's transaction, which refreshes those deals.
    """
    ids = list(interactions)
    if not ids:
        return set()
    return {deal_id for (deal_id,) in SETTLE.rows(ids=ids, claimed=AS_STORED)}


def settle_deal(deal_id: int) -> None:
    """Of everything on the deal: its account or its introducer is another one now."""
    settle(Interaction.objects.filter(deal_id=deal_id).values_list("pk", flat=True))
