"""One deal with everything that happened on it, as rows not yet written, and how it stood at any moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from accounts.models import Contact, User
    from config.demo_company.customers import Customer
    from config.demo_company.office import Office
    from config.demo_company.products import Offer
    from deals.models import CloseDateChange, Deal, Interaction, NextStep, Stage, StageChange
    from winback.models import Loss


@dataclass(eq=False)
class Episode:
    """``deal`` stands as it is in the end. ``us``: who of ours speaks. Lists are in order of time once :meth:`settle` ran."""

    deal: Deal
    customer: Customer
    offer: Offer
    office: Office
    us: User
    site: str
    number: int
    contacts: Sequence[Contact]
    moves: list[StageChange] = field(default_factory=list)
    pushes: list[CloseDateChange] = field(default_factory=list)
    steps: list[NextStep] = field(default_factory=list)
    talk: list[Interaction] = field(default_factory=list)
    loss: Loss | None = None

    @property
    def closed_at(self) -> datetime | None:
        return self.moves[-1].at if self.deal.closed_on else None

    def settle(self, *, keep_steps: int) -> None:
        """Put everything in order of time, end each next step where the one after it begins, and keep the last few."""
        for rows in (self.moves, self.pushes, self.talk):
            rows.sort(key=lambda row: row.at)
        self.steps.sort(key=lambda step: step.created_at)
        for step, after in zip(self.steps, self.steps[1:], strict=False):
            step.ended_at, step.done = after.created_at, True
        closed_at = self.closed_at
        if self.steps and closed_at:
            self.steps[-1].ended_at, self.steps[-1].done = closed_at, True
        self.steps = self.steps[-keep_steps:]

    # --- how it stood ---------------------------------------------------------------------------------------

    def move_at(self, moment: datetime) -> StageChange | None:
        """The last move not after the moment; None before the deal was opened."""
        return next((move for move in reversed(self.moves) if move.at <= moment), None)

    def expected_close_at(self, moment: datetime) -> date | None:
        known = next((push.new for push in reversed(self.pushes) if push.at <= moment), None)
        if known is None and self.pushes:
            return self.pushes[0].old
        return known or self.deal.expected_close_on

    def put_back_to(self, moment: datetime) -> bool:
        """Set the deal as it stood; says whether that changed anything."""
        move = self.move_at(moment)
        if move is None:
            return False
        before = (self.deal.stage, self.deal.expected_close_on)
        self.enter(move.to_stage, move.at)
        self.deal.expected_close_on = self.expected_close_at(moment)
        return (self.deal.stage, self.deal.expected_close_on) != before

    def enter(self, stage: Stage, at: datetime) -> None:
        self.deal.stage, self.deal.pipeline, self.deal.status = stage, stage.pipeline, stage.kind
        self.deal.stage_entered_at = at
        self.deal.closed_on = self.office.clock.local_date(at) if stage.kind in ("won", "lost") else None
