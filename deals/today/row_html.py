"""A duty as HTML, written in Python: of fifty, a template took half of the page's time."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from deals.templatetags.words import icon, severity
from deals.today.kinds import ABOUT_MEETINGS, WAITING

if TYPE_CHECKING:
    from deals.today.rows import Row


def row_html(row: Row) -> str:
    """The row up to the place of its form. It is kept as it stands while others go, so that nothing typed in it is lost."""
    waits = row.kind in WAITING
    url = row.deal.get_absolute_url() if row.deal is not None else ""
    lead = f'<a class="say" href="{url}">{escape(row.lead)}</a>' if url else f'<span class="say">{escape(row.lead)}</span>'
    quote = f"<div><q>{escape(row.quote)}</q></div>" if row.quote else ""
    evidence = f'<div class="small dim">{escape(row.evidence)}</div>' if waits and row.evidence else ""
    gap = "&ensp;" if row.evidence or waits else ""
    stake = f'{gap}<span class="stake">{escape(_("%(amount)s at stake") % {"amount": row.stake})}</span>' if row.stake else ""
    said = row.deal.name if waits and row.deal is not None else row.evidence
    css = "ask broad" if row.kind in ABOUT_MEETINGS and row.beside_it else "ask"
    return (
        f'<li class="{css}" id="duty-{row.key}" data-row data-key="{row.key}" hx-preserve="true">\n'
        f'<div class="when">{_severity(row, waits=waits)}<div class="small dim">{row.when}</div></div>\n'
        f'<div class="what">\n{lead} <span class="dim">{escape(row.beside)}</span>{_chips(row)}\n{quote}\n{evidence}\n'
        f'<div class="small dim">{escape(said)}{stake}</div>\n</div>\n'
        f'<div class="acts">\n{row.act.button(row.key)}{"".join(act.beside(row.key) for act in row.beside_it)}\n{_menu(row)}\n</div>\n'
    )


def _severity(row: Row, *, waits: bool) -> str:
    if row.severity:
        return severity(row.severity)
    return f'<span class="sev ok"><i></i>{escape(_("In time"))}</span>' if waits else ""


def _chips(row: Row) -> str:
    """What one should know of the deal at a glance, each with the space before it."""
    return "".join(f' <span class="chip {css}">{icon(name) if name else ""}{escape(words)}</span>' for css, name, words in row.marks)


def _menu(row: Row) -> str:
    """What else can be done."""
    if not row.others:
        return ""
    label = escape(_("More to do: %(what)s") % {"what": row.lead})
    items = "".join(act.item(row.key) for act in row.others)
    return f'<details class="menu right"><summary class="btn quiet" aria-label="{label}">…</summary><div class="sheet">{items}</div></details>'
