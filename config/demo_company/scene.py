"""What every part of the generator needs at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from statistics import quantiles
from typing import TYPE_CHECKING

from deals.risk.policy import STAGE_SAMPLES, WON_SAMPLES

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from config.demo_company.customers import Customers
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

    def longest_won_days(self, pipeline: str) -> int | None:
        """The longest any deal of the pipeline took that was won; None while too few were."""
        own = next(iter(self.stages[pipeline].values())).pipeline
        spans = [
            (episode.deal.closed_on - episode.deal.opened_on).days
            for episode in self.episodes
            if episode.deal.status == "won" and episode.deal.pipeline == own and episode.deal.closed_on and episode.deal.opened_on
        ]
        return max(spans) if len(spans) >= WON_SAMPLES else None
