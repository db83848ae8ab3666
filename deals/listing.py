"""One page of the list: which deals stand on it, and all that their rows say."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from accounts.keyset import Page, cut
from accounts.prepared import prepare
from deals.ageing import ageing_of
from deals.cells import Cells
from deals.models import Deal
from deals.models.pipelines import WATCHED_KINDS
from deals.narrowed import is_usual, terms_of, values_of
from deals.orders import order_of
from deals.querysets import Shape, seen_by, shape_of
from deals.risk_rows import risk_rows, usual_risk_rows
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
    shape, ranked = shape_of(user), _is_ranked(found, order)
    if is_usual(found) and where.start is None and shape is not Shape.NOTHING:
        state = str(found.given.get("state", ""))
        ids = _first_page(shape, terms_of(found), order.name, state, SIZE, ranked=ranked).rows(**seen_by(user), **values_of(found))
    else:
        ids = list(_ids(risk_rows(user, found) if ranked else found.qs, order, where))
    page = where.page_by(ids, lambda row: row)
    shown = {column.name for column in columns}
    facts = facts_of([row[-1] for row in page.rows], signals="severity" in shown, step="next_step" in shown)
    return Page(facts, page.later, page.earlier)


def _is_ranked(found: DealFilter, order: Order) -> bool:
    """Whether the narrow rows answer it: they have an index by severity, and beside it what is at stake."""
    watched = found.given.get("state", "") in ("", *WATCHED_KINDS)
    by_severity = order.column == "severity" or (order.column == "at_stake" and "severity" in found.given)
    return watched and by_severity and not found.asks_of_signals


def _ids(deals: DealQuerySet, order: Order, where: Cut) -> QuerySet[Deal, tuple[object, ...]]:
    """The values of the keys, of which the last is the id."""
    return where.of(deals.annotate(**order.annotations)).values_list(*(key.removeprefix("-") for key in order.keys))


@lru_cache(maxsize=512)  # of many orders, states and terms; each takes some kilobytes
def _first_page(shape: Shape, terms: Terms, order: str, state: str, size: int, *, ranked: bool) -> Statement:
    asked = order_of(order, state=state)
    found = usual_risk_rows(shape, terms) if ranked else Deal.objects.in_shape(shape).filter(terms.of_deals())
    return prepare(_ids(found, asked, cut(keys=asked.keys, size=size)))


def cells_of(deals: Iterable[RowFacts], columns: Sequence[Column], now: datetime) -> Cells:
    """What writes their rows. One query where it is shown for how long each deal may be in its stage."""
    names = frozenset(column.name for column in columns)
    return Cells(names, ageing_of(deals, now) if "age" in names else {}, now)
