"""The cells of a row of deals as HTML, made in Python: fifty rows of many columns are on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from deals.templatetags.words import ageing_bar, ago, ago_short, base_money, count, face, icon, money, signal_chip

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from deals.ageing import Ageing
    from deals.models import Deal

# Chips of signals before the rest is a number.
CHIPS = 2
NOTHING = mark_safe("")


@dataclass(frozen=True, slots=True)
class Line:
    """All that a row says of one deal. ``chips``: severity and words of what is raised; ``apart``: columns the name need not repeat."""

    deal: Deal
    chips: list[tuple[int, str]]
    ageing: Ageing | None
    days: int
    today: date
    apart: frozenset[str]


def _name(line: Line) -> SafeString:
    deal, marks = line.deal, []
    if deal.is_bluebird:
        title = _("bluebird: they came to us, or somebody brought them")
        marks.append(
            format_html(' <span class="chip bird" title="{}">{}<span class="visually-hidden">{}</span></span>', title, icon("bird"), _("bluebird"))
        )
    if deal.dates_shifted_by:
        title = _("The import moved every date of this deal forward by %(days)s days.") % {"days": count(deal.dates_shifted_by)}
        marks.append(format_html(' <span class="chip outline" title="{}">{}{}</span>', title, icon("calendar-clock"), _("shifted")))
    sub = "" if "account" in line.apart else _account(line)
    return format_html(
        '<a class="say" href="{}">{}</a><div class="sub">{}{}</div>',
        deal.get_absolute_url(),
        deal.name,
        sub,
        format_html_join("", "{}", ((mark,) for mark in marks)),
    )


def _account(line: Line) -> SafeString | str:
    if line.deal.account is None:
        return format_html('<span class="chip outline">{}</span>', _("no account yet"))
    return line.deal.account.name


def _owed(line: Line) -> SafeString:
    chips = format_html_join("", "{}", ((signal_chip(severity, words),) for severity, words in line.chips[:CHIPS]))
    rest = line.chips[CHIPS:]
    more = format_html('<span class="chip" title="{}">+{}</span>', ", ".join(words for _severity, words in rest), len(rest)) if rest else ""
    if not chips and line.deal.is_watched:
        chips = format_html('<span class="visually-hidden">{}</span>', _("nothing"))
    return format_html('<span class="chips">{}{}</span>', chips, more)


def _at_stake(line: Line) -> SafeString | str:
    deal = line.deal
    if not deal.is_watched:
        return format_html('<span class="dim">{}</span>', money(None))
    sub = ""
    if deal.is_estimated:
        sub = _("estimate")
    elif deal.value != deal.value_at_stake:
        sub = _("no amount") if deal.value is None else _("deal %(amount)s") % {"amount": money(deal.value)}
    return format_html('{}<div class="sub">{}</div>', money(deal.value_at_stake), sub) if sub else money(deal.value_at_stake)


def _value(line: Line) -> SafeString | str:
    """In the base currency; what was typed in another one stands below."""
    deal = line.deal
    if deal.value is None:
        words = _("no rate") if deal.lacks_rate else _("no amount")
        typed = money(deal.amount, deal.currency) if deal.amount is not None else ""
        return format_html('<span class="dim">{}</span><div class="sub">{}</div>', words, typed)
    sub = _("estimate") if deal.amount is None else money(deal.amount, deal.currency) if deal.amount != deal.value else ""
    return format_html('{}<div class="sub">{}</div>', money(deal.value), sub) if sub else money(deal.value)


def _amount(line: Line) -> SafeString | str:
    """As it was agreed; its value in the base currency below where that is another one."""
    deal = line.deal
    if deal.amount is None:
        return format_html('<span class="dim">{}</span>', _("not named"))
    sub = _("no rate") if deal.value is None else base_money(deal.value) if deal.value != deal.amount else ""
    return format_html('{}<div class="sub">{}</div>', money(deal.amount, deal.currency), sub) if sub else money(deal.amount, deal.currency)


def _weighted(line: Line) -> SafeString | str:
    value = weighted(line.deal)
    return money(value) if value is not None else format_html('<span class="dim">{}</span>', money(None))


def _age(line: Line) -> SafeString:
    deal = line.deal
    if line.ageing is not None:
        days = ngettext("%(n)s d", "%(n)s d", line.ageing.days) % {"n": count(line.ageing.days)}
        return format_html(
            '<div class="stage-line"><span>{}</span><span class="sub">{}</span></div>{}',
            deal.stage.name,
            days,
            ageing_bar(line.ageing.times, line.ageing.label),
        )
    days = ngettext("%(n)s d", "%(n)s d", line.days) % {"n": count(line.days)} if deal.is_watched else ""
    return format_html('<div class="stage-line"><span>{}</span><span class="sub">{}</span></div>', deal.stage.name, days)


def _close(line: Line) -> SafeString:
    deal = line.deal
    if deal.expected_close_on is None:
        return format_html('<span class="dim">{}</span>', _("not set"))
    late = deal.is_watched and deal.expected_close_on < line.today
    return format_html("<span{}>{}</span>", mark_safe(' class="high strong"') if late else "", ago(deal.expected_close_on))


def _closed(line: Line) -> SafeString | str:
    return ago(line.deal.closed_on)


def _contact(line: Line) -> SafeString | str:
    at = line.deal.last_contact_at
    return ago_short(at) if at is not None else format_html('<span class="dim">{}</span>', _("none yet"))


def _next_step(line: Line) -> SafeString:
    step = next(iter(line.deal.current_steps), None)  # type: ignore[attr-defined] # prefetched for the list
    if step is None:
        return format_html('<span class="dim">{}</span>', _("none"))
    return format_html('<span class="clip" title="{}">{}</span><div class="sub">{}</div>', step.what, step.what, ago_short(step.due_at))


def weighted(deal: Deal) -> Any:
    """The value times the chance of its stage, in the base currency; None without a value."""
    return None if deal.value is None else (deal.value * deal.stage.probability / 100).quantize(deal.value)


def lifecycle(deal: Deal) -> str:
    return str(Account.Lifecycle(deal.account.lifecycle).label) if deal.account else ""


CELLS: dict[str, Callable[[Line], SafeString | str]] = {
    "name": _name,
    "severity": _owed,
    "at_stake": _at_stake,
    "age": _age,
    "owner": lambda line: face(line.deal.owner),
    "close": _close,
    "closed": _closed,
    "contact": _contact,
    "account": _account,
    "team": lambda line: line.deal.team.name if line.deal.team else "",
    "stage": lambda line: line.deal.stage.name,
    "value": _value,
    "amount": _amount,
    "weighted": _weighted,
    "probability": lambda line: f"{line.deal.stage.probability} %",
    "opened": lambda line: ago(line.deal.opened_on),
    "next_step": _next_step,
    "source": lambda line: line.deal.get_source_display(),
    "product": lambda line: line.deal.product.name if line.deal.product else "",
    "lifecycle": lambda line: lifecycle(line.deal),
}
