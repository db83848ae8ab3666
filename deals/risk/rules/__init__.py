"""Every rule, by its key. A rule is a pure function ``rule(facts, policy) -> Finding | None``."""

from __future__ import annotations

from collections.abc import Callable

from deals.risk.facts import Facts
from deals.risk.findings import Finding
from deals.risk.policy import Policy
from deals.risk.rules.answers import customer_silent, no_contact, reply_overdue
from deals.risk.rules.introducers import introducer_waiting
from deals.risk.rules.meetings import meeting_missed, meeting_not_rebooked, meeting_unconfirmed
from deals.risk.rules.ownership import handoff_pending, owner_unavailable, unowned
from deals.risk.rules.progress import close_date_passed, close_date_slipping, no_next_step, stage_overdue

Rule = Callable[[Facts, Policy], Finding | None]

RULES: dict[str, Rule] = {
    "reply_overdue": reply_overdue,
    "customer_silent": customer_silent,
    "no_contact": no_contact,
    "stage_overdue": stage_overdue,
    "no_next_step": no_next_step,
    "close_date_passed": close_date_passed,
    "close_date_slipping": close_date_slipping,
    "meeting_missed": meeting_missed,
    "meeting_unconfirmed": meeting_unconfirmed,
    "meeting_not_rebooked": meeting_not_rebooked,
    "handoff_pending": handoff_pending,
    "owner_unavailable": owner_unavailable,
    "unowned": unowned,
    "introducer_waiting": introducer_waiting,
}

# The rules that watch inquiries, too; all the others watch open deals only.
ALSO_INQUIRIES = frozenset(
    {"reply_overdue", "meeting_missed", "meeting_unconfirmed", "handoff_pending", "owner_unavailable", "unowned", "introducer_waiting"}
)
