"""Times, and what is made of them."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Times:
    """Milliseconds: the middle one, and the one that nineteen of twenty stay below."""

    median: float
    p95: float


def summed_up(milliseconds: Sequence[float]) -> Times:
    ordered = sorted(milliseconds)
    return Times(median(ordered), ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)])


def timed(act: Callable[[int], object], *, rounds: int, warm: int = 0) -> Times:
    """How long ``act`` takes; it is given the number of the round, counted on from the ones that warm up."""
    found: list[float] = []
    gc.disable()
    try:
        for number in range(warm + rounds):
            started = time.perf_counter()
            act(number)
            found.append((time.perf_counter() - started) * 1000)
    finally:
        gc.enable()
    return summed_up(found[warm:])
