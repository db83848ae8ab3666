"""The head and the rows of the list as HTML. What is the same in every row of a page is written once."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.services.bulk import Seen
from deals.templatetags.words import icon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from deals.cells import Cells
    from deals.columns import Column
    from deals.orders import Order
    from deals.row_facts import RowFacts


def rows_html(deals: Iterable[RowFacts], columns: Sequence[Column], cells: Cells) -> SafeString:
    """``seen`` in each row is what of the deal was shown, so that a later act can tell whether it changed."""
    select = escape(_("Select %(name)s"))
    opened = [(f'<td class="{_css(column)}" data-label="{escape(str(column.words))}">', cells.of[column.name]) for column in columns]
    return SafeString("".join([_row(deal, select, opened) for deal in deals]))


def _row(deal: RowFacts, select: str, opened: Sequence[tuple[str, Callable[[RowFacts], str]]]) -> str:
    seen, words = Seen(deal.pk, deal.owner_id, deal.stage_id), select % {"name": escape(deal.name)}
    cells = "".join([f"{start}{make(deal)}</td>" for start, make in opened])
    return (
        '<tr data-row><td class="c-pick"><input type="checkbox" form="bulk" name="deal" '
        f'value="{seen}" data-select aria-label="{words}"></td>{cells}</tr>\n'
    )


def head_html(columns: Sequence[Column], order: Order, sorted_by: Callable[[str], str]) -> SafeString:
    """The heads of the columns, each a link to the order by it, or to the other end of it. ``sorted_by``: the address of an order."""
    return SafeString("".join([_head(column, order, sorted_by) for column in columns]))


def _head(column: Column, order: Order, sorted_by: Callable[[str], str]) -> str:
    words = escape(str(column.words))
    note = f' title="{escape(str(column.note))}"' if column.note else ""
    if order.column != column.name:
        return f'<th scope="col" class="{_css(column)}"{note}><a href="{sorted_by(column.name)}">{words}</a></th>'
    way, arrow = ("descending", "arrow-down") if order.descending else ("ascending", "arrow-up")
    link = f'<a href="{sorted_by(order.turned.name)}">{words}{icon(arrow)}</a>'
    return f'<th scope="col" class="{_css(column)}"{note} aria-sort="{way}">{link}</th>'


def _css(column: Column) -> str:
    return f"c-{column.name} num" if column.numeric else f"c-{column.name}"
