"""What every part of the generator needs at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from statistics import quantiles
from typing import TYPE_CHECKING

from deals.risk.policy import REPLY_SAMPLES, STAGE_SAMPLES, WON_SAMPLES

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from config.demo_company.customers import Customer, Customers
    from config.demo_company.episode import Episode
    from config.demo_company.people import People
    from deals.models import Product, Stage

# Where nothing is learned yet the rule allows ten working days.
UNLEARNED_DAYS = 13.0


@dataclass
class Scene:
    """``stages`` by pipeline ("Sales", "Renewals") and name. ``replay_from``: what closed before is history, written
    as it ended; everything later is played again day by day."""

    rng: random.Random
    now: datetime
    people: People
    customers: Customers
    products: dict[str, Product]
    stages: dict[str, dict[str, Stage]]
    episodes: list[Episode] = field(default_factory=list)
    _limits: dict[str, float] = field(default_factory=dict)

    @property
    def replay_from(self) -> datetime:
        return self.now - timedelta(days=35)

    def limit_days(self, stage: str) -> float:
        """Calendar days after which the rules will call a deal too long in the stage: learned from what was won so far."""
        if stage not in self._limits:
            stays = [
                (after.at - move.at) / timedelta(days=1)
                for episode in self.episodes
                if episode.deal.status == "won"
                for move, after in zip(episode.moves, episode.moves[1:], strict=False)
                if move.to_stage.name == stage
            ]
            self._limits[stage] = quantiles(stays, n=4, method="inclusive")[2] if len(stays) >= STAGE_SAMPLES else UNLEARNED_DAYS
        return self._limits[stage]

    def silence_hours(self, customer: Customer) -> float:
        """About how many working hours of a customer's silence the rules allow: five days, or the usual reply time
        between three days and fifteen, once enough replies are known."""
        waits = sorted(wait for episode in self.episodes if episode.customer is customer for wait in _reply_waits(episode))
        if len(waits) < REPLY_SAMPLES:
            return 40.0
        usual_days = waits[int(len(waits) * 0.9)] / timedelta(days=1)
        return min(max(usual_days * 5 / 7 * 8, 24.0), 120.0)

    def longest_won_days(self, pipeline: str) -> int | None:
        """The longest any deal of the pipeline took that was won; None while too few were."""
        own = next(iter(self.stages[pipeline].values())).pipeline
        spans = [
            (episode.deal.closed_on - episode.deal.opened_on).days
            for episode in self.episodes
            if episode.deal.status == "won" and episode.deal.pipeline == own and episode.deal.closed_on and episode.deal.opened_on
        ]
        return max(spans) if len(spans) >= WON_SAMPLES else None


def _reply_waits(episode: Episode) -> list[timedelta]:
    """From each last message of ours to their next one."""
    said = sorted((one.at, one.direction) for one in episode.talk if one.is_human and one.kind in ("email", "voicemail"))
    return [at - asked_at for (asked_at, before), (at, direction) in pairwise(said) if before == "out" and direction == "in"]
