"""Mail that says one of ours wrote it, but lies in an inbox or came to the drop address: there anybody can have written that.

It counts as our answer where it is known to be ours: it was written here, or a sent folder has it. A mailbox without a sent
folder knows its owner's mail only by the copies they send themselves; for the drop address its provider may vouch. Everything else
waits for a person, and stops no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.copying import write_values
from deals.models import Mailbox, MailFolder, MailMessage
from deals.services.mail.known import WRITTEN_HERE, rows
from deals.services.mail.proof import AS_STORED, WENT_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deals.services.mail.letters import Letter

IN_A_SENT_FOLDER = f"""
SELECT m.message_id FROM deals_mailmessage m JOIN deals_mailbox b ON b.id = m.mailbox_id
WHERE m.message_id = ANY(%(ids)s) AND b.kind <> 'drop' AND {WENT_OUT}
"""  # noqa: S608 - of texts of ours
OUT = MailMessage.Direction.OUT
SETTLE = """
UPDATE deals_mailmessage AS m SET status = 'recorded', reason = '', matched_by = 'thread', deal_id = v.deal, account_id = v.account,
    interaction_id = v.said
FROM (VALUES %s) AS v (message_id, deal, account, said)
WHERE m.message_id = v.message_id AND m.deal_id IS NULL AND m.direction = 'out' AND m.status = 'unmatched' AND m.settled_by_id IS NULL
"""


def look_at(letters: Sequence[Letter], mailbox: Mailbox) -> None:
    """Say of each letter whether it is only claimed to be ours. Files are what our own people bring."""
    if mailbox.kind == Mailbox.Kind.FILES:
        return
    claiming = [one for one in letters if one.direction == OUT and one.item.role == "inbox" and not one.item.is_vouched]
    if not claiming:
        return
    written = {row[0] for row in rows(WRITTEN_HERE, ids=[one.message_id for one in claiming])}
    if mailbox.kind == Mailbox.Kind.DROP:
        written |= {row[0] for row in rows(IN_A_SENT_FOLDER, ids=[one.message_id for one in claiming], claimed=AS_STORED)}
    sends_copies = mailbox.owner_id is not None and not MailFolder.objects.filter(mailbox=mailbox, role="sent").exists()
    for one in claiming:
        one.is_claimed = one.message_id not in written and not (sends_copies and one.user_id == mailbox.owner_id)


def settle(letters: Sequence[Letter]) -> None:
    """Their copies in inboxes that came before what proves them: on the deal as well."""
    proven = [one for one in letters if one.direction == OUT and one.deal is not None and one.interaction_id is not None and not one.is_claimed]
    values = [(one.message_id, one.deal.id, one.deal.account_id, one.interaction_id) for one in proven if one.deal is not None]
    if values:
        write_values(SETTLE, values, template="(%s, %s::bigint, %s::bigint, %s::bigint)")
