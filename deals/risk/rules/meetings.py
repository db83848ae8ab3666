"""Meetings that were missed, that nobody said a word about, or that have no new date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from deals.models.interactions import Interaction
from deals.models.signals import Severity
from deals.models.tasks import Task
from deals.risk.findings import Duty, Finding, at_once, ladder

if TYPE_CHECKING:
    from datetime import datetime

    from deals.risk.facts import Facts, Meeting
    from deals.risk.policy import Policy

# From low to medium where nobody said how a meeting went: so much working time after its end, at the default limit of two hours.
MORE_UNCONFIRMED = timedelta(hours=6)
Outcome = Interaction.Outcome


def meeting_missed(facts: Facts, policy: Policy) -> Finding | None:
    """We missed a meeting: high at once, critical when the apology or the new date is overdue.

    Settled by both: an apology recorded on that meeting, and a later meeting that is planned or was held.
    """
    missed = next((one for one in facts.meetings if one.outcome == Outcome.MISSED_BY_US and not _is_made_good(one, facts)), None)
    if missed is None:
        return None
    clock, said = facts.clock, missed.said_at or missed.ends_at
    steps = [(at_once(clock, said), Severity.HIGH)]
    duties = []
    for is_open, limit, kind in (
        (missed.apologised_at is None, policy.time("meeting_apology"), Task.Kind.APOLOGISE),
        (not _has_new_date(missed, facts), policy.time("meeting_new_date"), Task.Kind.REBOOK),
    ):
        if is_open:
            steps.append((clock.add(said, limit), Severity.CRITICAL))
            duties.append(Duty(kind, limit, since=said))
    return Finding(
        since=said,
        steps=ladder(*steps),
        facts={
            **_of(missed),
            "account": facts.account,
            "apologised": missed.apologised_at is not None,
            "dated": _has_new_date(missed, facts),
        },
        duties=tuple(duties),
    )


def meeting_unconfirmed(facts: Facts, policy: Policy) -> Finding | None:
    """A meeting ended and nobody said how it went; counted from the oldest such one."""
    open_ones = _planned(facts)
    if not open_ones:
        return None
    oldest = open_ones[0]
    limit = policy.time("meeting_unconfirmed")
    medium = limit + MORE_UNCONFIRMED
    return Finding(
        since=oldest.ends_at,
        steps=ladder((facts.clock.add(oldest.ends_at, limit), Severity.LOW), (facts.clock.add(oldest.ends_at, medium), Severity.MEDIUM)),
        facts={**_of(oldest), "account": facts.account},
        duties=(Duty(Task.Kind.CONFIRM_MEETING, medium, since=oldest.ends_at),),
    )


def meeting_not_rebooked(facts: Facts, policy: Policy) -> Finding | None:
    """They missed a meeting or called it off, and there is no new date; a word from them settles it, too."""
    theirs = (one for one in reversed(facts.meetings) if one.with_customer and one.outcome in (Outcome.MISSED_BY_THEM, Outcome.CANCELLED_BY_THEM))
    last = next(theirs, None)
    if last is None or _has_new_date(last, facts):
        return None
    said = last.said_at or last.ends_at
    if facts.last_from_them is not None and facts.last_from_them > said:
        return None
    return Finding(
        since=said,
        steps=ladder((facts.clock.add(said, policy.time("meeting_not_rebooked")), Severity.MEDIUM)),
        facts={**_of(last), "account": facts.account, "outcome": last.outcome},
        duties=(Duty(Task.Kind.REBOOK, facts.clock.days(1)),),
    )


def in_trouble_since(facts: Facts, policy: Policy) -> datetime | None:
    """Since when a meeting with them is missed by us and not made good, or unconfirmed as the rule has it."""
    with_them = [one for one in facts.meetings if one.with_customer]
    moments = [one.ends_at for one in with_them if one.outcome == Outcome.MISSED_BY_US and not _is_made_good(one, facts)]
    planned = [one.ends_at for one in with_them if one.outcome == Outcome.PLANNED]
    moments += [facts.clock.add(ends_at, policy.time("meeting_unconfirmed")) for ends_at in planned[:1]]
    return min(moments, default=None)


def _planned(facts: Facts) -> list[Meeting]:
    return [one for one in facts.meetings if one.outcome == Outcome.PLANNED]


def _is_made_good(missed: Meeting, facts: Facts) -> bool:
    return missed.apologised_at is not None and _has_new_date(missed, facts)


def _has_new_date(gone: Meeting, facts: Facts) -> bool:
    """A later meeting with the same side stands, was held, or fell through by no fault of ours (other rules watch that one)."""
    held = facts.last_held if gone.with_customer else facts.last_held_with_introducer
    if held is not None and held > gone.ends_at:
        return True
    return any(one.ends_at > gone.ends_at for one in facts.meetings if one.id != gone.id and one.with_customer == gone.with_customer)


def _of(meeting: Meeting) -> dict[str, object]:
    return {
        "meeting": meeting.id, "starts": meeting.starts_at.isoformat(), "ends": meeting.ends_at.isoformat(), "contact": meeting.contact,
        "subject": meeting.subject, "user": meeting.user_id,
    }  # fmt: skip
