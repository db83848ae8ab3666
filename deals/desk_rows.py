"""A row of the risk desk in words, made once in Python: fifty of them are on every page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import Account, User
from deals.models.deals import BLUEBIRDS
from deals.risk.sentences import detail, say
from deals.services.signals import may_act_on
from deals.templatetags.words import bar, count, face, money, severity, severity_class, since_day, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.utils.safestring import SafeString

    from deals.desk_found import Raised, Shown

# A bar is full at this many times the limit, so that the bars of two rows can be compared.
FULL_BAR = 3.0
# Rules about one meeting, whose facts name it: what settles them is done on its page.
SETTLES = {
    "meeting_unconfirmed": gettext_lazy("Say how it went"),
    "meeting_missed": gettext_lazy("Apologise and offer a new date"),
    "meeting_not_rebooked": gettext_lazy("Agree on a new date"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """One raised signal. ``take``: where "mine" is said, empty where the user may not or has said it already.

    ``settles`` and ``settles_at``: what settles it, and the page where that is done; empty where the deal's own page is.
    """

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
    settles: str = ""
    settles_at: str = ""


class Reader(NamedTuple):
    """All that the words of a row depend on besides the row: who reads it, where, and on which day.

    ``deal`` and ``take`` are the addresses of a deal and of saying "mine", before and after the id.
    """

    pk: int
    language: str | None
    zone: str
    today: date
    deal: tuple[str, str]
    take: tuple[str, str]


class Row(NamedTuple):
    """A deal that needs somebody, and the signal that leads. ``allowed``: whether the reader may act on it."""

    deal: Shown
    signal: Raised
    allowed: bool
    reader: Reader

    @property
    def pk(self) -> str:
        """As ids are written."""
        return str(self.deal.pk)

    @property
    def url(self) -> str:
        before, after = self.reader.deal
        return f"{before}{self.deal.pk}{after}"

    @property
    def lead(self) -> Owed:
        return _owed(self.signal, self.allowed, self.reader, self.deal.pk)

    @property
    def others(self) -> int:
        """How many other signals the deal has."""
        return self.signal.others

    @property
    def place(self) -> SafeString:
        """The deal, its marks behind its name, and its account."""
        deal = self.deal
        marks = [
            ("bird", _("bluebird"), deal.source in BLUEBIRDS),
            ("good", _("customer"), deal.lifecycle == Account.Lifecycle.CUSTOMER),
            ("outline", _("dates moved"), deal.dates_shifted_by > 0),
        ]
        chips = format_html_join("", ' <span class="chip {}">{}</span>', ((css, words) for css, words, holds in marks if holds))
        return format_html("{}{}{}", deal.name, chips, f" · {deal.account}" if deal.account else "")

    @property
    def face(self) -> SafeString:
        return face(User(name=self.signal.responsible) if self.signal.responsible is not None else None)

    @property
    def instead_of(self) -> str:
        """For whom they answer; why is said in the panel."""
        return _("for %(name)s") % {"name": self.deal.instead_of} if self.deal.instead_of else ""

    @property
    def bar(self) -> SafeString:
        """How far past its limit the signal is; the mark is the limit."""
        times = max(self.signal.times_over, 1.0)
        label = _("%(times).1f times its limit") % {"times": times} if times > 1.05 else _("at its limit")
        return bar(min(times / FULL_BAR, 1.0), label, severity_class(self.signal.severity), 1 / max(times, FULL_BAR))

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


def reader_of(user: User) -> Reader:
    """The user, reading now: in their language, zone and day, which are active."""
    return Reader(user.pk, get_language(), str(timezone.get_current_timezone()), timezone.localdate(), _way("deal"), _way("signal-take"))


def rows(deals: Iterable[Shown], user: User) -> list[Row]:
    """Those of the deals that a signal leads."""
    reader = reader_of(user)
    return [Row(deal, deal.lead, _allowed(deal.lead, user), reader) for deal in deals if deal.lead is not None]


def owed(signal: Raised, user: User, deal_id: int) -> Owed:
    """Put a signal of a deal into words for a reader."""
    return _owed(signal, _allowed(signal, user), reader_of(user), deal_id)


def _allowed(signal: Raised, user: User) -> bool:
    return may_act_on(responsible_id=signal.responsible_id, told=lambda: signal.told_ids, by=user)


def _way(route: str) -> tuple[str, str]:
    before, _id, after = reverse(route, args=[0]).rpartition("0")
    return before, after


def _owed(signal: Raised, allowed: bool, reader: Reader, deal_id: int) -> Owed:
    facts = json.loads(signal.facts)
    before, after = reader.take
    return Owed(
        signal=signal,
        severity=severity(signal.severity),
        sentence=say(signal.rule, facts),
        evidence=detail(signal.rule, facts),
        since=since_day(signal.since),
        waits=_("waits for %(name)s") % {"name": signal.responsible} if signal.responsible else _("waits for nobody yet"),
        told=_told(signal, reader),
        told_all=", ".join(signal.told),
        may_act=allowed,
        take=f"{before}{signal.pk}{after}" if allowed and signal.taken_by_id != reader.pk else "",
        **_settles(signal, facts, deal_id),
    )


def _settles(signal: Raised, facts: dict[str, Any], deal_id: int) -> dict[str, str]:
    """What settles it, and the page where that is done: of a meeting its own; a mail to who brought us in."""
    if signal.rule in SETTLES:
        return {"settles": str(SETTLES[signal.rule]), "settles_at": reverse("meeting-said", args=[facts["meeting"]]) + "#answer"}
    if signal.rule == "introducer_waiting":
        who = {"name": facts["introducer"].split(" ")[0]}
        write = reverse("deal-write", args=[deal_id])
        if facts.get("ids"):
            return {"settles": _("Answer %(name)s") % who, "settles_at": f"{write}?answers={facts['ids'][-1]}"}
        return {"settles": _("Tell %(name)s") % who, "settles_at": f"{write}?tell=1"}
    return {}


def _told(signal: Raised, reader: Reader) -> str:
    """Who has taken it; else whom the climbs told, the nearest rung first."""
    if signal.taken_by is not None:
        return _("taken by you") if signal.taken_by_id == reader.pk else _("taken by %(name)s") % {"name": signal.taken_by}
    if not signal.told:
        return ""
    words = {"name": signal.told[0], "n": count(len(signal.told) - 1)}
    return _("told %(name)s") % words if len(signal.told) == 1 else _("told %(name)s and %(n)s more") % words
