"""What still wants a person's decision: inquiries of theirs, and mail to them or to a mailbox of their teams that has no deal.

One row a thread: a decision is about all of it. Each source asks by an index on the person, the mailbox or the stage of
inquiries, so it costs by what waits for the person, not by how much mail there is. What may be shown of it is looked up
through ``visible_to`` afterwards.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from accounts.answering import answers_for
from accounts.models import Role
from accounts.prepared import named
from accounts.sight import sight_of

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.prepared import Statement

# What belongs to nobody of ours is left to the admins.
BOXES = "SELECT b.id FROM deals_mailbox b WHERE b.owner_id = %(me)s OR b.team_id = ANY(%(inbox_teams)s)"
NOBODYS = "SELECT b.id FROM deals_mailbox b WHERE b.owner_id IS NULL AND b.team_id IS NULL"
# The latest of its thread stands for it. OFFSET keeps each look-up one by an index: planned for anybody, it would be a walk
# through the mail of everybody.
NOT_THE_LATEST = f"""
EXISTS (SELECT FROM deals_mailmessage o WHERE o.thread_id = m.thread_id AND o.status = 'unmatched' AND o.deal_id IS NULL
          AND (o.sent_at, o.id) > (m.sent_at, m.id)
          AND (o.user_id = %(me)s OR o.mailbox_id IN ({BOXES}) OR (%(inbox_all)s AND o.user_id IS NULL AND o.mailbox_id IN ({NOBODYS})))
        OFFSET 0)
"""
UNMATCHED = f"""
SELECT m.id, m.sent_at FROM deals_mailmessage m
WHERE {{whose}} AND m.status = 'unmatched' AND m.deal_id IS NULL AND NOT {NOT_THE_LATEST}
"""  # noqa: S608 - likewise
OF_MINE = UNMATCHED.format(whose="m.user_id = %(me)s")
OF_BOXES = f"""
SELECT m.id, m.sent_at FROM ({BOXES}) AS box CROSS JOIN LATERAL (
    SELECT m.id, m.sent_at, m.thread_id FROM deals_mailmessage m
    WHERE m.mailbox_id = box.id AND m.status = 'unmatched' AND m.deal_id IS NULL OFFSET 0
) AS m WHERE NOT {NOT_THE_LATEST}
"""  # noqa: S608 - likewise
OF_NOBODY = UNMATCHED.format(whose=f"%(inbox_all)s AND m.user_id IS NULL AND m.mailbox_id IN ({NOBODYS})")

# Each inquiry by the message that opened it. One that a person opened by hand has none and stands in the pipeline alone.
INQUIRY = """
SELECT m.id, m.sent_at
FROM deals_stage s
JOIN deals_deal d ON d.stage_id = s.id AND d.status IN ('inquiry', 'open') AND {whose}
CROSS JOIN LATERAL (SELECT id, sent_at FROM deals_mailmessage WHERE deal_id = d.id AND status = 'inquiry' ORDER BY sent_at, id LIMIT 1) AS m
WHERE s.kind = 'inquiry'
"""
INQUIRIES_OF_MINE = INQUIRY.format(whose="d.owner_id = ANY(%(inbox_users)s)")
INQUIRIES_OF_TEAMS = INQUIRY.format(whose="d.owner_id IS NULL AND (d.team_id = ANY(%(inbox_teams)s) OR (%(inbox_all)s AND d.team_id IS NULL))")
# Those that each are in an order of their own, so that a page of them costs a page.
SOURCES = (OF_MINE, OF_BOXES, OF_NOBODY, INQUIRIES_OF_MINE, INQUIRIES_OF_TEAMS)


def asked(user: User) -> dict[str, Any]:
    sight = sight_of(user)
    return {
        "me": user.pk,
        "inbox_users": sorted({*sight.user_ids, *answers_for(user).people}),
        "inbox_teams": sorted(sight.team_ids),
        "inbox_all": user.role == Role.ADMIN,
    }


def counting(*, at_most: int) -> str:
    """How much waits, as a part of a statement with the places of ``asked``. It stops at ``at_most``."""
    return f"(SELECT count(*) FROM (SELECT FROM ({' UNION '.join(SOURCES)}) AS waits LIMIT {int(at_most)}) AS counted)"  # noqa: S608 - likewise


@cache
def rows_from(*, backwards: bool, begun: bool, size: int) -> Statement:
    """So many rows and one more as (id, moment), the newest first, or the other way; ``begun``: beyond a row that is given."""
    way, order = (">", "ASC") if backwards else ("<", "DESC")
    beyond = f"WHERE (sent_at, id) {way} (%(start_at)s, %(start_id)s)" if begun else ""
    ordered = f"{beyond} ORDER BY sent_at {order}, id {order} LIMIT {int(size) + 1}"
    parts = " UNION ".join(f"(SELECT id, sent_at FROM ({source}) AS one {ordered})" for source in SOURCES)  # noqa: S608 - likewise
    return named(f"SELECT id, sent_at FROM ({parts}) AS found ORDER BY sent_at {order}, id {order} LIMIT {int(size) + 1}", planned=True)  # noqa: S608 - likewise
