"""Messages that waited in a thread until somebody knew which deal it is of: they follow onto the deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deals.copying import insert, next_ids, write_values
from deals.models import Interaction
from deals.services.mail.deciding import external_id
from deals.services.mail.known import rows
from deals.services.mail.proof import AS_STORED
from deals.services.mail.writing import INTERACTION, LONGEST_BODY, LONGEST_SUBJECT, SAID_AGAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from deals.services.mail.known import DealRow, Known, ThreadRow

WAITING = """
SELECT m.id, m.thread_id, m.message_id, m.direction, m.sent_at, m.subject, m.text, m.user_id, m.contact_id
FROM deals_mailmessage m
WHERE m.thread_id = ANY(%(threads)s) AND m.deal_id IS NULL AND m.kind = 'human' AND m.status IN ('unmatched', 'ignored')
  AND NOT m.evidence @> %(claimed)s::jsonb
ORDER BY m.sent_at, m.id
"""
FOLLOW = """
UPDATE deals_mailmessage AS m SET status = 'recorded', reason = '', matched_by = 'thread', deal_id = v.deal,
    account_id = COALESCE(m.account_id, v.account), interaction_id = v.said
FROM (VALUES %s) AS v (id, deal, account, said) WHERE m.id = v.id
"""
SAID_BEFORE = "SELECT external_id, id, deal_id FROM deals_interaction WHERE external_id = ANY(%(keys)s)"


class Waiting(NamedTuple):
    """A message in the database that belongs to no deal yet, and the deal its thread has got."""

    id: int
    thread_id: int
    message_id: str
    direction: str
    sent_at: datetime
    subject: str
    text: str
    user_id: int | None
    contact_id: int | None
    deal: DealRow


def waiting(threads: Iterable[ThreadRow]) -> list[Waiting]:
    """Of threads that were there before and have a deal since now."""
    deals = {thread.id: thread.deal for thread in threads if thread.deal is not None and not thread.is_new and not thread.had_deal}
    return [Waiting._make((*row, deals[row[1]])) for row in rows(WAITING, threads=list(deals), claimed=AS_STORED)] if deals else []


def follow(found: Sequence[Waiting], known: Known, now: datetime) -> list[int]:
    """What was said in them stands once: a row that somebody's undo took off its deal is taken up again. Returns those rows' ids."""
    values, said, taken_off = [], [], []
    for key, pk, deal_id in rows(SAID_BEFORE, keys=[external_id(one.message_id) for one in found]):
        known.said.setdefault(key, (pk, deal_id))
    for one, pk in zip(found, next_ids(Interaction, len(found)), strict=True):
        key = external_id(one.message_id)
        here = known.said.setdefault(key, (pk, one.deal.id))
        if here[1] is None:
            known.said[key] = (here[0], one.deal.id)
            taken_off.append((here[0], one.deal.id, one.deal.account_id, one.contact_id))
        said.append((one.id, one.deal.id, one.deal.account_id, here[0]))
        if here[0] == pk:
            values.append((
                pk, one.deal.id, one.deal.account_id, one.contact_id, one.user_id, "email", one.direction, "", True, one.sent_at,
                one.subject[:LONGEST_SUBJECT], one.text[:LONGEST_BODY], key, 0, now, "",
            ))  # fmt: skip
    insert(Interaction, INTERACTION, values)
    write_values(SAID_AGAIN, taken_off, template="(%s::bigint, %s::bigint, %s::bigint, %s::bigint)")
    if said:
        write_values(FOLLOW, said, template="(%s::bigint, %s::bigint, %s::bigint, %s::bigint)")
    return [row[3] for row in said]
