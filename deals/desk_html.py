"""A row of the risk desk, and a dot of its map, as HTML written in Python: of fifty, templates took half of the page's time."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from deals.desk_map import Dot
    from deals.desk_rows import Row


# As many rows as a few dozen people look at: what is written of a row hangs on the row alone, which holds its reader and the day.
@lru_cache(maxsize=2048)
def row_html(row: Row, *, changed: bool = False) -> SafeString:
    """A deal that needs somebody. ``changed``: it is sent alone and takes the focus. Its button belongs to the page's form ``take``."""
    lead, pk, url = row.lead, row.pk, row.url  # a number and an address of ours, plain as they are
    focus = " autofocus" if changed else ""
    panel = f'hx-get="{url}owed/" hx-target="#at-risk-{pk}-form"'
    more = f' · <a class="more" href="{url}" {panel}>{escape(row.and_more)}</a>' if row.others else ""
    told_all = f' title="{escape(lead.told_all)}"' if lead.told_all else ""
    instead = f'<div class="sub">{escape(row.instead_of)}</div>' if row.instead_of else ""
    return SafeString(
        f'<tbody id="at-risk-{pk}">\n<tr>\n<td>{lead.severity}</td>\n'
        f'<td><a class="say" href="{url}" title="{escape(lead.evidence)}"{focus}>{escape(lead.sentence)}</a>\n'
        f'<div class="sub">{row.place}{more}</div>\n'
        f'<div class="sub only-s">{lead.since} · {escape(lead.waits)}{f", {escape(row.instead_of)}" if instead else ""}</div></td>\n'
        f'<td class="num val">{row.value}</td>\n'
        f'<td class="hide-s">{row.face}{instead}<div class="sub"{told_all}>{escape(lead.told)}</div></td>\n'
        f'<td class="hide-s since">{row.bar}<div class="sub">{lead.since}</div></td>\n'
        f'<td><div class="acts">{_first(row, lead.take)}<a class="btn quiet" href="{url}" {panel} '
        f'aria-label="{escape(_("More to do with"))} {escape(row.deal.name)}">…</a></div></td>\n</tr>\n'
        f'<tr class="panel" id="at-risk-{pk}-form" hidden></tr>\n</tbody>'
    )


def _first(row: Row, take: str) -> str:
    """The one obvious thing to do."""
    if not take:
        return f'<a class="btn" href="{row.url}">{escape(_("Open"))}</a>'
    pk = row.pk
    return (
        f'<button class="btn go" form="take" formaction="{take}" hx-post="{take}" hx-target="#at-risk-{pk}" hx-swap="outerHTML" data-take>'
        f"{escape(_('Take'))}</button>"
    )


# Dots and their rows are kept likewise: what is written of one hangs on where it stands, what it shows, and the language.
@lru_cache(maxsize=2048)
def dot_html(dot: Dot, _language: str | None) -> str:
    """A deal on the map; the table below says the same to those who cannot see it."""
    circle = f'<circle class="{dot.css}" cx="{dot.x}%" cy="{dot.y}" r="{dot.radius}"><title>{escape(dot.label)}</title></circle>'
    return f'<a href="{dot.url}" tabindex="-1">{circle}</a>'


@lru_cache(maxsize=2048)
def dot_row_html(dot: Dot, _language: str | None) -> str:
    """The same deal in the map's table."""
    return (
        f'<tr><td><a href="{dot.url}">{escape(dot.name)}</a></td><td>{escape(dot.severity)}</td>'
        f'<td class="num">{dot.days}</td><td class="num">{escape(dot.value)}</td></tr>'
    )
