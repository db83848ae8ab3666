"""Whether somebody is there for a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deals.models.signals import Severity
from deals.risk.findings import Finding, at_once, ladder

if TYPE_CHECKING:
    from deals.risk.facts import Facts
    from deals.risk.policy import Policy


def owner_unavailable(facts: Facts, policy: Policy) -> Finding | None:
    """The owner is away without cover, or has left: at once."""
    gap = facts.gap
    if gap is None:
        return None
    # A deal that came to them later has been without anybody only since then.
    since = max(gap.start, min(facts.owner_since, facts.created_at))
    return Finding(
        since=since,
        steps=ladder((at_once(facts.clock, since), Severity.HIGH)),
        facts={"kind": gap.kind, "owner": gap.name, "since": since.isoformat(), "until": gap.end.isoformat() if gap.end else None},
    )


def handoff_pending(facts: Facts, policy: Policy) -> Finding | None:
    """An offered handoff is not accepted: the giver answers until it is."""
    offer = facts.offer
    if offer is None:
        return None
    return Finding(
        since=offer.at,
        steps=ladder((facts.clock.add(offer.at, policy.time("handoff_pending")), Severity.HIGH)),
        facts={"handoff": offer.id, "receiver": offer.receiver, "since": offer.at.isoformat()},
    )


def unowned(facts: Facts, policy: Policy) -> Finding | None:
    """No owner for longer than the limit."""
    if facts.owner_id is not None:
        return None
    due = facts.clock.add(facts.owner_since, policy.time("unowned"))
    return Finding(since=facts.owner_since, steps=ladder((due, Severity.HIGH)), facts={"since": facts.owner_since.isoformat()})
