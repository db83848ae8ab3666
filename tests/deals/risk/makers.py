"""Facts for table tests: an ordinary open deal, in New York's working time, with what the case changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.working_time import Hours, working_time
from deals.risk.facts import Facts, Meeting, Message

NEW_YORK = ZoneInfo("America/New_York")
CLOCK = working_time(Hours("America/New_York", (((540, 1020),),) * 5 + ((), ()), country="US"))


def at(text):
    """A moment on New York's clock: "2026-03-02 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


ORDINARY = Facts(
    deal_id=1,
    status="open",
    stage="Proposal",
    clock=CLOCK,
    responsible_id=7,
    owner_id=7,
    owner_since=at("2026-03-02 09:00"),
    hot=False,
    created_at=at("2026-03-02 09:00"),
    opened_on=date(2026, 3, 2),
    stage_entered_at=at("2026-03-02 09:00"),
    account="Norwood",
)


def facts(**changes):
    return replace(ORDINARY, **changes)


def message(moment, **changes):
    return replace(Message(id=1, at=at(moment), kind="email", user_id=7, contact="Priya Raman"), **changes)


def meeting(ends, outcome="planned", said=None, **changes):
    """Of half an hour, ending at ``ends``; ``said``: when somebody said how it went."""
    made = Meeting(id=1, starts_at=at(ends) - timedelta(minutes=30), ends_at=at(ends), outcome=outcome, said_at=at(said) if said else None)
    return replace(made, **changes)


def steps(finding):
    """A finding's steps as [("2026-03-02 14:00", "medium"), …] on New York's clock."""
    return [(f"{step.at.astimezone(NEW_YORK):%Y-%m-%d %H:%M}", step.severity.name.lower()) for step in finding.steps]


def days(number):
    return timedelta(days=number)
