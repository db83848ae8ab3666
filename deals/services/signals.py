"""What people do with a raised signal: take it and take that back, park it, bring it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import organisation
from accounts.authority import SENIORS
from accounts.calendars import TeamCalendars
from accounts.models import User
from accounts.refusals import Refused
from deals.models import Deal, RiskSignal, SignalEvent
from deals.risk.policy import CLIMB_AFTER, PARK_AT_MOST, PARK_TIMES, TAKING_HOLDS
from deals.risk.refresh import refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

# As long as a parking counts as a slip of the hand.
PARK_UNDO = timedelta(minutes=5)
State, Event = RiskSignal.State, SignalEvent.Kind


@dataclass(frozen=True, slots=True)
class Taking:
    """What taking a signal changed, as an undo needs it: who had it since when before, and until when the climb waited and waits."""

    taken_at: datetime | None
    taken_by_before: int | None
    taken_at_before: datetime | None
    climbs_at_before: datetime | None
    climbs_at: datetime | None


def may_act(*, signal: RiskSignal, by: User) -> bool:
    """The person it waits for, those a climb told, and the seniors who see the deal."""
    return may_act_on(responsible_id=signal.responsible_id, told=lambda: [one.pk for one in signal.told.all()], by=by)


def may_act_on(*, responsible_id: int | None, told: Callable[[], Collection[int]], by: User) -> bool:
    """``may_act`` of what is known of a signal. ``told``: the ids of those the climbs told, asked for where it matters."""
    return by.pk == responsible_id or by.role in SENIORS or by.pk in told()


@transaction.atomic
def take_signal(*, signal: RiskSignal, by: User, now: datetime) -> Taking | None:
    """Somebody says "mine"; None where it was theirs already.

    Taken by the person it waits for, the climb stops for 8 working hours, once.
    """
    signal = _lock(signal)
    _act(signal, by)
    if signal.state != State.RAISED:
        raise Refused(_("This is parked. Bring it back first."))
    if signal.taken_by_id == by.pk:
        return None
    before = signal.taken_by_id, signal.taken_at, signal.climbs_at
    if by.pk == signal.responsible_id and signal.climbs_at is not None and not _was_held(signal):
        signal.climbs_at = max(signal.climbs_at, later(signal, now, TAKING_HOLDS))
    signal.taken_by, signal.taken_at = by, now
    signal.save(update_fields=["taken_by", "taken_at", "climbs_at"])
    _remember(signal, Event.TAKEN, by, now)
    refresh([signal.deal_id], now)
    return Taking(now, *before, signal.climbs_at)


@transaction.atomic
def take_back_taking(*, signal: RiskSignal, taking: Taking, by: User, now: datetime) -> RiskSignal:
    """It is whose it was before, and climbs when it would have. Refused once it is settled, parked or somebody else's.

    A climb that was set anew meanwhile, because it climbed or got worse, stays.
    """
    signal = _lock(signal)
    if signal.state == State.CLEARED:
        raise Refused(_("This is settled already."))
    if signal.state != State.RAISED:
        raise Refused(_("This is parked. Bring it back first."))
    if signal.taken_by_id != by.pk or signal.taken_at != taking.taken_at:
        raise Refused(_("This is not taken by you any more."))
    if signal.climbs_at == taking.climbs_at:
        signal.climbs_at = taking.climbs_at_before
    had_it = User.objects.filter(pk=taking.taken_by_before).first() if taking.taken_by_before else None
    signal.taken_by, signal.taken_at = had_it, taking.taken_at_before if had_it else None
    signal.save(update_fields=["taken_by", "taken_at", "climbs_at"])
    _remember(signal, Event.UNTAKEN, by, now)
    refresh([signal.deal_id], now)
    return signal


@transaction.atomic
def park_signal(*, signal: RiskSignal, reason: str, until: datetime, by: User, now: datetime) -> RiskSignal:
    """Set aside with a reason until a moment, at most 30 days on and twice; the second time a manager must."""
    signal = _lock(signal)
    _act(signal, by)
    if signal.state != State.RAISED:
        raise Refused(_("This is parked already."))
    if not reason.strip():
        raise Refused(_("Say why it can wait."))
    if not now < until <= now + PARK_AT_MOST:
        raise Refused(_("Choose a day within the next %(days)d days.") % {"days": PARK_AT_MOST.days})
    if signal.park_count >= PARK_TIMES:
        raise Refused(_("This was parked twice already. It needs to be answered now."))
    if signal.park_count >= 1 and by.role not in SENIORS:
        raise Refused(_("This was parked once already. Ask your manager to park it again."))
    signal.state, signal.park_reason, signal.parked_until = State.PARKED, reason.strip(), until
    signal.parked_by, signal.parked_at, signal.park_count = by, now, signal.park_count + 1
    signal.save(update_fields=["state", "park_reason", "parked_until", "parked_by", "parked_at", "park_count"])
    _remember(signal, Event.PARKED, by, now, note=signal.park_reason)
    refresh([signal.deal_id], now)
    return signal


@transaction.atomic
def unpark_signal(*, signal: RiskSignal, by: User, now: datetime) -> RiskSignal:
    """Bring a parked signal back before its time. Undone at once by whoever parked it, it counts as never parked."""
    signal = _lock(signal)
    _act(signal, by)
    if signal.state != State.PARKED:
        return signal
    after = CLIMB_AFTER.get(signal.severity)
    if signal.parked_by_id == by.pk and signal.parked_at is not None and now - signal.parked_at <= PARK_UNDO:
        signal.park_count -= 1
    signal.state, signal.park_reason, signal.parked_until = State.RAISED, "", None
    signal.climbs_at = later(signal, now, after) if after is not None else None
    signal.save(update_fields=["state", "park_reason", "parked_until", "climbs_at", "park_count"])
    _remember(signal, Event.UNPARKED, by, now)
    refresh([signal.deal_id], now)
    return signal


def _was_held(signal: RiskSignal) -> bool:
    """Whether the person it waits for has taken it before, and not taken that back."""
    kinds = list(signal.events.filter(kind__in=[Event.TAKEN, Event.UNTAKEN], by_id=signal.responsible_id).values_list("kind", flat=True))
    return kinds.count(Event.TAKEN) > kinds.count(Event.UNTAKEN)


def _lock(signal: RiskSignal) -> RiskSignal:
    """The deal's row first, as the refresh does, then the signal's: so that no two wait for each other."""
    Deal.objects.select_for_update(of=("self",)).get(pk=signal.deal_id)
    return RiskSignal.objects.select_for_update(of=("self",)).get(pk=signal.pk)


def _act(signal: RiskSignal, by: User) -> None:
    if signal.state == State.CLEARED:
        raise Refused(_("This is settled already."))
    if not may_act(signal=signal, by=by):
        name = signal.responsible.name if signal.responsible else _("your manager")
        raise Refused(_("This waits for %(name)s. Speak to them, or ask your manager to hand the deal over.") % {"name": name})


def later(signal: RiskSignal, now: datetime, worked: timedelta) -> datetime:
    """``worked`` later in the working time of whom the signal waits for; by the clock on the wall where their calendar has none.

    Every look at such a deal counts that.
    """
    person = organisation.load(at=now).people.get(signal.responsible_id) if signal.responsible_id else None
    team_id = person.team_id if person else signal.deal.team_id
    return TeamCalendars().of(signal.responsible_id, team_id).later(now, worked)


def _remember(signal: RiskSignal, kind: str, by: User, now: datetime, note: str = "") -> None:
    SignalEvent.objects.create(signal=signal, kind=kind, at=now, by=by, severity=signal.severity, level=signal.level, note=note)
