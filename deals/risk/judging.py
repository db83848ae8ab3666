"""One deal judged at a moment: what its rules find, set against its open signals. Pure, no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from accounts.working_time import NoWorkingTime
from deals.models.signals import RiskSignal, Severity, SignalEvent
from deals.risk import clearing, climbing
from deals.risk.open_signals import Signal
from deals.risk.policy import CLIMB_AFTER
from deals.risk.rules import ALSO_INQUIRIES, RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from accounts.organisation import Organisation
    from deals.risk.facts import Facts
    from deals.risk.findings import Finding
    from deals.risk.policy import Policy

RAISED, PARKED, CLEARED = (state.value for state in RiskSignal.State)
Event = SignalEvent.Kind
# It waits for somebody else now: told, but no event of its own in the signal's history.
HANDED = "handed"
# The customer or the introducer turned to this person: likewise.
CHASED = "chased"
# The tasks that come with the signal are others now, or somebody else's; nobody is told.
OWED = "owed"


@dataclass(slots=True)
class Happening:
    """Something that befell a signal, and whom it is told to (user ids)."""

    signal: Signal
    kind: str
    tell: tuple[int, ...] = ()
    note: str = ""
    # Of those whom climbs told before: who does not know how grave it is by now.
    forget: tuple[int, ...] = ()


@dataclass(slots=True)
class Judgement:
    """What one refresh of one deal comes to. ``signals``: rows to insert or save. ``failed``: rule -> its exception."""

    deal_id: int
    signals: list[Signal] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    failed: dict[str, Exception] = field(default_factory=dict)
    alarm_at: datetime | None = None
    worst: int = 0
    reply_due_at: datetime | None = None
    last_contact_at: datetime | None = None


def close(deal_id: int, open_signals: Mapping[str, Signal], now: datetime) -> Judgement:
    """A deal that was won or lost: nothing is owed any more."""
    judgement = Judgement(deal_id)
    for signal in open_signals.values():
        _clear(judgement, signal, clearing.OUTCOME, now)
    return judgement


def judge(
    facts: Facts,
    policy: Policy,
    *,
    open_signals: Mapping[str, Signal],
    company: Organisation,
    team_id: int | None,
    now: datetime,
    rules: Mapping[str, Callable[[Facts, Policy], Finding | None]] = RULES,
) -> Judgement:
    """Ask every rule, and say what becomes of the deal's signals at ``now``.

    A rule that raises is reported in ``failed`` and leaves its signal as it is; the others go on. A calendar without working
    time is reported there as well: signals that wait for its person climb by the clock on the wall.
    """
    case = _Case(facts, company, team_id, now, Judgement(facts.deal_id, last_contact_at=facts.last_contact))
    giver_id = facts.offer.giver_id if facts.offer is not None else None
    answering = giver_id if giver_id is not None else facts.owner_id
    # Where somebody answers for them, or nobody does: who of the line comes back may be the one from then on.
    line = company.line_above(answering, team_id) if facts.responsible_id is None or facts.responsible_id != answering else ()
    case.moments.append(company.next_change((facts.owner_id, giver_id, facts.responsible_id, *line), now))
    for rule, ask in rules.items():
        signal = open_signals.get(rule)
        try:
            finding = ask(facts, policy) if facts.status == "open" or rule in ALSO_INQUIRIES else None
        except Exception as error:  # noqa: BLE001 - one broken rule must not stop the others; refresh counts and logs it
            case.judgement.failed[rule] = error
            if signal is not None:
                case.pass_on(signal)
                case.watch(signal)
            continue
        if finding is not None or signal is not None:  # of most rules neither
            case.follow(rule, finding, signal)
    case.judgement.alarm_at = min((moment for moment in case.moments if moment is not None and moment > now), default=None)
    return case.judgement


@dataclass(slots=True)
class _Case:
    """One deal at one moment, while its judgement is being put together."""

    facts: Facts
    company: Organisation
    team_id: int | None
    now: datetime
    judgement: Judgement
    # When there is something to do next.
    moments: list[datetime | None] = field(default_factory=list)

    def follow(self, rule: str, finding: Finding | None, signal: Signal | None) -> None:
        """What one rule found, set against its open signal."""
        severity = finding.severity(self.now) if finding else None
        if finding is not None:
            self.moments.append(finding.next_moment(self.now))
            if rule == "reply_overdue":
                self.judgement.reply_due_at = finding.steps[0].at
        if finding is None or severity is None:
            if signal is not None:
                by = clearing.of(rule, fact_changed=finding is None or finding.since != signal.since)
                _clear(self.judgement, signal, by, self.now)
            return
        if signal is None:
            signal = self.go_off(rule, finding, severity)
        else:
            self.go_on(signal, finding, severity)
        self.watch(signal)

    def go_off(self, rule: str, finding: Finding, severity: Severity) -> Signal:
        signal = Signal(
            deal_id=self.facts.deal_id,
            team_id=self.team_id,
            rule=rule,
            severity=int(severity),
            responsible_id=self.facts.responsible_id,
            facts=finding.facts_at(self.now),
            since=finding.since,
            due_at=finding.steps[0].at,
            raised_at=self.now,
            worsened_at=self.now,
            times_over=times_over(finding, self.now),
            climbs_at=self.climb_from(rule, severity),
        )
        self.judgement.signals.append(signal)
        self.say(signal, Event.RAISED)
        self.owe(signal, {})
        return signal

    def go_on(self, signal: Signal, finding: Finding, severity: Severity) -> None:
        """It is open and its finding still holds: back from parking, worse, somebody else's now, or the same."""
        before, known, waited_for = _state(signal), signal.facts, signal.responsible_id
        said = len(self.judgement.happenings)
        if signal.state == PARKED and signal.parked_until is not None and signal.parked_until <= self.now:
            signal.state = RAISED
            signal.parked_until, signal.park_reason = None, ""
            signal.climbs_at = self.climb_from(signal.rule, signal.severity)
            self.say(signal, Event.UNPARKED)
        if severity > signal.severity:
            signal.severity = int(severity)
            signal.worsened_at = self.now
            signal.climbs_at = self.climb_from(signal.rule, severity)
            self.say(signal, Event.WORSENED)
        if self.hand(signal) and len(self.judgement.happenings) == said:
            self.say(signal, HANDED)
        signal.facts = finding.facts_at(self.now)
        signal.since, signal.due_at = finding.since, finding.steps[0].at
        signal.times_over = times_over(finding, self.now)
        self.owe(signal, known, handed=signal.responsible_id != waited_for)
        if _state(signal) != before:
            self.judgement.signals.append(signal)

    def hand(self, signal: Signal) -> bool:
        """To whoever it waits for now; whether that is somebody else than before."""
        if signal.responsible_id == self.facts.responsible_id:
            return False
        signal.responsible_id = self.facts.responsible_id
        signal.taken_by_id = signal.taken_at = None
        self.go_on_climbing(signal)
        return True

    def pass_on(self, signal: Signal) -> None:
        """Of what nothing more can be said, as its rule failed: it still waits for somebody who is there."""
        if self.hand(signal):
            self.say(signal, HANDED)
            self.owe(signal, signal.facts, handed=True)
            self.judgement.signals.append(signal)

    def owe(self, signal: Signal, before: dict[str, Any], *, handed: bool = False) -> None:
        """Tasks that come with it, where they changed; and whoever was turned to since is told at once."""
        duties = signal.facts.get("duties", [])
        if duties != before.get("duties", []) or (duties and handed):
            self.judgement.happenings.append(Happening(signal, OWED))
        known = {chase["message"] for chase in before.get("chases", ())}
        for chase in signal.facts.get("chases", ()):
            person_id = self.company.responsible(owner_id=chase["user"], team_id=None, at=self.now)
            if chase["message"] not in known and person_id not in (None, signal.responsible_id):
                self.judgement.happenings.append(Happening(signal, CHASED, (person_id,), note=str(chase["message"])))

    def watch(self, signal: Signal) -> None:
        """Climb where it is due, count it, and remember when it needs to be looked at next."""
        self.climb(signal)
        if signal.state == RAISED:
            self.judgement.worst = max(self.judgement.worst, signal.severity)
        self.moments.append(signal.climbs_at if signal.state == RAISED else signal.parked_until)

    def climb(self, signal: Signal) -> None:
        """One rung a moment: a signal whose climb is due goes up once, however late the sweep comes."""
        if signal.state != RAISED or signal.climbs_at is None or signal.climbs_at > self.now:
            return
        climb = climbing.climb(signal, company=self.company, team_id=self.team_id, later=partial(self.later, signal.rule), now=self.now)
        if climb.told:
            self.judgement.happenings.append(Happening(signal, Event.CLIMBED, climb.told, forget=climb.forgotten))
        if not any(one is signal for one in self.judgement.signals):
            self.judgement.signals.append(signal)

    def go_on_climbing(self, signal: Signal) -> None:
        """It does not begin anew because it waits for somebody else, nor waits longer than a step of their own working time."""
        latest = self.climb_from(signal.rule, signal.severity)
        if signal.climbs_at is not None and latest is not None:
            signal.climbs_at = min(signal.climbs_at, latest)

    def climb_from(self, rule: str, severity: int) -> datetime | None:
        after = CLIMB_AFTER.get(severity)
        return self.later(rule, after) if after is not None else None

    def later(self, rule: str, worked: timedelta) -> datetime:
        """In the working time of whom it waits for; by the clock on the wall, and reported, where their calendar has none."""
        try:
            return self.facts.clock.add(self.now, worked)
        except NoWorkingTime as error:
            self.judgement.failed.setdefault(rule, error)
            return self.now + worked

    def say(self, signal: Signal, kind: str) -> None:
        to = self.facts.responsible_id
        self.judgement.happenings.append(Happening(signal, kind, (to,) if to is not None else ()))


def _clear(judgement: Judgement, signal: Signal, by: str, now: datetime) -> None:
    signal.state, signal.cleared_at, signal.cleared_by = CLEARED, now, by
    signal.climbs_at = signal.parked_until = None
    judgement.signals.append(signal)
    judgement.happenings.append(Happening(signal, Event.CLEARED))


def times_over(finding: Finding, now: datetime) -> float:
    """How many times over its limit, in calendar time: 1.0 when due. For ranking within a severity."""
    limit = (finding.steps[0].at - finding.since).total_seconds()
    return max(1.0, (now - finding.since).total_seconds() / limit) if limit > 0 else 1.0


def _state(signal: Signal) -> tuple[Any, ...]:
    """What a save would write, for telling whether there is anything to save. ``times_over`` grows with every
    look and is saved along, never for its own sake."""
    return (signal.state, signal.severity, signal.responsible_id, signal.facts, signal.since, signal.due_at, signal.climbs_at, signal.level)
