"""The heads of a board's columns as HTML: what stands in the stage, what it comes to, and the ways to the same as a list."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.templatetags.words import changed, count, money

if TYPE_CHECKING:
    from django.http import QueryDict

    from deals.board import Column


def head_html(column: Column, query: QueryDict, *, counted: bool, changed_alone: bool) -> SafeString:
    """``query``: the board's address. ``counted``: whether the totals are known. ``changed_alone``: it takes the place of the one on the page."""
    stage, total = column.stage, column.total
    name, pk = escape(stage.name), stage.pk
    swap = ' hx-swap-oob="true"' if changed_alone else ""
    href = reverse("pipeline") + escape(changed(query, stage=pk, page=""))
    spoken = ngettext("deal in %(stage)s, as a list", "deals in %(stage)s, as a list", total.deals) % {"stage": stage.name}
    link = (
        f'<a class="dim small count" href="{href}" title="{escape(_("Show them as a list"))}">{escape(count(total.deals)) if counted else "…"}'
        f'<span class="visually-hidden"> {escape(spoken)}</span></a>'
    )
    value = f'<span class="push num small sum">{escape(money(total.value))}</span>' if column.weighted is not None and counted else ""
    weighted = ""
    if column.weighted:
        weighted = f'<span class="push num">{escape(_("weighted %(weighted)s") % {"weighted": money(column.weighted)})}</span>'
    below = f'<p class="xs dim">{_risk(column, query, counted=counted)}{weighted}</p>'
    return SafeString(f'<header id="head-{pk}"{swap}>\n  <h2 id="stage-{pk}">{name}</h2>\n  {link}\n  {value}\n  {below}\n</header>')


def _risk(column: Column, query: QueryDict, *, counted: bool) -> str:
    stage, total = column.stage, column.total
    if stage.retired_at:
        return escape(_("not used any more"))
    if column.weighted is None:
        return escape(_("not in the sums yet"))
    if counted and total.at_risk:
        href = reverse("pipeline") + escape(changed(query, stage=stage.pk, severity=1, page=""))
        words = escape(_("%(n)s at risk") % {"n": count(total.at_risk)})
        return f'<a href="{href}" title="{escape(_("Those with a signal, as a list"))}">{words}</a>'
    return escape(_("none at risk")) if counted and total.deals else "&nbsp;"
