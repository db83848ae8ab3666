"""The story as a bar: a column a step, as high as the gravest signal that is up. Percentages of an SVG without a viewBox. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.training.steps import Step

CLASSES = ("none", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Column:
    """``x``, ``width``, ``y`` and ``height`` in percent; ``css``: the severity's class."""

    x: str
    middle: str
    width: str
    y: str
    height: str
    css: str
    is_current: bool
    is_ahead: bool
    begins_a_day: bool


def columns(steps: Sequence[Step], current: int) -> list[Column]:
    """``current``: the number of the step one looks at; what comes after it is not told yet."""
    each = 100 / max(len(steps), 1)
    return [_column(step, each, current) for step in steps]


def _column(step: Step, each: float, current: int) -> Column:
    ahead = step.number > current
    height = 12.0 if ahead else 12 + 17.5 * step.worst
    left = (step.number - 1) * each
    return Column(
        x=f"{left + each * 0.12:.2f}%",
        middle=f"{left + each / 2:.2f}%",
        width=f"{each * 0.76:.2f}%",
        y=f"{100 - height:.1f}%",
        height=f"{height:.1f}%",
        css="none" if ahead else CLASSES[step.worst],
        is_current=step.number == current,
        is_ahead=ahead,
        begins_a_day=step.new_day and step.number > 1,
    )
