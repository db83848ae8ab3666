"""What a rule says: a finding with its steps. Rules do not know the time; they say when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.working_time import WorkingTime
    from deals.models.signals import Severity


@dataclass(frozen=True, slots=True)
class Step:
    """From ``at`` on, the finding has this severity."""

    at: datetime
    severity: Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's finding on one deal.

    ``since``: when the clock behind it began. ``steps``: at least one, in order of time, each more severe
    than the one before. ``facts``: the evidence, plain JSON, for the sentence and for the history.
    """

    since: datetime
    steps: tuple[Step, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    # Facts that become true at a later moment, e.g. that the deal has outgrown every won one.
    later: tuple[tuple[datetime, dict[str, Any]], ...] = ()

    def facts_at(self, now: datetime) -> dict[str, Any]:
        """The evidence as it stands at a moment."""
        known = dict(self.facts)
        for at, more in self.later:
            if at <= now:
                known.update(more)
        return known

    def severity(self, now: datetime) -> Severity | None:
        """The severity at a moment; None while the finding is only armed."""
        return max((step.severity for step in self.steps if step.at <= now), default=None)

    def next_moment(self, now: datetime) -> datetime | None:
        """The next moment at which the finding says something else."""
        moments = [step.at for step in self.steps] + [at for at, _more in self.later]
        return min((at for at in moments if at > now), default=None)


def ladder(*steps: tuple[datetime, Severity]) -> tuple[Step, ...]:
    """Steps in order of time, without those that an earlier one already outweighs."""
    kept: list[Step] = []
    for at, severity in sorted(steps, key=lambda step: (step[0], -step[1])):
        if not kept or severity > kept[-1].severity:
            kept.append(Step(at, severity))
    return tuple(kept)


def at_once(clock: WorkingTime, moment: datetime) -> datetime:
    """*At once*, in working time: a moment outside of it moves to the start of the next working period."""
    return clock.next_open(moment)
