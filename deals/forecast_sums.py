"""The sums of the forecast: one statement over the deals a filter finds, folded by :mod:`deals.forecast`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateField, F, Func, IntegerField, Sum, Value

from deals.forecast import Found, edges_of, forecast, spans_from
from deals.models import StageKind
from deals.narrowed import counted_once

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import User
    from deals.filters import DealFilter
    from deals.forecast import Forecast, Span
    from deals.models import Stage
    from deals.totals import Summary

# Up to as many deals are summed while the page waits: some tenths of a second.
LARGE = 150_000
OWNER = "owner"


def forecast_of(
    user: User, found: DealFilter, total: Summary | None, *, by: str, stages: Sequence[Stage], today: date, wait: bool
) -> Forecast | None:
    """By stage, or with ``by`` = "owner" by owner; None where ``wait`` is false and it would take long. ``today``: the reader's. One query.

    ``total``: what the filter finds as far as it is known; ``stages``: all there are. Inquiries have no part in sums, unless they are
    all that is asked for.
    """
    counted = [one for one in stages if one.kind != StageKind.INQUIRY or found.given.get("state") == StageKind.INQUIRY]
    spans = spans_from(today)
    large = total is None or total.counted.deals > LARGE
    rows = counted_once(f"forecast:{by}:{today}", user, found, lambda: _sums(found, spans, by), large=large, wait=wait)
    if rows is None:
        return None
    order = None if by == OWNER else [one.pk for one in counted]
    return forecast(rows, spans, {one.pk: one.probability for one in counted}, order=order)


def _sums(found: DealFilter, spans: Sequence[Span], by: str) -> list[Found]:
    edges = Value(edges_of(spans), output_field=ArrayField(DateField()))
    column = Func(F("expected_close_on"), edges, function="width_bucket", output_field=IntegerField())
    line = "owner_id" if by == OWNER else "stage_id"
    asked = found.qs.order_by().values(line, "stage_id", column=column).annotate(deals=Count("pk"), sum=Sum("value"))
    rows = asked.values_list(line, "stage_id", "column", "deals", "sum")
    return [Found(line, stage, column, deals, value or Decimal(0)) for line, stage, column, deals, value in rows]
