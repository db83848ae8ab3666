"""A row of the risk desk in words, made once in Python: fifty of them are on every page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Account, User
from deals.models import Deal
from deals.risk.sentences import detail, say
from deals.services.signals import may_act_on
from deals.templatetags.words import bar, count, face, money, severity, severity_class, since_day, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deals.desk_found import Raised, Shown

# A bar is full at this many times the limit, so that the bars of two rows can be compared.
FULL_BAR = 3.0
BLUEBIRDS = frozenset({Deal.Source.INBOUND, Deal.Source.INTRODUCED})


@dataclass(frozen=True, slots=True)
class Owed:
    """One raised signal. ``take``: where "mine" is said, empty where the user may not or has said it already."""

    signal: Raised
    severity: SafeString | str
    sentence: str
    evidence: str
    since: SafeString | str
    waits: str
    told: str
    told_all: str
    may_act: bool
    take: str


@dataclass(frozen=True, slots=True)
class Row:
    """A deal that needs somebody, and the signal that leads. ``pk``: as ids are written."""

    deal: Shown
    pk: str
    url: str
    lead: Owed

    @property
    def others(self) -> int:
        """How many other signals the deal has."""
        return self.lead.signal.others

    @property
    def place(self) -> SafeString:
        """The deal, its marks behind its name, and its account."""
        deal = self.deal
        chips = _chips(get_language(), deal.source in BLUEBIRDS, deal.lifecycle == Account.Lifecycle.CUSTOMER, deal.dates_shifted_by > 0)
        return SafeString(f"{escape(deal.name)}{chips}{f' · {escape(deal.account)}' if deal.account else ''}")

    @property
    def face(self) -> SafeString:
        return _face(get_language(), self.lead.signal.responsible)

    @property
    def bar(self) -> SafeString:
        """How far past its limit the signal is; the mark is the limit."""
        signal = self.lead.signal
        return _bar(get_language(), max(signal.times_over, 1.0), signal.severity)

    @property
    def value(self) -> SafeString | str:
        """What is at stake; marked where it is an estimate, said where nothing is known."""
        deal = self.deal
        if not deal.value_at_stake:
            return format_html('<span class="dim">{}</span>', _("not known"))
        if not deal.estimated:
            return money(deal.value_at_stake)
        title = _("An estimate from the list price: the deal has no amount yet")
        return format_html(
            '<span title="{}"><span aria-hidden="true">≈</span><span class="visually-hidden">{}</span> {}</span>',
            title,
            _("about"),
            money(deal.value_at_stake),
        )

    @property
    def and_more(self) -> str:
        return ngettext("and %(words)s more", "and %(words)s more", self.others) % {"words": spelled(self.others)}


def rows(deals: Iterable[Shown], user: User) -> list[Row]:
    """Those of the deals that a signal leads."""
    before, after = way("deal")
    take = way("signal-take")
    return [Row(deal, str(deal.pk), f"{before}{deal.pk}{after}", owed(deal.lead, user, take)) for deal in deals if deal.lead is not None]


def way(route: str) -> tuple[str, str]:
    """A route's address before and after the id: looked up once for many rows."""
    before, _id, after = reverse(route, args=[0]).rpartition("0")
    return before, after


def owed(signal: Raised, user: User, take: tuple[str, str]) -> Owed:
    """Put a signal into words for a reader. ``take`` is the way of ``signal-take``."""
    allowed = may_act_on(responsible_id=signal.responsible_id, told=lambda: signal.told_ids, by=user)
    return Owed(
        signal=signal,
        severity=severity(signal.severity),
        sentence=say(signal.rule, signal.facts),
        evidence=detail(signal.rule, signal.facts),
        since=since_day(signal.since),
        waits=_("waits for %(name)s") % {"name": signal.responsible} if signal.responsible else _("waits for nobody yet"),
        told=_told(signal, user),
        told_all=", ".join(signal.told),
        may_act=allowed,
        take=f"{take[0]}{signal.pk}{take[1]}" if allowed and signal.taken_by_id != user.pk else "",
    )


def _told(signal: Raised, user: User) -> str:
    """Who has taken it; else whom the climbs told, the nearest rung first."""
    if signal.taken_by is not None:
        return _("taken by you") if signal.taken_by_id == user.pk else _("taken by %(name)s") % {"name": signal.taken_by}
    if not signal.told:
        return ""
    words = {"name": signal.told[0], "n": count(len(signal.told) - 1)}
    return _("told %(name)s") % words if len(signal.told) == 1 else _("told %(name)s and %(n)s more") % words


@lru_cache(maxsize=64)
def _chips(_language: str | None, bluebird: bool, customer: bool, moved: bool) -> SafeString:
    """The marks of a deal, each with the space before it."""
    marks = [("bird", _("bluebird"), bluebird), ("good", _("customer"), customer), ("outline", _("dates moved"), moved)]
    return format_html_join("", ' <span class="chip {}">{}</span>', ((css, words) for css, words, holds in marks if holds))


@lru_cache(maxsize=4096)
def _face(_language: str | None, name: str | None) -> SafeString:
    return face(User(name=name) if name is not None else None)


@lru_cache(maxsize=4096)
def _bar(_language: str | None, times: float, worst: int) -> SafeString:
    label = _("%(times).1f times its limit") % {"times": times} if times > 1.05 else _("at its limit")
    return bar(min(times / FULL_BAR, 1.0), label, severity_class(worst), 1 / max(times, FULL_BAR))
