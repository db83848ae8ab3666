"""What was said, as the pages of a deal, an account and a contact show it: a line each, and what a line is worth to the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deals.models import Interaction

if TYPE_CHECKING:
    from datetime import datetime

Kind, Direction, Outcome = Interaction.Kind, Interaction.Direction, Interaction.Outcome


class Said(NamedTuple):
    """One interaction with the names on it; where somebody or something is not named, it is None."""

    pk: int
    kind: str
    direction: str
    outcome: str
    is_human: bool
    at: datetime
    moment: datetime
    subject: str
    body: str
    dates_shifted_by: int
    recorded_by_id: int | None
    no_answer_needed_at: datetime | None
    withdrawn_at: datetime | None
    them: str | None
    us: str | None
    no_answer_needed_by: str | None
    withdrawn_by: str | None
    # Where the page shows more than one deal:
    deal_id: int | None = None
    deal: str | None = None
    account: str | None = None


# The columns of Said, for one deal's page and for those of many deals.
ON_ONE_DEAL = (
    *("pk", "kind", "direction", "outcome", "is_human", "at", "moment", "subject", "body", "dates_shifted_by"),
    *("recorded_by_id", "no_answer_needed_at", "withdrawn_at", "contact__name", "user__name", "no_answer_needed_by__name", "withdrawn_by__name"),
)
ON_MANY_DEALS = (*ON_ONE_DEAL, "deal_id", "deal__name", "deal__account__name")


def is_word(said: Said | Interaction) -> bool:
    """Does it break a silence? A human message of either side, or a conversation; no note, no call that nobody took."""
    if not said.is_human or said.withdrawn_at is not None or said.kind == Kind.NOTE:
        return False
    if said.kind == Kind.MEETING:
        return said.outcome == Outcome.HELD
    if said.kind == Kind.CALL:
        return said.outcome == Outcome.CONNECTED or said.direction == Direction.IN
    return said.direction != Direction.INTERNAL


def is_answer(said: Said | Interaction) -> bool:
    """Our mail to them, or a conversation: what settles the messages before it. A voicemail of ours does not."""
    if said.direction == Direction.OUT and said.kind == Kind.EMAIL:
        return is_word(said)
    return is_word(said) and said.outcome in (Outcome.CONNECTED, Outcome.HELD)
