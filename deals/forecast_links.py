"""Where the figures and lines of a forecast lead: each figure to exactly the deals it counts, or nowhere."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from deals.filters import NOBODY
from deals.forecast import Kind
from deals.forecast_sums import OWNER
from deals.templatetags.words import changed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.http import QueryDict

    from deals.filters import DealFilter
    from deals.forecast import Forecast, Line, Span
    from deals.models import Stage
    from deals.totals import Summary

NOT_HERE = ("", False)


class ForecastLinks:
    """``total``: what the filter finds as far as it is known; ``stages``: all there are, by id; ``query``: the page's address."""

    def __init__(
        self, forecast: Forecast, by: str, *, total: Summary | None, stages: Mapping[int, Stage], found: DealFilter, query: QueryDict
    ) -> None:
        self._lines: Iterable[Line] = forecast.lines
        self._by = by
        self._stages = stages
        self._found = found
        self._query = query
        self._list = reverse("pipeline")
        self._columns: dict[tuple[Span | None, tuple[str, ...]], str] = {}
        # Of all there ever were a list can leave out no inquiries, which are in no figure here.
        self._has_more = found.given.get("state") == "all" and (total is None or total.inquiries > 0)

    def to_deals(self, line: Line | None, span: Span | None) -> str:
        """The list of what stands in a line and a column, or (None) in all of them; empty where no list has just that."""
        which = {} if line is None else self._which(line)
        if which is None or ("stage" not in which and self._has_more):
            return ""
        start = self._column(span, tuple(which))
        return start + "".join([f"{'' if start.endswith('?') else '&'}{name}={value}" for name, value in which.items()])

    def _column(self, span: Span | None, names: tuple[str, ...]) -> str:
        """What the lists of a column have in common: all but the line's own filter, whose ``names`` are left out."""
        known = self._columns.get((span, names))
        if known is None:
            asked = {"by": "", "page": "", "count": "", "view": ""} | dict.fromkeys(names, "") | self._dates(span)
            known = self._columns[span, names] = self._list + changed(self._query, **asked, **self._counted(names))
        return known

    def to_stages(self, line: Line) -> str:
        """The same table of an owner's own stages; empty where it would be of somebody else's."""
        which = self._which(line)
        return changed(self._query, by="", page="", view="", **which) if which else ""

    def name_of(self, owner: int) -> str:
        return self._people.get(owner, NOT_HERE)[0]

    def _which(self, line: Line) -> Mapping[str, object] | None:
        """The filter that finds a line's deals; None where none does: it takes no retired stage and nobody out of sight."""
        if len(line.keys) > 1:
            return None
        key = line.keys[0]
        if self._by != OWNER:
            stage = self._stages[key or 0]
            return None if stage.retired_at or stage.pipeline.retired_at else {"stage": key}
        if key is None:
            return {OWNER: NOBODY}
        return {OWNER: key} if self._people.get(key, NOT_HERE)[1] else None

    def _counted(self, names: Collection[str]) -> dict[str, str]:
        """Without a state the list has inquiries too, which are in no figure here."""
        return {} if "stage" in names or "state" in self._found.given else {"state": "open"}

    def _dates(self, span: Span | None) -> dict[str, str]:
        """The close dates of a column as filters, within those that are asked for already."""
        if span is None:
            return {}
        if span.kind is Kind.NO_DATE:
            return {"closing": "none"}
        given = self._found.given
        first = max((day for day in (span.first, given.get("close_from")) if day), default=None)
        last = min((day for day in (span.last, given.get("close_to")) if day), default=None)
        return {name: day.isoformat() for name, day in (("close_from", first), ("close_to", last)) if day}

    @cached_property
    def _people(self) -> dict[int, tuple[str, bool]]:
        """Names, and who is in sight. Whoever owns a deal one may see is named on it, also where one may not see them otherwise."""
        keys = [line.keys[0] for line in self._lines if len(line.keys) == 1]
        seen = Exists(User.objects.visible_to(self._found.request.user).filter(pk=OuterRef("pk")))
        rows = User.objects.filter(pk__in=[key for key in keys if key]).annotate(seen=seen).values_list("pk", "name", "seen")
        return {pk: (name, in_sight) for pk, name, in_sight in rows}
