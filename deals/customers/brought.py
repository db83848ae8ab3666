"""What a contact brought us, and how we treated it: each deal with its outcome, its worth, how long they waited for word, and what
we owe them now. One query beside that for the deals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.introductions import stories

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from deals.introductions import Story
    from deals.models import Deal

A_DAY, AN_HOUR = 24 * 60 * 60, 60 * 60


@dataclass(frozen=True, slots=True)
class Brought:
    """``story`` None: they are of the customer themselves, whom nobody owes news of their own deal."""

    deal: Deal
    story: Story | None

    @property
    def longest(self) -> str:
        """The longest they waited for a word; empty where it was less than an hour, or nobody counts it."""
        return span(self.story.longest) if self.story is not None and self.story.longest is not None else ""

    @property
    def owed(self) -> str:
        """What we owe them now, in a few words; empty where nothing."""
        if self.story is None or not self.story.is_owed:
            return ""
        if self.story.asked:
            return ngettext("asked, and waits for an answer", "asked %(n)s times, and waits for an answer", len(self.story.asked)) % {
                "n": len(self.story.asked)
            }
        if not self.deal.is_watched and self.story.untold[-1].what in ("won", "lost"):
            return _("was never told how it ended")
        return ngettext("has not heard of one thing that happened", "has not heard of %(n)s things that happened", len(self.story.untold)) % {
            "n": len(self.story.untold)
        }


def brought_by(deals: Iterable[Deal], now: datetime) -> list[Brought]:
    found = list(deals)
    known = stories([deal.pk for deal in found], now) if found else {}
    return [Brought(deal, known.get(deal.pk)) for deal in found]


def span(length: timedelta) -> str:
    """``6 days``, ``3 hours``; empty for less than an hour."""
    seconds = int(length.total_seconds())
    if seconds >= A_DAY:
        return ngettext("%(n)s day", "%(n)s days", seconds // A_DAY) % {"n": seconds // A_DAY}
    if seconds >= AN_HOUR:
        return ngettext("%(n)s hour", "%(n)s hours", seconds // AN_HOUR) % {"n": seconds // AN_HOUR}
    return ""
