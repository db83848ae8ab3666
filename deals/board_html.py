"""Cards as HTML, made in Python: a hundred of them are on every board, and a template for each would cost more than all else.

What is the same on every card of a page is made once. What people typed is escaped where it is put in, once.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models.users import initials
from deals.cells import CHIPS
from deals.row_facts import chips
from deals.templatetags.words import FAR, ageing_bar, far_day, icon, signal_chip, since_day

if TYPE_CHECKING:
    from datetime import datetime

    from deals.ageing import Ageing
    from deals.board_cards import Card, Price

ABOUT_SIGN = '<span aria-hidden="true">≈ </span>'


class CardHtml:
    """The cards of one page. ``query``: the board's filters, with their question mark, for the way back."""

    def __init__(self, query: str, now: datetime) -> None:
        self._now = now
        self._today = timezone.localdate(now)
        self._zone = timezone.get_current_timezone()
        self._language = get_language()
        before, after = reverse("board-move", args=[0]).rsplit("0", 1)
        self._move = before, after + escape(query)
        self._deal = reverse("deal", args=[0]).rsplit("0", 1)
        self._dots = icon("ellipsis")
        # Few people stand on many cards.
        self._faces: dict[str | None, str] = {None: _face(" nobody", _("Nobody yet"), "?")}
        self._no_account = escape(_("no account yet"))
        self._move_words = escape(_("Move %(deal)s to another stage"))
        self._since = escape(_("since {}"))

    def make(self, card: Card, ageing: Ageing | None) -> SafeString:
        """``ageing``: how long it has been in its stage, where that has a limit."""
        pk, name = card.pk, escape(card.name)
        account = escape(card.account) if card.account is not None else self._no_account
        chips_html = _chips(tuple(card.raised), card.marks, self._language)
        move, deal = f"{pk}".join(self._move), f"{pk}".join(self._deal)
        return SafeString(
            f'<li class="deal" id="card-{pk}" data-row data-deal="{pk}" data-stage="{card.stage_id}" '
            f'data-stake="{card.value_at_stake}" data-name="{name}"><div class="r"><span class="small dim clip">{account}</span>'
            f'<a class="to" href="{move}" aria-label="{self._move_words % {"deal": name}}">{self._dots}</a>{self._owner(card.owner)}</div>'
            f'<a class="t" href="{deal}" data-open aria-describedby="board-keys">{name}</a>{chips_html}'
            f'<div class="r">{self._age(card, ageing)}{_price(card.price, self._language)}</div></li>'
        )

    def _owner(self, name: str | None) -> str:
        if name is not None and name not in self._faces:
            self._faces[name] = _face("", name, initials(name))
        return self._faces[name]

    def _age(self, card: Card, ageing: Ageing | None) -> str:
        if ageing is not None:
            return ageing_bar(ageing.times, ageing.label)
        at = card.stage_entered_at
        since = far_day(at, self._zone, self._today, self._language) if self._now - at > FAR else since_day(at)
        return f'<span class="xs dim">{self._since.format(since)}</span>'


# What many cards, many pages and many readers share is kept, each by all that it is made of.


@lru_cache(maxsize=4096)
def _chips(raised: tuple[str, ...], marks: tuple[str, ...], _language: str | None) -> str:
    """Two signals, how many more there are, and what kind of deal it is."""
    found = chips(raised)
    shown: list[str] = [signal_chip(severity, words) for severity, words in found[:CHIPS]]
    if rest := escape(", ".join([words for _severity, words in found[CHIPS:]])):
        shown.append(f'<span class="chip" title="{rest}">+{len(found) - CHIPS}<span class="visually-hidden"> {rest}</span></span>')
    said = {"won_back": ("chip good", _("won back")), "bluebird": ("chip bird", _("bluebird")), "customer": ("chip", _("customer"))}
    shown += [f'<span class="{css}">{escape(words)}</span>' for css, words in (said[mark] for mark in marks)]
    return f'<div class="chips">{"".join(shown)}</div>' if shown else ""


@lru_cache(maxsize=8192)
def _price(price: Price, _language: str | None) -> str:
    figure = escape(price.figure) or f'<span class="dim">{escape(_("no amount"))}</span>'
    about = escape(price.about)
    if not about:
        return f'<span class="num small">{figure}</span>'
    sign = ABOUT_SIGN if price.is_estimated else ""
    return f'<span class="num small" title="{about}">{sign}{figure}<span class="visually-hidden"> {about}</span></span>'


def _face(css: str, name: str, letters: str) -> str:
    said = escape(name)
    return (
        f'<span class="face{css}" title="{said}"><span aria-hidden="true">{escape(letters)}</span><span class="visually-hidden">{said}</span></span>'
    )
