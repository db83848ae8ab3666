"""A place of work: its working time forwards, backwards, and believable moments in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from accounts.working_time import WorkingTime


class Office:
    def __init__(self, clock: WorkingTime) -> None:
        self.clock = clock

    def back(self, moment: datetime, hours: float) -> datetime:
        """The moment ``hours`` of working time before ``moment``."""
        far = moment - timedelta(days=hours / 8 * 1.5 + 20)
        return self.clock.add(far, max(self.clock.between(far, moment) - timedelta(hours=hours), timedelta(0)))

    def on(self, moment: datetime, hours: float) -> datetime:
        """The moment after ``hours`` of working time."""
        return self.clock.add(moment, timedelta(hours=hours))

    def hours(self, start: datetime, end: datetime) -> float:
        return self.clock.between(start, end) / timedelta(hours=1)

    def some_time(self, rng: random.Random, moment: datetime) -> datetime:
        """A moment of the same working day (or the next one), not before ``moment``, to the odd minute: people
        do not write on the hour."""
        opened = self.clock.next_open(moment)
        local = opened.astimezone(self.clock.zone)
        left = max(10, 16 * 60 + 50 - (local.hour * 60 + local.minute))
        return opened + timedelta(minutes=rng.randrange(left))

    def slot(self, rng: random.Random, moment: datetime) -> datetime:
        """The start of a meeting on that working day or the next one: on the half hour, 9:30 to 16:00."""
        opened = self.clock.next_open(moment)
        local = opened.astimezone(self.clock.zone)
        start = local.replace(hour=9, minute=30, second=0, microsecond=0) + timedelta(minutes=30 * rng.randrange(14))
        return start if start >= local else self.slot(rng, local.replace(hour=17, minute=0))
