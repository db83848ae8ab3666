"""A person's day, put together: who waits, what else is owed, and in which words that is said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.prepared import Given, prepare
from deals.models import Deal
from deals.querysets import seen_by, shape_of
from deals.templatetags.words import capital, spelled
from deals.today import estimate, words
from deals.today.introducers import introducers
from deals.today.kinds import ANSWER, ASKED, MAKE_GOOD, REBOOK, WAITING
from deals.today.people import partners
from deals.today.rows import Known, reader_of, row
from deals.today.sources import ask

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from accounts.prepared import Statement
    from deals.querysets import Shape
    from deals.today.rows import Row


@dataclass(frozen=True, slots=True)
class Day:
    """``people``: how many wait; ``others``: how many other duties there are. The lists show the first of each."""

    waiting: list[Row]
    owed: list[Row]
    people: int
    others: int
    minutes: int
    now: datetime

    @property
    def total(self) -> int:
        """As many as the navigation counts."""
        return self.more_waiting + len(self.waiting) + self.others

    @property
    def more_waiting(self) -> int:
        return max(self.people - self._persons, 0)

    @property
    def more_owed(self) -> int:
        return self.others - len(self.owed)

    @property
    def _persons(self) -> int:
        return len({one.partner.contact_id or one.key for one in self.waiting})

    @property
    def headline(self) -> str:
        if not self.people:
            return _("Nobody is waiting for you")
        return ngettext("One person is waiting for you", "%(words)s people are waiting for you", self.people) % {
            "words": capital(spelled(self.people))
        }

    @property
    def waited(self) -> str:
        """How long the first has waited, as a sentence; empty while nobody does."""
        if not self.waiting:
            return ""
        first = self.waiting[0]
        since = first.found.since or first.partner.waits_since
        return _("The first has waited since %(when)s.") % {"when": words.waited_since(since, self.now)} if since else ""

    @property
    def estimate(self) -> str:
        """About how long everything else takes; empty where nothing is owed."""
        return estimate.in_words(self.minutes)

    def find(self, key: str) -> Row | None:
        return next((one for one in (*self.waiting, *self.owed) if one.key == key), None)


def day_of(user: User, now: datetime) -> Day:
    """Three queries, whatever there is to do: the duties, their deals, and the people behind them; one more for who brought us in."""
    found, counts = ask(user, now)
    ids = list({one.deal_id for one in found if one.deal_id is not None})
    deals = {pk: Known(pk, *known) for pk, *known in _deals(shape_of(user)).rows(ids=ids, **seen_by(user))} if ids else {}
    asked = partners(
        waiting=[one.deal_id for one in found if one.kind == ANSWER and one.deal_id is not None],
        others=[one.deal_id for one in found if one.kind in ("touch", MAKE_GOOD, REBOOK) and one.deal_id is not None],
        now=now,
    )
    brought = introducers([one for one in found if one.kind in (ASKED, "introducer")])
    reader = reader_of(user, now)
    rows = [
        row(one, deal=deals.get(one.deal_id or 0), partner=brought.get(one) or asked.get(one.deal_id or 0), reader=reader, now=now) for one in found
    ]
    waiting = [one for one in rows if one is not None and one.kind in WAITING]
    owed = [one for one in rows if one is not None and one.kind not in WAITING]
    # Two messages of one person on two deals are two rows, and one person.
    twice = len(waiting) - len({one.partner.contact_id or one.key for one in waiting})
    others = sum(number for kind, number in counts.items() if kind not in WAITING)
    return Day(waiting, owed, sum(counts.get(kind, 0) for kind in WAITING) - twice, others, estimate.minutes_of(counts), now)


@cache
def _deals(shape: Shape) -> Statement:
    deals = Deal.objects.in_shape(shape).filter(pk__any_of=Given("ids"))
    empty = Value("")
    owner, account, lifecycle = (Coalesce(F(name), empty) for name in ("owner__name", "account__name", "account__lifecycle"))
    return prepare(
        deals.values_list("pk", "name", "source", "value_at_stake", "dates_shifted_by", "owner_id", owner, account, lifecycle), planned=True
    )
