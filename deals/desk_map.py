"""The map of silence and value: where each deal's dot stands. Pure geometry, in percent of the width and pixels of height."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from deals.desk_html import dot_html, dot_row_html
from deals.models import Severity
from deals.templatetags.words import money, severity_class

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from deals.desk_found import Shown

TOP, BOTTOM = 20, 158
LEFT, RIGHT = 9.5, 97.0
# Up to here a day is as wide as the next; what is older shares the last part, ever narrower.
MONTH = 30
MONTH_ENDS = 78.0
SMALLEST, LARGEST = 5.0, 16.0


class Dot(NamedTuple):
    """One deal. ``x`` in percent, ``y`` and ``radius`` in pixels; ``days`` since the last contact."""

    rank: int
    url: str
    name: str
    value: str
    days: int
    x: str
    y: str
    radius: str

    @property
    def label(self) -> str:
        words = {"amount": self.value, "n": self.days}
        return f"{self.name}: " + (
            ngettext("%(amount)s at stake, %(n)d day since the last contact", "%(amount)s at stake, %(n)d days since the last contact", self.days)
            % words
        )

    @property
    def css(self) -> str:
        return severity_class(self.rank)

    @property
    def severity(self) -> str:
        return str(Severity(self.rank).label)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the grid with the value it stands for."""

    y: str
    value: float

    @property
    def label(self) -> str:
        """500k, 2M, 1.25M: short enough for the edge of a small picture."""
        for size, letter in ((1_000_000, "M"), (1_000, "k")):
            if self.value >= size:
                return f"{self.value / size:g}{letter}"
        return f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Map:
    dots: list[Dot]
    lines: list[Line]
    ticks: list[tuple[str, int]]  # where 0, 10, 20 and 30 days stand, in percent; the last below the dotted line
    month: str

    @property
    def drawn(self) -> SafeString:
        language = get_language()
        return SafeString("".join(dot_html(dot, language) for dot in self.dots))

    @property
    def written(self) -> SafeString:
        """Its table."""
        language = get_language()
        return SafeString("".join(dot_row_html(dot, language) for dot in self.dots))


def draw(deals: Sequence[Shown], *, now: datetime) -> Map:
    """Days of silence from left to right, value at stake from below. A dot's area follows its value."""
    silent = [silence(deal, now) for deal in deals]
    longest = max([*silent, 2 * MONTH])
    top = ceiling(max((deal.value_at_stake for deal in deals), default=0))
    before, _id, after = reverse("deal", args=[0]).rpartition("0")
    dots = [
        Dot(
            rank=deal.rank,
            url=f"{before}{deal.pk}{after}",
            name=f"{deal.name}, {deal.account}" if deal.account else deal.name,
            value=money(deal.value_at_stake),
            days=days,
            x=f"{_across(days, longest):.2f}",
            y=f"{_up(float(deal.value_at_stake) / top):.1f}",
            radius=f"{SMALLEST + (LARGEST - SMALLEST) * math.sqrt(float(deal.value_at_stake) / top):.1f}",
        )
        for deal, days in zip(deals, silent, strict=True)
    ]
    # The largest first, so that a small one is never hidden below.
    dots.sort(key=lambda dot: -float(dot.radius))
    lines = [Line(f"{_up(share):.1f}", top * share) for share in (1.0, 0.5, 0.25, 0.0)]
    return Map(dots, lines, [(f"{_across(days, longest):.2f}", days) for days in (0, 10, 20, MONTH)], f"{MONTH_ENDS:.2f}")


def silence(deal: Shown, now: datetime) -> int:
    """Whole days since the last contact; since it came into its stage where there never was any."""
    return max((now - (deal.last_contact_at or deal.stage_entered_at)).days, 0)


def ceiling(value: Decimal | float) -> float:
    """The next round number up: 1, 2 or 5 and zeros."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(float(value)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= float(value))


def _across(days: int, longest: int) -> float:
    if days <= MONTH:
        return LEFT + (MONTH_ENDS - LEFT) * days / MONTH
    return MONTH_ENDS + (RIGHT - MONTH_ENDS) * math.log(days / MONTH) / math.log(longest / MONTH)


def _up(share: float) -> float:
    """By the square root, so that many small deals do not lie on one line below a large one."""
    return BOTTOM - (BOTTOM - TOP) * math.sqrt(share)
