"""A row of the risk desk in words, made once in Python: fifty of them are on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from deals.risk.sentences import detail, say
from deals.services.signals import may_act
from deals.templatetags.words import bar, count, face, money, severity, severity_class, since_day, spelled

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from accounts.models import User
    from deals.models import Deal, RiskSignal

# A bar is full at this many times the limit, so that the bars of two rows can be compared.
FULL_BAR = 3.0


@dataclass(frozen=True, slots=True)
class Owed:
    """One raised signal. ``take``: where "mine" is said, empty where the user may not or has said it already."""

    signal: RiskSignal
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
    """A deal that needs somebody: the signal that leads, and how many others it has. ``pk``: as ids are written."""

    deal: Deal
    pk: str
    url: str
    lead: Owed
    others: int

    @property
    def chips(self) -> SafeString:
        """The marks of the deal, each with the space before it."""
        deal = self.deal
        marks = [
            ("bird", _("bluebird"), deal.is_bluebird),
            ("good", _("customer"), deal.account is not None and deal.account.lifecycle == Account.Lifecycle.CUSTOMER),
            ("outline", _("dates moved"), deal.dates_shifted_by > 0),
        ]
        return format_html_join("", ' <span class="chip {}">{}</span>', ((css, words) for css, words, holds in marks if holds))

    @property
    def place(self) -> SafeString:
        """The deal, its marks behind its name, and its account."""
        account = f" · {self.deal.account.name}" if self.deal.account else ""
        return format_html("{}{}{}", self.deal.name, self.chips, account)

    @property
    def face(self) -> SafeString:
        return face(self.lead.signal.responsible)

    @property
    def bar(self) -> SafeString:
        """How far past its limit the signal is; the mark is the limit."""
        signal = self.lead.signal
        times = max(signal.times_over, 1.0)
        label = _("%(times).1f times its limit") % {"times": times} if times > 1.05 else _("at its limit")
        return bar(min(times / FULL_BAR, 1.0), label, severity_class(signal.severity), 1 / max(times, FULL_BAR))

    @property
    def value(self) -> SafeString | str:
        """What is at stake; marked where it is an estimate, said where nothing is known."""
        deal = self.deal
        if not deal.value_at_stake:
            return format_html('<span class="dim">{}</span>', _("not known"))
        if deal.amount is not None:
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


def row(deal: Deal, signal: RiskSignal, others: int, user: User) -> Row:
    return Row(deal, str(deal.pk), deal.get_absolute_url(), owed(signal, user), others)


def owed(signal: RiskSignal, user: User) -> Owed:
    """Put a signal into words for a reader. Its responsible, taken_by and told must be loaded."""
    allowed = may_act(signal=signal, by=user)
    return Owed(
        signal=signal,
        severity=severity(signal.severity),
        sentence=say(signal.rule, signal.facts),
        evidence=detail(signal.rule, signal.facts),
        since=since_day(signal.since),
        waits=_("waits for %(name)s") % {"name": signal.responsible.name} if signal.responsible else _("waits for nobody yet"),
        told=_told(signal, user),
        told_all=", ".join(person.name for person in signal.told.all()),
        may_act=allowed,
        take=reverse("signal-take", args=[signal.pk]) if allowed and signal.taken_by_id != user.pk else "",
    )


def _told(signal: RiskSignal, user: User) -> str:
    """Who has taken it; else whom the climbs told, the nearest rung first."""
    if signal.taken_by is not None:
        return _("taken by you") if signal.taken_by_id == user.pk else _("taken by %(name)s") % {"name": signal.taken_by.name}
    told = [person.name for person in signal.told.all()]
    if not told:
        return ""
    words = {"name": told[0], "n": count(len(told) - 1)}
    return _("told %(name)s") % words if len(told) == 1 else _("told %(name)s and %(n)s more") % words
