"""One page of the list: which deals stand on it, and all that their rows say."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from accounts.keyset import Page, cut
from accounts.prepared import prepare
from deals.ageing import ageing_of
from deals.cells import Cells
from deals.models import Deal
from deals.narrowed import is_usual, terms_of, values_of
from deals.orders import order_of
from deals.querysets import Shape, seen_by, shape_of
from deals.row_facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.keyset import Cut
    from accounts.models import User
    from accounts.prepared import Statement
    from deals.columns import Column
    from deals.filters import DealFilter
    from deals.orders import Order
    from deals.querysets import DealQuerySet
    from deals.row_facts import RowFacts
    from deals.terms import Terms

SIZE = 50


def deals_on(found: DealFilter, user: User, order: Order, token: str, columns: Sequence[Column]) -> Page[RowFacts]:
    """The page's deals with all that a row shows. First which ones, over narrow rows (sorting wide ones of everybody
    costs three times as much), then these alone with what hangs on them. Two queries."""
    where = cut(keys=order.keys, size=SIZE, token=token)
    shape = shape_of(user)
    if is_usual(found) and where.start is None and shape is not Shape.NOTHING:
        ids = _first_page(shape, terms_of(found), order.name, str(found.given.get("state", "")), SIZE).rows(**seen_by(user), **values_of(found))
    else:
        ids = list(_ids(found.qs, order, where))
    page = where.page_by(ids, lambda row: row)
    shown = {column.name for column in columns}
    facts = facts_of([row[-1] for row in page.rows], signals="severity" in shown, step="next_step" in shown)
    return Page(facts, page.later, page.earlier)


def _ids(deals: DealQuerySet, order: Order, where: Cut) -> QuerySet[Deal, tuple[object, ...]]:
    """The values of the keys, of which the last is the id."""
    return where.of(deals.annotate(**order.annotations)).values_list(*(key.removeprefix("-") for key in order.keys))


@lru_cache(maxsize=512)  # of many orders, states and terms; each takes some kilobytes
def _first_page(shape: Shape, terms: Terms, order: str, state: str, size: int) -> Statement:
    asked = order_of(order, state=state)
    return prepare(_ids(Deal.objects.in_shape(shape).filter(terms.of_deals()), asked, cut(keys=asked.keys, size=size)))


def cells_of(deals: Iterable[RowFacts], columns: Sequence[Column], now: datetime) -> Cells:
    """What writes their rows. One query where it is shown for how long each deal may be in its stage."""
    names = frozenset(column.name for column in columns)
    return Cells(names, ageing_of(deals, now) if "age" in names else {}, now)
