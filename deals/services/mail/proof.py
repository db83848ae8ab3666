"""Which of the messages that say one of ours wrote them did go out from here. Anybody can write a From."""

from __future__ import annotations

import json

from deals.intake.mail.marking import gettext_noop as _

# Kept with a message that only claims it, so that it is known for one that waits.
EVIDENCE = _("It lies in an inbox under a name of ours; no sent folder and no outbox knows it.")
AS_STORED = json.dumps([EVIDENCE])
# Of the message m; with ``claimed`` (AS_STORED). What only claims it counts once it stands with a deal.
WENT_OUT = "m.direction = 'out' AND (m.deal_id IS NOT NULL OR NOT m.evidence @> %(claimed)s::jsonb)"
# Of the Message-IDs ``ids`` those that were written here, or read where they went out.
OURS = f"""
SELECT o.message_id FROM deals_outgoingmail o WHERE o.message_id = ANY(%(ids)s)
UNION SELECT m.message_id FROM deals_mailmessage m WHERE m.message_id = ANY(%(ids)s) AND {WENT_OUT}
"""  # noqa: S608 - of texts of this file
