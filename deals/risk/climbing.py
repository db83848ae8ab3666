"""A raised signal that nobody acts on goes up, one rung a step. Pure: who hears of it next, and when it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from deals.risk.policy import CLIMB_AFTER, CLIMB_AGAIN_AT_THE_TOP

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from accounts.organisation import Organisation
    from deals.risk.open_signals import Signal


class Climb(NamedTuple):
    """``told``: whom this climb tells (user ids); nobody where nobody is there. ``forgotten``: who was told before and is not
    here to hear that it is graver by now: they count as not told."""

    told: tuple[int, ...]
    forgotten: tuple[int, ...] = ()


def climb(signal: Signal, *, company: Organisation, team_id: int | None, later: Callable[[timedelta], datetime], now: datetime) -> Climb:
    """Take a signal whose climb is due one rung up. ``later``: when so much working time of whom it waits for has passed since ``now``.

    The first climb after it got worse tells those below the rung, too, as they know it as less grave. At the top it is
    told again and again. Where nobody is there to be told, it stays on its rung and is tried again a step later.
    """
    rung = company.climb(responsible_id=signal.responsible_id, team_id=team_id, told=signal.told, at=now)
    signal.climbs_at = later(CLIMB_AGAIN_AT_THE_TOP if rung.at_the_top else CLIMB_AFTER[signal.severity])
    again: list[int] = []
    forgotten: list[int] = []
    if signal.told_severity < signal.severity:
        for one in signal.told:
            (again if one != signal.responsible_id and company.available(one, now) else forgotten).append(one)
    told = tuple(dict.fromkeys((*rung.people, *again)))
    if not told:
        return Climb(())
    signal.level += 1
    signal.told = tuple(dict.fromkeys((*(one for one in signal.told if one not in forgotten), *told)))
    signal.told_severity = signal.severity
    return Climb(told, tuple(forgotten))
