"""Whether a deal moves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from deals.models.signals import Severity
from deals.models.tasks import Task
from deals.risk.findings import Duty, Finding, at_once, ladder
from deals.risk.policy import STAGE_SAMPLES, WON_SAMPLES, WORKING_DAY

if TYPE_CHECKING:
    from datetime import datetime

    from deals.risk.facts import Facts
    from deals.risk.policy import Policy

FREQUENT_PUSHES = 4
# A close date beyond stands for none; no calendar reaches there.
LAST_YEAR = 2200
# From low to medium without a next step: five working days in all at the default limit of one.
MORE_WITHOUT_A_STEP = 4 * WORKING_DAY


def stage_overdue(facts: Facts, policy: Policy) -> Finding | None:
    """Too long in the stage: low at the limit, medium at one and a half times, high at twice; high, too,
    from the day the deal is older than any deal of its pipeline that was ever won.

    A move back does not start the clock anew: it runs from the last move forward.
    The limit is what a person chose for the stage; else the 75th percentile of the time won deals stayed
    in it (calendar days, from 30 samples on); else the default.
    """
    entered, rhythm, clock = facts.moved_forward_at, facts.rhythm, facts.clock
    learned = rhythm.stage_samples >= STAGE_SAMPLES and "stage_limit" not in policy.chosen
    chosen = policy.time("stage_limit")

    def after(times: float) -> datetime:
        if learned:
            return at_once(clock, entered + times * timedelta(days=rhythm.stage_p75_days))
        return clock.add(entered, times * chosen)

    limit_at = after(1)
    steps = [(limit_at, Severity.LOW), (after(1.5), Severity.MEDIUM), (after(2), Severity.HIGH)]
    outgrown = _older_than_any_won(facts)
    if outgrown is not None:
        steps.append((outgrown, Severity.HIGH))
    return Finding(
        since=entered,
        steps=ladder(*steps),
        facts={
            "stage": facts.stage,
            "since": entered.isoformat(),
            "learned": learned,
            "limit_days": rhythm.stage_p75_days if learned else chosen / WORKING_DAY,
            "limit_at": limit_at.isoformat(),
            "opened_on": facts.opened_on.isoformat() if facts.opened_on else None,
            "longest_won_days": rhythm.longest_won_days if outgrown is not None else None,
            "older_than_any_won": False,
        },
        later=((outgrown, {"older_than_any_won": True}),) if outgrown is not None else (),
    )


def _older_than_any_won(facts: Facts) -> datetime | None:
    """The start of the day on which the deal outgrows every won deal of its pipeline. A matter of the
    calendar, not of working time: whoever counts the days gets the same answer on a Sunday."""
    if facts.opened_on is None or facts.rhythm.won < WON_SAMPLES:
        return None
    return facts.clock.start_of_day(facts.opened_on + timedelta(days=facts.rhythm.longest_won_days + 1))


def no_next_step(facts: Facts, policy: Policy) -> Finding | None:
    """An open deal has no next step in the future: a day after the last one passed, or after opening."""
    start = facts.next_step_due or facts.last_step_ended or facts.opened_at
    if facts.became_open is not None:
        start = max(start, facts.became_open)
    clock = facts.clock
    limit = policy.time("no_next_step")
    steps = ((clock.add(start, limit), Severity.LOW), (clock.add(start, limit + MORE_WITHOUT_A_STEP), Severity.MEDIUM))
    named = facts.next_step_due is not None or facts.last_step_ended is not None
    return Finding(
        since=start,
        steps=ladder(*steps),
        facts={"since": start.isoformat(), "named": named},
        duties=(Duty(Task.Kind.NAME_NEXT_STEP, WORKING_DAY),),
    )


def close_date_passed(facts: Facts, policy: Policy) -> Finding | None:
    """The expected close date is in the past, from the start of the next working day."""
    if facts.expected_close_on is None or facts.expected_close_on.year > LAST_YEAR:
        return None
    passed = facts.clock.start_of_day(facts.expected_close_on + timedelta(days=1))
    return Finding(
        since=passed,
        steps=ladder((at_once(facts.clock, passed), Severity.MEDIUM)),
        facts={"expected_close_on": facts.expected_close_on.isoformat()},
    )


def close_date_slipping(facts: Facts, policy: Policy) -> Finding | None:
    """The close date was pushed too often or too far since the last move forward; high from the fourth push."""
    allowed, days_allowed = policy.number("close_pushes"), policy.number("close_pushed_days")
    steps: list[tuple[datetime, Severity]] = []
    days = 0
    for count, push in enumerate(facts.pushes, start=1):
        days += push.days
        if count >= max(FREQUENT_PUSHES, allowed):
            steps.append((at_once(facts.clock, push.at), Severity.HIGH))
        elif count >= allowed or days >= days_allowed:
            steps.append((at_once(facts.clock, push.at), Severity.MEDIUM))
    if not steps:
        return None
    return Finding(since=facts.pushes[0].at, steps=ladder(*steps), facts={"pushes": len(facts.pushes), "days": days})
