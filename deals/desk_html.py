"""A row of the risk desk as HTML, written in Python: of fifty rows, a template took half of the page's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import conditional_escape as text
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from deals.desk_rows import Row


def row_html(row: Row, *, changed: bool = False) -> SafeString:
    """A deal that needs somebody. ``changed``: it is sent alone and takes the focus. Its button belongs to the page's form ``take``."""
    lead, pk, url = row.lead, text(row.pk), text(row.url)
    focus = " autofocus" if changed else ""
    panel = f'hx-get="{url}owed/" hx-target="#at-risk-{pk}-form"'
    more = f' · <a class="more" href="{url}" {panel}>{text(row.and_more)}</a>' if row.others else ""
    told_all = f' title="{text(lead.told_all)}"' if lead.told_all else ""
    return SafeString(
        f'<tbody id="at-risk-{pk}">\n<tr>\n<td>{text(lead.severity)}</td>\n'
        f'<td><a class="say" href="{url}" title="{text(lead.evidence)}"{focus}>{text(lead.sentence)}</a>\n'
        f'<div class="sub">{text(row.place)}{more}</div>\n'
        f'<div class="sub only-s">{text(lead.since)} · {text(lead.waits)}</div></td>\n'
        f'<td class="num val">{text(row.value)}</td>\n'
        f'<td class="hide-s">{text(row.face)}<div class="sub"{told_all}>{text(lead.told)}</div></td>\n'
        f'<td class="hide-s since">{text(row.bar)}<div class="sub">{text(lead.since)}</div></td>\n'
        f'<td><div class="acts">{_first(row)}<a class="btn quiet" href="{url}" {panel} '
        f'aria-label="{text(_("More to do with"))} {text(row.deal.name)}">…</a></div></td>\n</tr>\n'
        f'<tr class="panel" id="at-risk-{pk}-form" hidden></tr>\n</tbody>'
    )


def _first(row: Row) -> str:
    """The one obvious thing to do."""
    if not row.lead.take:
        return f'<a class="btn" href="{text(row.url)}">{text(_("Open"))}</a>'
    take, pk = text(row.lead.take), text(row.pk)
    return (
        f'<button class="btn go" form="take" formaction="{take}" hx-post="{take}" hx-target="#at-risk-{pk}" hx-swap="outerHTML" data-take>'
        f"{text(_('Take'))}</button>"
    )
