"""Who owes whom a word."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from deals.models.signals import Severity
from deals.risk.findings import Finding, at_once, ladder
from deals.risk.policy import REPLY_SAMPLES, WORKING_DAY
from deals.risk.rules import chases

if TYPE_CHECKING:
    from datetime import datetime

    from deals.risk.facts import Facts
    from deals.risk.policy import Policy

# Learned reply times only sharpen the default within these bounds, in working days.
SILENT_AT_LEAST = 3 * WORKING_DAY
SILENT_AT_MOST = 15 * WORKING_DAY


def reply_overdue(facts: Facts, policy: Policy) -> Finding | None:
    """A human message from their side is unanswered. Medium when due, high with the second message,
    critical with the third, and critical at once on a chase. Counted from the oldest one."""
    if not facts.unanswered:
        return None
    oldest = facts.unanswered[0]
    due = facts.clock.add(oldest.at, policy.time(_reply_limit(facts)))
    steps = [(due, Severity.MEDIUM)]
    for count, severity in ((2, Severity.HIGH), (3, Severity.CRITICAL)):
        if len(facts.unanswered) >= count:
            steps.append((max(due, at_once(facts.clock, facts.unanswered[count - 1].at)), severity))
    chased = chases.of_customer(facts, policy)
    if chased:
        steps.append((at_once(facts.clock, chased[0].at), Severity.CRITICAL))
    return Finding(
        since=oldest.at,
        steps=ladder(*steps),
        facts={
            "messages": len(facts.unanswered),
            "ids": [message.id for message in facts.unanswered],
            "kind": oldest.kind,
            "contact": oldest.contact,
            "account": facts.account,
            "subject": oldest.subject,
            "since": oldest.at.isoformat(),
            "first": not facts.answered_before,
            "hot": facts.hot,
            "chased": bool(chased),
            "chases": chases.told(chased),
        },
        duties=chases.duties(chased),
    )


def _reply_limit(facts: Facts) -> str:
    which = "later" if facts.answered_before else "first"
    return f"reply_{which}_hot" if facts.hot else f"reply_{which}"


def customer_silent(facts: Facts, policy: Policy) -> Finding | None:
    """Our last human message is unanswered by them: low, medium at twice the limit, high at three times."""
    asked = facts.last_from_us
    if asked is None or (facts.last_from_them is not None and facts.last_from_them >= asked):
        return None
    clock = facts.clock
    limit = policy.time("customer_silent")
    learned = facts.rhythm.reply_samples >= REPLY_SAMPLES
    if learned:
        usual = clock.between(asked, asked + timedelta(hours=facts.rhythm.reply_p90_hours))
        limit = min(max(usual, SILENT_AT_LEAST), SILENT_AT_MOST)
    steps = (
        (_held(facts, clock.add(asked, limit)), Severity.LOW),
        (_held(facts, clock.add(asked, 2 * limit)), Severity.MEDIUM),
        (_held(facts, clock.add(asked, 3 * limit)), Severity.HIGH),
    )
    return Finding(since=asked, steps=ladder(*steps), facts={"since": asked.isoformat(), "account": facts.account, "learned": learned})


def no_contact(facts: Facts, policy: Policy) -> Finding | None:
    """No human contact in either direction. Where there never was one, counted from the opening."""
    start = facts.last_contact or facts.opened_at
    due = _held(facts, facts.clock.add(start, policy.time("no_contact")))
    return Finding(
        since=start,
        steps=ladder((due, Severity.MEDIUM)),
        facts={"since": start.isoformat(), "ever": facts.last_contact is not None, "account": facts.account},
    )


def _held(facts: Facts, due: datetime) -> datetime:
    """A meeting booked with them holds the silence until it is over."""
    return due if facts.booked_until is None else max(due, at_once(facts.clock, facts.booked_until))
