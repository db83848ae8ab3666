"""About how long a day's duties take, in calm words. Pure; the minutes are those of :mod:`deals.today.kinds`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.templatetags.words import spelled
from deals.today.kinds import KINDS, WAITING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

A_DAY = 7 * 60  # of work that somebody really gets done on one


def minutes_of(counts: Mapping[str, int]) -> int:
    """What everything but the answers takes, by the number of duties of each kind."""
    return sum(KINDS[kind].minutes * count for kind, count in counts.items() if kind not in WAITING)


# Up to so many minutes it is said so; beyond the last but one, by hours.
STEPS: tuple[tuple[int, Callable[[], str]], ...] = (
    (0, lambda: ""),
    (7, lambda: _("five minutes")),
    (12, lambda: _("ten minutes")),
    (17, lambda: _("a quarter of an hour")),
    (24, lambda: _("twenty minutes")),
    (34, lambda: _("half an hour")),
    (44, lambda: _("forty minutes")),
    (54, lambda: _("fifty minutes")),
    (74, lambda: _("an hour")),
    (104, lambda: _("an hour and a half")),
    (134, lambda: _("two hours")),
    (164, lambda: _("two and a half hours")),
)


def in_words(minutes: int) -> str:
    """``five minutes``, ``forty minutes``, ``an hour and a half``, ``five hours``, ``more than a day``; empty for none.

    Rounded as coarsely as it is known.
    """
    for up_to, words in STEPS:
        if minutes <= up_to:
            return words()
    return _("more than a day") if minutes > A_DAY else _("%(n)s hours") % {"n": spelled(round(minutes / 60))}
