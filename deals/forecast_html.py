"""The table of the forecast as HTML: sums first, then a column for each month with its bar above; figures lead to their deals as a list."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property, lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from deals.forecast import Kind
from deals.forecast_sums import OWNER
from deals.templatetags.words import NOTHING, count, money
from deals.templatetags.written import written_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from deals.forecast import Amount, Forecast, Line, Span
    from deals.forecast_links import ForecastLinks
    from deals.models import Stage

# Of a bar, in units of its own.
TALL = 56


class ForecastHtml:
    """``stages``: all there are, by id; ``closed``: deals that are closed are among them; ``today``: the reader's."""

    def __init__(self, forecast: Forecast, by: str, *, links: ForecastLinks, stages: Mapping[int, Stage], closed: bool, today: date) -> None:
        self._forecast = forecast
        self._by = by
        self._links = links
        self._stages = stages
        # What was won or lost before today is not late, and its chance says nothing any more.
        self._closed = closed
        self._today = today

    def table(self) -> SafeString:
        first = _("Owner") if self._by == OWNER else _("Stage")
        legend = f'<span class="legend sub"><i class="key weighted"></i>{escape(_("weighted"))} <i class="key"></i>{escape(_("value"))}</span>'
        heads = "".join([self._head(span, amount) for span, amount in zip(self._forecast.spans, self._forecast.all.cells, strict=True)])
        head = (
            f'<tr><th scope="col" class="c-line">{"" if self._closed else legend}{escape(first)}</th>'
            f'<th scope="col" class="num">{escape(_("All"))}</th>{heads}</tr>'
        )
        lines = "".join([self._line(line) for line in self._forecast.lines])
        return SafeString(f"<thead>{head}</thead>\n<tbody>{self._all()}\n{lines}</tbody>")

    def _head(self, span: Span, amount: Amount) -> str:
        bars = self._bar("value", amount.value) + ("" if self._closed else self._bar("weighted", amount.weighted))
        late = " late" if span.kind is Kind.PASSED and not self._closed else ""
        pillar = f'<svg class="pillar" viewBox="0 0 10 {TALL}" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>'
        return f'<th scope="col" class="num{late}">{pillar}{escape(self._span_in_words(span))}</th>'

    def _bar(self, css: str, value: Decimal) -> str:
        tall = round(float(value / self._most) * TALL, 1) if self._most else 0
        return f'<rect class="{css}" width="10" y="{TALL - tall}" height="{tall}"></rect>'

    @cached_property
    def _most(self) -> Decimal:
        """What the tallest bar stands for."""
        return max((one.value for one in self._forecast.all.cells), default=Decimal(0))

    def _span_in_words(self, span: Span) -> str:
        if span.kind is Kind.MONTH and span.first:
            return written_day(span.first, "M" if span.first.year == self._today.year else "M Y")
        if span.kind is Kind.PASSED:
            return _("Earlier") if self._closed else _("Date passed")
        return _("Later") if span.kind is Kind.LATER else _("No date")

    def _all(self) -> str:
        """The line of everything; below its values what they are weighted."""
        whole, spans = self._forecast.all, (None, *self._forecast.spans)
        amounts, weighted = (whole.total, *whole.cells), (self._forecast.weighted, *(one.weighted for one in whole.cells))
        words = "" if self._closed else f'<span class="sub" aria-hidden="true">{escape(_("weighted"))}</span>'
        cells = [
            self._cell(amount, None, span, "" if self._closed else _weighted(part))
            for amount, span, part in zip(amounts, spans, weighted, strict=True)
        ]
        return f'<tr class="all"><th scope="row" class="c-line">{escape(_("All deals"))}{words}</th>{"".join(cells)}</tr>'

    def _line(self, line: Line) -> str:
        amounts, spans = (line.total, *line.cells), (None, *self._forecast.spans)
        cells = [self._cell(amount, line, span) for amount, span in zip(amounts, spans, strict=True)]
        return f'<tr><th scope="row" class="c-line">{self._name(line)}</th>{"".join(cells)}</tr>\n'

    def _cell(self, amount: Amount, line: Line | None, span: Span | None, below: str = "") -> str:
        """``below``: what stands under the value, if not how many deals it is of."""
        if not amount.deals:
            return f'<td class="num dim">{NOTHING}</td>'
        value, deals = escape(money(amount.value.quantize(Decimal(1)))), _deals(amount.deals, get_language())
        href = self._links.to_deals(line, span)
        link = f'<a href="{escape(href)}" title="{deals}">{value}</a>' if href else value
        return f'<td class="num">{link}<span class="sub">{below or deals}</span></td>'

    def _name(self, line: Line) -> str:
        """A stage, with its pipeline where there are several; an owner, as the way to their own stages."""
        key = line.keys[0]
        if len(line.keys) > 1:
            return escape(_("%(n)s others") % {"n": count(len(line.keys))})
        if self._by == OWNER:
            name = escape(_("Nobody") if key is None else self._links.name_of(key))
            href = self._links.to_stages(line)
            return f'<a href="{escape(href)}">{name}</a>' if href else name
        stage = self._stages[key or 0]
        pipeline = f'<span class="sub">{escape(stage.pipeline.name)}</span>' if self._several_pipelines else ""
        return f"{escape(stage.name)}{pipeline}"

    @cached_property
    def _several_pipelines(self) -> bool:
        return len({self._stages[key].pipeline_id for line in self._forecast.lines for key in line.keys if key}) > 1


@lru_cache(maxsize=1024)
def _deals(deals: int, _language: str | None) -> str:
    return escape(ngettext("%(n)s deal", "%(n)s deals", deals) % {"n": count(deals)})


def _weighted(value: Decimal) -> str:
    return f'<span class="visually-hidden">{escape(_("weighted"))} </span>{escape(money(value.quantize(Decimal(1))))}'
