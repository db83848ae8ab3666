"""What we owe to who brought us in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.models.signals import Severity
from deals.risk.findings import Finding, at_once, ladder
from deals.risk.rules import chases

if TYPE_CHECKING:
    from datetime import datetime

    from deals.risk.facts import Facts
    from deals.risk.policy import Policy


def introducer_waiting(facts: Facts, policy: Policy) -> Finding | None:
    """The introducer asked and waits: high, critical on a chase. Or something happened that nobody has told them: medium.

    What happened is counted from the first thing they have not heard of, so that a deal on which much happens does not
    put off telling them for ever.
    """
    introducer = facts.introducer
    if introducer is None or (introducer.untold_at is None and not introducer.asked):
        return None
    clock = facts.clock
    steps: list[tuple[datetime, Severity]] = []
    if introducer.untold_at is not None:
        steps.append((clock.add(introducer.untold_at, policy.time("introducer_told")), Severity.MEDIUM))
    if introducer.asked:
        steps.append((clock.add(introducer.asked[0].at, policy.time("introducer_asked")), Severity.HIGH))
    chased = chases.of_introducer(facts)
    if chased:
        steps.append((at_once(clock, chased[0].at), Severity.CRITICAL))
    asked = introducer.asked[0].at if introducer.asked else None
    return Finding(
        since=min(moment for moment in (asked, introducer.untold_at) if moment is not None),
        steps=ladder(*steps),
        facts={
            "introducer": introducer.name,
            "messages": len(introducer.asked),
            "ids": [message.id for message in introducer.asked],
            "asked": asked.isoformat() if asked else None,
            "untold": introducer.untold,
            "untold_at": introducer.untold_at.isoformat() if introducer.untold_at else None,
            "told_at": introducer.told_at.isoformat() if introducer.told_at else None,
            "chased": bool(chased),
            "chases": chases.told(chased),
        },
        duties=chases.duties(chased),
    )
