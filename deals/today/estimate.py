"""About how long a day's duties take, in calm words. Pure; the minutes are those of :mod:`deals.today.kinds`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.templatetags.words import spelled
from deals.today.kinds import ANSWER, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

A_DAY = 7 * 60  # of work that somebody really gets done on one


def minutes_of(counts: Mapping[str, int]) -> int:
    """What everything but the answers takes, by the number of duties of each kind."""
    return sum(KINDS[kind].minutes * count for kind, count in counts.items() if kind != ANSWER)


def in_words(minutes: int) -> str:
    """``five minutes``, ``forty minutes``, ``an hour and a half``, ``two hours``, ``more than a day``; empty for none.

    Rounded as coarsely as it is known: to five minutes, from half an hour on to ten, then to half hours, then to hours.
    """
    if minutes <= 0:
        return ""
    if minutes < 27:
        return _("%(n)s minutes") % {"n": spelled(max(5, round(minutes / 5) * 5)) if minutes < 22 else _("twenty-five")}
    if minutes < 55:
        return TENS[min(max(round(minutes / 10), 3), 5)]()
    if minutes > A_DAY:
        return _("more than a day")
    halves = round(minutes / 30)
    if halves <= 2:
        return _("an hour")
    if halves == 3:
        return _("an hour and a half")
    if halves == 5:
        return _("two and a half hours")
    return _("%(n)s hours") % {"n": spelled(round(minutes / 60))}


TENS = {3: lambda: _("half an hour"), 4: lambda: _("forty minutes"), 5: lambda: _("fifty minutes")}
