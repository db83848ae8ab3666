"""What the people of the demo did about their signals: some were taken, a few parked, through the services as everywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Role, User
from config.demo_company import words
from config.demo_company.people import DEPARTED
from config.demo_company.standing import AWAY, LATER_STAGES, REP
from deals.models import Deal, RiskSignal
from deals.services.handoffs import offer_handoff
from deals.services.signals import park_signal, take_signal
from winback.decline_note import Note
from winback.models import LossReason
from winback.services.declines import Passing, ask_to_decline

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from config.demo_company.scene import Scene

# (rule, how many days it is parked, the reason's place in words.PARK_REASONS): parked a day and a half ago.
PARKED = (("stage_overdue", 21, 0), ("customer_silent", 9, 1), ("no_contact", 6, 2), ("close_date_slipping", 8, 3), ("close_date_passed", 12, 4))
OFFERS = 3
TAKEN = ("reply_overdue", "reply_overdue", "no_next_step", "stage_overdue", "owner_unavailable")


def after_sweep(scene: Scene) -> Callable[[datetime], None]:
    """To be called after each sweep: people parked things the working day before last, offered deals to a colleague yesterday,
    took some in the last hours of work, and somebody asks to decline a deal."""
    office = scene.people.offices["east"]
    coming = [
        (office.back(scene.now, 12), _park),
        (office.back(scene.now, 9), _offer),
        (office.back(scene.now, 3), _take),
        (office.back(scene.now, 2), _ask_to_decline),
    ]

    def after(moment: datetime) -> None:
        while coming and coming[0][0] <= moment:
            coming.pop(0)[1](moment)

    return after


def _raised(rule: str) -> list[RiskSignal]:
    """Raised signals of a rule that wait for somebody, oldest first, without those of the one who left."""
    signals = RiskSignal.objects.filter(rule=rule, state="raised", responsible__isnull=False).exclude(deal__owner__name=DEPARTED)
    signals = signals.exclude(deal__signals__state="parked")
    return list(signals.select_related("responsible", "deal").order_by("raised_at", "pk"))


def _park(moment: datetime) -> None:
    for rule, days, reason in PARKED:
        # One of the milder ones: nobody may park what is burning.
        signal = next((one for one in _raised(rule) if one.severity < 4), None)
        if signal is not None and signal.responsible is not None:
            contact = signal.deal.contacts.order_by("pk").first()
            text = words.PARK_REASONS[reason].format(them=contact.name if contact else "The contact")
            park_signal(signal=signal, reason=text, until=moment + timedelta(days=days), by=signal.responsible, now=moment)

    _hand_over(moment)


def _hand_over(moment: datetime) -> None:
    """Two deals of the one who left are being handed over; the third, and the request nobody knows of, just wait."""
    left = RiskSignal.objects.filter(rule="owner_unavailable", state="raised", deal__owner__name=DEPARTED, deal__status="open")
    for signal in left.select_related("responsible").order_by("pk")[:2]:
        if signal.responsible is not None:
            reason = "Grace takes this over next week, the customer knows."
            park_signal(signal=signal, reason=reason, until=moment + timedelta(days=7), by=signal.responsible, now=moment)


def _offer(moment: datetime) -> None:
    """In three teams somebody offers a deal to a colleague, who has not answered yet; one of them is the rep one logs in as."""
    owners = User.objects.filter(role=Role.REP, departure=None, absences=None).exclude(name__in=(DEPARTED, AWAY)).order_by("pk")
    offered: set[int | None] = set()
    for owner in sorted(owners, key=lambda one: (one.name != REP, one.pk)):
        deal = Deal.objects.filter(owner=owner, status="open", worst_severity=0, stage__name__in=LATER_STAGES).order_by("-pk").first()
        to = owners.filter(team=owner.team_id).exclude(pk__in=(owner.pk,)).last()
        if deal is None or to is None or owner.team_id in offered:
            continue
        offer_handoff(deal=deal, to=to, brief=words.BRIEF.format(day=f"{moment + timedelta(days=7):%-d %B}"), by=owner, now=moment)
        offered.add(owner.team_id)
        if len(offered) == OFFERS:
            return


def _ask_to_decline(moment: datetime) -> None:
    """Somebody in the team of the manager one logs in as asks to decline a deal that a partner brought; the note waits to be read."""
    rep = User.objects.get(name=REP)
    theirs = Deal.objects.filter(status="open", team=rep.team_id, introduced_by__isnull=False, handoffs=None).exclude(owner=rep)
    for deal in theirs.exclude(owner__name__in=(DEPARTED, AWAY)).select_related("owner", "account", "introduced_by").order_by("pk"):
        contact = deal.contacts.exclude(pk=deal.introduced_by_id).exclude(email="").order_by("pk").first()
        if contact is None or deal.owner is None:
            continue
        note = Note(subject=f"About {deal.name}", greeting=f"Dear {contact.name},", farewell="Kind regards", **words.NO)
        told = words.NO_TO_INTRODUCER.format(name=deal.introduced_by, customer=deal.account)
        passing = Passing(note=note, reasons=[LossReason.COVERAGE], contact=contact, introducer_words=told)
        ask_to_decline(deal=deal, by=deal.owner, passing=passing, now=moment)
        return


def _take(moment: datetime) -> None:
    for rule in TAKEN:
        signal = next((one for one in reversed(_raised(rule)) if one.taken_by_id is None and one.severity < 4), None)
        if signal is not None and signal.responsible is not None:
            take_signal(signal=signal, by=signal.responsible, now=moment)
