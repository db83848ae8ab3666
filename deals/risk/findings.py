"""What a rule says: a finding with its steps. Rules do not know the time; they say when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.working_time import WorkingTime
    from deals.models.signals import Severity


class Step(NamedTuple):
    """From ``at`` on, the finding has this severity."""

    at: datetime
    severity: Severity


@dataclass(frozen=True, slots=True)
class Duty:
    """A task that comes with a finding: due when ``worked`` of its person's working time has passed since ``since``.

    ``since`` None: since it went off. ``user_id`` None: it is the responsible person's, whoever that is at the time.
    """

    kind: str
    worked: timedelta
    since: datetime | None = None
    user_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        since = self.since.isoformat() if self.since else None
        return {"kind": str(self.kind), "hours": self.worked / timedelta(hours=1), "since": since, "user": self.user_id}


class Finding(NamedTuple):
    """One rule's finding on one deal. A sweep makes thousands: a tuple is made in half the time of a class of its own.

    ``since``: when the clock behind it began. ``steps``: at least one, in order of time, each more severe
    than the one before. ``facts``: the evidence, plain JSON, for the sentence and for the history. ``duties``: the
    tasks that come with it once it has gone off.
    """

    since: datetime
    steps: tuple[Step, ...]
    facts: Mapping[str, Any] = MappingProxyType({})
    # Facts that become true at a later moment, e.g. that the deal has outgrown every won one.
    later: tuple[tuple[datetime, dict[str, Any]], ...] = ()
    duties: tuple[Duty, ...] = ()

    def facts_at(self, now: datetime) -> dict[str, Any]:
        """The evidence as it stands at a moment."""
        known = dict(self.facts)
        if self.duties:
            known["duties"] = [duty.as_json() for duty in self.duties]
        for at, more in self.later:
            if at <= now:
                known.update(more)
        return known

    def severity(self, now: datetime) -> Severity | None:
        """The severity at a moment; None while the finding is only armed."""
        reached = [step.severity for step in self.steps if step.at <= now]
        return max(reached) if reached else None

    def next_moment(self, now: datetime) -> datetime | None:
        """The next moment at which the finding says something else."""
        moments = [at for at, _what in (*self.steps, *self.later) if at > now]
        return min(moments) if moments else None


def ladder(*steps: tuple[datetime, Severity]) -> tuple[Step, ...]:
    """Steps in order of time, without those that an earlier one already outweighs."""
    if len(steps) == 1:
        return (Step(*steps[0]),)
    kept: list[Step] = []
    for at, severity in sorted(steps, key=lambda step: (step[0], -step[1])):
        if not kept or severity > kept[-1].severity:
            kept.append(Step(at, severity))
    return tuple(kept)


def at_once(clock: WorkingTime, moment: datetime) -> datetime:
    """*At once*, in working time: a moment outside of it moves to the start of the next working period."""
    return clock.next_open(moment)
