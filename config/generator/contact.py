"""What was said on a deal: interactions, as rows for COPY."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.generator.words import CALLS, FROM_THEM, FROM_US, MEETINGS, NOTES

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

INTERACTION = (
    "deal_id", "account_id", "contact_id", "user_id", "kind", "direction", "outcome", "is_human", "at", "ends_at", "subject", "body",
    "dates_shifted_by", "recorded_by_id", "outcome_said_at", "outcome_said_by_id", "apology", "recorded_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Talk:
    """``trouble``: between 0 and 1, what is the matter with the deal; below 0.62 nothing."""

    deal_id: int
    account_id: int
    contacts: Sequence[int]
    owner_id: int
    opened: datetime
    until: datetime
    watched: bool
    trouble: float
    activities: int


def talk_of(rng: random.Random, talk: Talk, now: datetime) -> list[tuple[Any, ...]]:
    """Words to and fro from the opening on. The last one says how the deal stands: answered, waiting for us, for them, or silent."""
    draw = rng.random
    # From one to twice the average less one.
    number = 1 + int(draw() * (2 * talk.activities - 1))
    last = max(_last(rng, talk, now), talk.opened)
    span = last - talk.opened
    moments = sorted(talk.opened + span * draw() for _one in range(number - 1))
    rows = [_row(rng, talk, ("in", "out", "talk", "note")[int(draw() * 4)], moment) for moment in moments]
    rows.append(_row(rng, talk, _ending(rng, talk), last))
    return rows


def _last(rng: random.Random, talk: Talk, now: datetime) -> datetime:
    draw = rng.random
    if not talk.watched:
        days = (now - talk.until) / timedelta(days=1) + draw()
    elif talk.trouble < 0.62 or talk.trouble >= 0.86:
        days = 0.2 + draw() * 9
    elif talk.trouble < 0.70:
        days = 1.5 + draw() * 10
    elif talk.trouble < 0.79:
        days = 9 + draw() * 20
    else:
        days = 17 + draw() * 55
    return now - timedelta(days=days)


def _ending(rng: random.Random, talk: Talk) -> str:
    if 0.62 <= talk.trouble < 0.70:
        return "in"
    return "out" if 0.70 <= talk.trouble < 0.79 else "talk"


def _row(rng: random.Random, talk: Talk, what: str, at: datetime) -> tuple[Any, ...]:
    draw = rng.random
    contact = talk.contacts[int(draw() * len(talk.contacts))]
    ends_at = None
    outcome, subject = "", ""
    if what == "talk":
        kind, direction = ("call", "out") if draw() < 0.7 else ("meeting", "out")
        outcome = "connected" if kind == "call" else "held"
        ends_at = at + timedelta(minutes=10 if kind == "call" else 45)
        subject, body = ("", CALLS[int(draw() * len(CALLS))]) if kind == "call" else MEETINGS[int(draw() * len(MEETINGS))]
    elif what == "note":
        kind, direction, body = "note", "internal", NOTES[int(draw() * len(NOTES))]
    else:
        kind, direction = "email", what
        subject, body = (FROM_THEM if what == "in" else FROM_US)[int(draw() * len(FROM_THEM if what == "in" else FROM_US))]
    recorded = ends_at or at
    said = (recorded, talk.owner_id) if kind == "meeting" else (None, None)
    return (
        talk.deal_id, talk.account_id, contact, talk.owner_id, kind, direction, outcome, True, at, ends_at, subject, body, 0, talk.owner_id,
        *said, "", recorded,
    )  # fmt: skip
