"""The bar of filters above the list, the board, the forecast and the risk desk, made in Python: it is nearly nothing but links of one address."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.templatetags.words import changed, icon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict

    from deals.columns import Column
    from deals.orders import Order

register = template.Library()


@register.simple_tag(takes_context=True)
def filter_bar(context: template.Context) -> SafeString:
    """Chips of what the address asks for, and the way to the rest. Of the context: ``asked``."""
    request = context["request"]
    query, screen = request.GET, request.resolver_match.url_name
    parts = [*_quick(query, str(request.user.pk), str(request.user.team_id or ""), screen, context["asked"]), _more(query, screen)]
    return SafeString("\n  ".join(parts))


@register.simple_tag(takes_context=True)
def list_tools(context: template.Context) -> SafeString:
    """What the list alone has: its order, columns and file. Of the context: ``orders``, ``order`` and ``ordered_by``, on the list."""
    if not context.get("orders"):
        return SafeString()
    query = context["request"].GET
    parts = [_orders(query, context["orders"], context["order"], context["ordered_by"]), _columns(query), _export(query)]
    return SafeString("\n  ".join(parts))


@register.simple_tag(takes_context=True)
def deal_screens(context: template.Context, shown: str) -> SafeString:
    """The same deals as a board, as a list, by month or as the risk desk: the filters in the address go along. ``shown``: which one this is."""
    query = context["request"].GET
    here, unsorted = _link(query, page=""), _link(query, page="", sort="", cols="")
    screens = (
        ("board", reverse("board") + here, _("Board")),
        ("list", reverse("pipeline") + here, _("List")),
        ("forecast", reverse("forecast") + unsorted, _("Forecast")),
        ("risk-desk", reverse("risk-desk") + unsorted, _("Risk desk")),
    )
    links = (f'<a href="{href}"{_current(name == shown, "page")}>{escape(words)}</a>' for name, href, words in screens)
    return SafeString(f'<nav class="tabs switch" aria-label="{escape(_("Board, list, forecast or risk desk"))}">{"".join(links)}</nav>')


def _link(query: QueryDict, **changes: Any) -> str:
    return escape(changed(query, **changes))


def _current(is_so: bool, kind: str = "true") -> str:
    return f' aria-current="{kind}"' if is_so else ""


def _quick(query: QueryDict, me: str, team: str, screen: str, asked: list[tuple[str, str, str]]) -> Iterator[str]:
    """What is asked most, each on or off; and what else is asked for, to be taken away."""
    quick: list[tuple[str, str, str, dict[str, str]]] = [(_("Mine"), "owner", me, {})]
    if team:
        quick.append((_("My team"), "team", team, {"owner": ""}))
    if screen != "risk-desk":
        quick.append((_("Any signal"), "severity", "1", {}))
    quick.append((_("Closing this quarter"), "closing", "quarter", {}))
    for words, name, value, besides in quick:
        if query.get(name) == value:
            href = _link(query, **{name: "", "page": ""})
            yield f'<a class="btn on" href="{href}" aria-current="true">{escape(words)}{icon("x")}</a>'
        else:
            yield f'<a class="btn" href="{_link(query, **{name: value}, **besides, page="")}">{escape(words)}</a>'
    said = {name: value for _words, name, value, _besides in quick}
    for name, label, words in asked:
        if name not in said or query.get(name) != said[name]:
            away = escape(_("Take away: %(label)s %(words)s") % {"label": label, "words": words})
            css = ' class="dim"' if words else ""
            href = _link(query, **{name: "", "page": ""})
            yield f'<a class="btn on" href="{href}" aria-label="{away}"><span{css}>{escape(label)}</span> {escape(words)}{icon("x")}</a>'


def _more(query: QueryDict, screen: str) -> str:
    href = reverse("pipeline-filter") + _link(query, page="", screen=screen)
    return _opens("filter-dialog", href, icon("plus") + escape(_("Filter")))


def _opens(dialog: str, href: str, words: str) -> str:
    """A link that opens in a dialog where there is script."""
    return f'<a class="btn quiet" href="{href}" hx-get="{href}" hx-target="#{dialog}" hx-swap="innerHTML" data-opens="{dialog}">{words}</a>'


def _orders(query: QueryDict, orders: list[Column], order: Order, ordered_by: Column) -> str:
    items = "".join(
        f'<a class="item" href="{_link(query, sort=one.name, page="")}"{_current(one.name == order.column)}>{escape(str(one.first))}'
        f"{icon('check', 'tick') if one.name == order.column else ''}</a>"
        for one in orders
    )
    head = f'<summary class="btn quiet sort">{escape(str(ordered_by.first))}{icon("chevron-down")}</summary>'
    return f'<details class="menu right">{head}<div class="sheet tall">{items}</div></details>'


def _columns(query: QueryDict) -> str:
    return _opens("columns-dialog", reverse("deals-columns") + _link(query, page=""), icon("columns-3") + escape(_("Columns")))


def _export(query: QueryDict) -> str:
    kinds = (("csv", "file-text", _("As CSV")), ("xlsx", "file-spreadsheet", _("As an Excel workbook")))
    items = "".join(
        f'<a class="item" href="{reverse("deals-export")}{_link(query, page="", format=kind)}" download>{icon(name)}{escape(words)}</a>'
        for kind, name, words in kinds
    )
    head = f'<summary class="btn quiet">{icon("download")}{escape(_("Export"))}</summary>'
    return f'<details class="menu right">{head}<div class="sheet">{items}</div></details>'
