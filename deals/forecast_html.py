"""The table of the forecast as HTML: sums first, then a column for each month with its bar above; figures lead to their deals as a list."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from deals.filters import NOBODY
from deals.forecast import Kind
from deals.forecast_sums import OWNER
from deals.templatetags.words import NOTHING, changed, count, money
from deals.templatetags.written import written_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from django.http import QueryDict

    from deals.filters import DealFilter
    from deals.forecast import Amount, Forecast, Line, Span
    from deals.models import Stage
    from deals.totals import Summary

# Of a bar, in units of its own.
TALL = 56
NOT_HERE = ("", False)


class ForecastHtml:
    """``total``: what the filter finds as far as it is known; ``stages``: all there are; ``query``: the page's address; ``today``: the reader's."""

    def __init__(
        self, forecast: Forecast, by: str, *, total: Summary | None, stages: Iterable[Stage], found: DealFilter, query: QueryDict, today: date
    ) -> None:
        self._forecast = forecast
        self._stages = {one.pk: one for one in stages}
        self._by = by
        self._found = found
        self._query = query
        self._today = today
        self._list = reverse("pipeline")
        # What was won or lost before today is not late, and its chance says nothing any more.
        self._closed = found.asks_for_closed
        # Of all there ever were a list can leave out no inquiries, which are in no figure here.
        self._has_more = found.given.get("state") == "all" and (total is None or total.inquiries > 0)

    def table(self) -> SafeString:
        first = _("Owner") if self._by == OWNER else _("Stage")
        legend = (
            ""
            if self._closed
            else f'<span class="legend sub"><i class="key weighted"></i>{escape(_("weighted"))} <i class="key"></i>{escape(_("value"))}</span>'
        )
        heads = "".join(self._head(span, amount) for span, amount in zip(self._forecast.spans, self._forecast.all.cells, strict=True))
        head = f'<tr><th scope="col" class="c-line">{legend}{escape(first)}</th><th scope="col" class="num">{escape(_("All"))}</th>{heads}</tr>'
        lines = "".join([self._line(line, name) for line, name in zip(self._forecast.lines, self._names(), strict=True)])
        return SafeString(f"<thead>{head}</thead>\n<tbody>{self._all()}\n{lines}</tbody>")

    def _head(self, span: Span, amount: Amount) -> str:
        most = max((one.value for one in self._forecast.all.cells), default=Decimal(0))
        tall, part = (round(float(value / most) * TALL, 1) if most else 0 for value in (amount.value, amount.weighted))
        bar = (
            f'<svg class="pillar" viewBox="0 0 10 {TALL}" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="value" width="10" y="{TALL - tall}" height="{tall}"></rect>'
            + ("" if self._closed else f'<rect class="weighted" width="10" y="{TALL - part}" height="{part}"></rect>')
            + "</svg>"
        )
        late = " late" if span.kind is Kind.PASSED and not self._closed else ""
        return f'<th scope="col" class="num{late}">{bar}{escape(self._span_in_words(span))}</th>'

    def _span_in_words(self, span: Span) -> str:
        if span.kind is Kind.MONTH and span.first:
            return written_day(span.first, "M" if span.first.year == self._today.year else "M Y")
        if span.kind is Kind.PASSED:
            return _("Earlier") if self._closed else _("Date passed")
        return _("Later") if span.kind is Kind.LATER else _("No date")

    def _all(self) -> str:
        line, sums = self._forecast.all, not self._closed
        cells = [
            self._cell(one, span, {}, weighted=one.weighted if sums else None) for span, one in zip(self._forecast.spans, line.cells, strict=True)
        ]
        whole = self._cell(line.total, None, {}, weighted=self._forecast.weighted if sums else None)
        weighted = f'<span class="sub" aria-hidden="true">{escape(_("weighted"))}</span>' if sums else ""
        return f'<tr class="all"><th scope="row" class="c-line">{escape(_("All deals"))}{weighted}</th>{whole}{"".join(cells)}</tr>'

    def _line(self, line: Line, name: str) -> str:
        which = self._which(line)
        linked, asked = which is not None, which or {}
        cells = "".join(self._cell(amount, span, asked, linked=linked) for span, amount in zip(self._forecast.spans, line.cells, strict=True))
        return f'<tr><th scope="row" class="c-line">{name}</th>{self._cell(line.total, None, asked, linked=linked)}{cells}</tr>\n'

    def _which(self, line: Line) -> dict[str, object] | None:
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

    def _cell(self, amount: Amount, span: Span | None, which: Mapping[str, object], *, linked: bool = True, weighted: Decimal | None = None) -> str:
        if not amount.deals:
            return f'<td class="num dim">{NOTHING}</td>'
        deals = ngettext("%(n)s deal", "%(n)s deals", amount.deals) % {"n": count(amount.deals)}
        sub = escape(deals)
        if weighted is not None:
            sub = f'<span class="visually-hidden">{escape(_("weighted"))} </span>{escape(money(weighted.quantize(Decimal(1))))}'
        value = escape(money(amount.value.quantize(Decimal(1))))
        if linked and ("stage" in which or not self._has_more):
            asked = {"by": "", "page": "", "count": "", "view": ""} | self._counted(which) | dict(which) | self._dates(span)
            href = escape(self._list + changed(self._query, **asked))
            value = f'<a href="{href}" title="{escape(deals)}">{value}</a>'
        return f'<td class="num">{value}<span class="sub">{sub}</span></td>'

    def _counted(self, which: Mapping[str, object]) -> dict[str, str]:
        """Without a state the list has inquiries too, which are in no figure here."""
        return {} if "stage" in which or "state" in self._found.given else {"state": "open"}

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

    def _names(self) -> Iterator[str]:
        """Of each line: a stage as a list of its deals, an owner as the same table of their stages."""
        for line in self._forecast.lines:
            if len(line.keys) > 1:
                yield escape(_("%(n)s others") % {"n": count(len(line.keys))})
            elif self._by == OWNER:
                key = line.keys[0]
                name = escape(_("Nobody") if key is None else self._people.get(key, NOT_HERE)[0])
                which = self._which(line)
                href = escape(changed(self._query, by="", page="", view="", **which)) if which else ""
                yield f'<a href="{href}">{name}</a>' if which else name
            else:
                stage = self._stages[line.keys[0] or 0]
                pipeline = f'<span class="sub">{escape(stage.pipeline.name)}</span>' if self._several_pipelines else ""
                yield f"{escape(stage.name)}{pipeline}"

    @cached_property
    def _several_pipelines(self) -> bool:
        return len({self._stages[key].pipeline_id for line in self._forecast.lines for key in line.keys if key}) > 1

    @cached_property
    def _people(self) -> dict[int, tuple[str, bool]]:
        """Names, and who is in sight. Whoever owns a deal one may see is named on it, also where one may not see them otherwise."""
        keys = [line.keys[0] for line in self._forecast.lines if len(line.keys) == 1]
        seen = Exists(User.objects.visible_to(self._found.request.user).filter(pk=OuterRef("pk")))
        rows = User.objects.filter(pk__in=[key for key in keys if key]).annotate(seen=seen).values_list("pk", "name", "seen")
        return {pk: (name, in_sight) for pk, name, in_sight in rows}
