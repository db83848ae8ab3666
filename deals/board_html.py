"""Cards as HTML, made in Python: a hundred of them are on every board, and a template for each would cost more than all else.

What is the same on every card of a page is made once. What people typed is escaped where it is put in, once.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.templatetags.words import ageing_bar, icon, signal_chip, since_day

if TYPE_CHECKING:
    from accounts.models import User
    from deals.board_cards import Card

CARD = (
    '<li class="deal" id="card-%(pk)d" data-row data-deal="%(pk)d" data-stage="%(stage)d" data-stake="%(stake)s" data-name="%(name)s">'
    '<div class="r"><span class="small dim clip">%(account)s</span>'
    '<a class="to" href="%(move)s" aria-label="%(move_words)s">%(dots)s</a>%(face)s</div>'
    '<a class="t" href="%(url)s" data-open aria-describedby="board-keys">%(name)s</a>%(chips)s'
    '<div class="r">%(age)s%(amount)s</div></li>'
)
FACE = '<span class="face{}" title="{}"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></span>'
ABOUT = '<span class="num small" title="{}">{}{}<span class="visually-hidden"> {}</span></span>'
ABOUT_SIGN = SafeString('<span aria-hidden="true">≈ </span>')
NOTHING = SafeString("")


class CardHtml:
    """The cards of one page. ``query``: the board's filters, with their question mark, for the way back."""

    def __init__(self, query: str) -> None:
        self._move = reverse("board-move", args=[0]) + escape(query)
        self._deal = reverse("deal", args=[0])
        self._dots = icon("ellipsis")
        # Few people and few signals stand on many cards.
        self._chip = cache(signal_chip)
        self._faces: dict[int | None, SafeString] = {None: format_html(FACE, " nobody", _("Nobody yet"), "?", _("Nobody yet"))}
        self._words = {
            "move": escape(_("Move %(deal)s to another stage")),
            "account": escape(_("no account yet")),
            "since": _("since {}"),
            "amount": _("no amount"),
        }
        self._marks = {
            "won_back": format_html('<span class="chip good">{}</span>', _("won back")),
            "bluebird": format_html('<span class="chip bird">{}</span>', _("bluebird")),
            "customer": format_html('<span class="chip">{}</span>', _("customer")),
        }

    def make(self, card: Card) -> SafeString:
        deal, name = card.deal, escape(card.deal.name)
        parts = {
            "pk": deal.pk,
            "stage": deal.stage_id,
            "stake": deal.value_at_stake,
            "name": name,
            "account": escape(deal.account.name) if deal.account else self._words["account"],
            "move": self._move.replace("/0/", f"/{deal.pk}/", 1),
            "move_words": self._words["move"] % {"deal": name},
            "dots": self._dots,
            "face": self._face(deal.owner),
            "url": self._deal.replace("/0/", f"/{deal.pk}/"),
            "chips": self._chips(card),
            "age": self._age(card),
            "amount": self._amount(card),
        }
        return SafeString(CARD % parts)

    def _face(self, owner: User | None) -> SafeString:
        key = owner.pk if owner else None
        if owner is not None and key not in self._faces:
            self._faces[key] = format_html(FACE, "", owner.name, owner.initials, owner.name)
        return self._faces[key]

    def _chips(self, card: Card) -> SafeString:
        """Two signals, how many more there are, and what kind of deal it is."""
        shown = [self._chip(severity, words) for severity, words in card.chips]
        if card.rest:
            rest = ", ".join(card.rest)
            shown.append(format_html('<span class="chip" title="{}">+{}<span class="visually-hidden"> {}</span></span>', rest, len(card.rest), rest))
        shown += [self._marks[mark] for mark in card.marks]
        # Each part was escaped when it was made.
        return format_html('<div class="chips">{}</div>', SafeString("".join(shown))) if shown else NOTHING

    def _age(self, card: Card) -> SafeString:
        if card.ageing is not None:
            return ageing_bar(card.ageing.times, card.ageing.label)
        return format_html('<span class="xs dim">{}</span>', format_html(self._words["since"], since_day(card.deal.stage_entered_at)))

    def _amount(self, card: Card) -> SafeString:
        figure = card.amount or format_html('<span class="dim">{}</span>', self._words["amount"])
        if not card.about_amount:
            return format_html('<span class="num small">{}</span>', figure)
        return format_html(ABOUT, card.about_amount, ABOUT_SIGN if card.deal.is_estimated else NOTHING, figure, card.about_amount)
