"""What the rules may know of a deal: facts only, no present time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.working_time import WorkingTime


@dataclass(frozen=True, slots=True)
class Message:
    """A human message from the customer's side that nobody has answered."""

    id: int
    at: datetime
    kind: str  # email, voicemail or call (a missed one)
    user_id: int | None  # to whom of ours it came
    contact: str  # the name of who wrote, or empty
    subject: str = ""
    to_cover: bool = False  # it came to whoever covered for the owner then


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with the customer that is planned, or did not take place. ``said_at``: when somebody said how it went."""

    id: int
    starts_at: datetime
    ends_at: datetime
    outcome: str  # planned, missed_by_us, missed_by_them or cancelled_by_them
    said_at: datetime | None = None
    apologised_at: datetime | None = None
    user_id: int | None = None  # our person in it
    contact: str = ""
    subject: str = ""
    with_customer: bool = True  # not with who brought us in alone


@dataclass(frozen=True, slots=True)
class Offer:
    """An open handoff: offered at ``at`` to somebody who has not accepted yet."""

    id: int
    at: datetime
    giver_id: int | None
    receiver: str


@dataclass(frozen=True, slots=True)
class Introducer:
    """Who brought us in, where they are not of the customer themselves.

    ``untold``: the first thing worth telling since our last word to them, and when it happened. ``asked``: their messages
    since then that nobody has answered, the oldest first.
    """

    name: str
    told_at: datetime | None = None
    untold: str = ""  # opened, owner, moved, met; won or lost, where it was opened again since
    untold_at: datetime | None = None
    asked: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Push:
    """The expected close date was put off."""

    at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Gap:
    """The owner is away without cover ("away", with an end), or has left ("left")."""

    kind: str
    start: datetime
    end: datetime | None
    name: str


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was learned of a pipeline, a stage or an account; see :mod:`deals.rhythms`."""

    stage_samples: int = 0
    stage_p75_days: float = 0.0
    won: int = 0
    longest_won_days: int = 0
    reply_samples: int = 0
    reply_p90_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """One watched deal. ``clock`` is the working time of the responsible person's team."""

    deal_id: int
    status: str  # inquiry or open
    stage: str
    clock: WorkingTime
    responsible_id: int | None
    owner_id: int | None
    owner_since: datetime  # since when this owner (or none)
    hot: bool  # a bluebird, or a deal of a current customer
    created_at: datetime
    opened_on: date | None
    stage_entered_at: datetime
    account: str = ""
    expected_close_on: date | None = None
    unanswered: tuple[Message, ...] = ()  # oldest first
    answered_before: bool = False  # we said something to them before the oldest unanswered message
    last_from_us: datetime | None = None  # our last human message or conversation
    last_from_them: datetime | None = None  # their last human word
    last_contact: datetime | None = None  # the later of the two
    booked_until: datetime | None = None  # the end of the last planned meeting with them
    meetings: tuple[Meeting, ...] = ()  # by their end, the oldest first; those that were held are not among them
    last_held: datetime | None = None  # the end of the last meeting with them that was held
    last_held_with_introducer: datetime | None = None  # with who brought us in alone
    offer: Offer | None = None
    introducer: Introducer | None = None
    next_step_due: datetime | None = None  # of the current next step
    last_step_ended: datetime | None = None  # when the last one was done or dropped
    last_move_forward: datetime | None = None
    became_open: datetime | None = None  # when it last became an open deal: from an inquiry, or opened again
    pushes: tuple[Push, ...] = ()  # since the last move forward, in order
    gap: Gap | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)

    @property
    def moved_forward_at(self) -> datetime:
        """Since when the deal has not come any further: the last move forward, or where there was none the entry."""
        return min(self.last_move_forward or self.stage_entered_at, self.stage_entered_at)

    @property
    def opened_at(self) -> datetime:
        """The start of the day it was opened; the moment it was made where nobody knows the day."""
        return self.clock.start_of_day(self.opened_on) if self.opened_on else self.created_at
