"""A play run over the pure core: swept at every alarm, and all that was told written down and checked on the way."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Role
from deals.risk.facts import Offer
from deals.risk.findings import Finding, Step
from deals.risk.judging import CHASED, HANDED, OWED, judge
from deals.risk.policy import CLIMB_AFTER, CLIMB_AGAIN_AT_THE_TOP, DEFAULT, TAKING_HOLDS
from tests.deals.risk.companies import START, WEEKS
from tests.deals.risk.makers import facts

END = START + timedelta(weeks=WEEKS)
RULE = "no_contact"


@dataclass
class Run:
    """One signal of one deal from start to end. ``heard``: whom a climb told, with the severity they know it to have."""

    play: object
    signals: dict = field(default_factory=dict)
    tellings: list = field(default_factory=list)
    heard: dict = field(default_factory=dict)
    told_at: datetime | None = None
    step: timedelta | None = None
    held_until: datetime | None = None
    taken_by: set = field(default_factory=set)
    alarm: datetime | None = START

    def go(self):
        acts, lateness, sweeps, now = list(self.play.acts), self.play.lateness, 0, START
        while True:
            swept = self.alarm + lateness[sweeps % len(lateness)] if self.alarm is not None else END
            if acts and acts[0][0] <= swept:
                moment, act = acts.pop(0)
                now = max(now, moment)
                self.act(act, now)
            else:
                now, sweeps = max(now, swept), sweeps + 1
            if now >= END:
                return
            self.look(now)

    # --- what happens ---------------------------------------------------------------------------------------

    def act(self, act, now):
        """As the services of signals do it."""
        signal = self.signals.get(RULE)
        if signal is None or signal.state != "raised":
            return
        if act == "park" and signal.park_count < 2:
            signal.state, signal.park_reason, signal.parked_until = "parked", "Their budget is set in a week", now + timedelta(days=3)
            signal.park_count += 1
        if act == "take" and signal.responsible_id is not None:
            if signal.climbs_at is not None and signal.responsible_id not in self.taken_by:
                self.held_until = self.play.clock(signal.responsible_id).add(now, TAKING_HOLDS)
                signal.climbs_at = max(signal.climbs_at, self.held_until)
                self.taken_by.add(signal.responsible_id)
            signal.taken_by_id, signal.taken_at = signal.responsible_id, now

    def look(self, now):
        """Judged twice: the second time has nothing to say."""
        signal = self.signals.get(RULE)
        before = (signal.responsible_id, signal.state, signal.level, signal.climbs_at) if signal is not None else (None, "", 0, None)
        judgement = self.judge(now)
        self.keep(judgement, now)
        again = self.judge(now)
        assert not again.happenings
        assert not again.signals
        assert again.alarm_at == judgement.alarm_at
        self.alarm = judgement.alarm_at
        assert self.alarm is None or self.alarm > now
        self.check(judgement, before, now)

    def judge(self, now):
        responsible = self.play.responsible(now)
        offer = Offer(1, START, self.play.giver_id, "Petra") if self.play.giver_id is not None else None
        known = facts(clock=self.play.clock(responsible), responsible_id=responsible, owner_id=self.play.owner_id, offer=offer)
        finding = Finding(START, tuple(Step(at, severity) for at, severity in self.play.steps))
        rules = {RULE: lambda _facts, _policy: finding}
        return judge(known, DEFAULT, open_signals=self.signals, company=self.play.company, team_id=self.play.team_id, now=now, rules=rules)

    def keep(self, judgement, now):
        for signal in judgement.signals:
            signal.id = 1
            self.signals[signal.rule] = signal
        for happening in judgement.happenings:
            assert happening.kind not in (CHASED, OWED)
            if happening.signal.state == "raised":
                told = happening.tell or tuple(self.play.company.admins(now))
                self.tellings.append((now, happening.kind, told, happening.signal.level))

    # --- what must be true ----------------------------------------------------------------------------------

    def check(self, judgement, before, now):
        self.check_responsible(now)
        signal = self.signals.get(RULE)
        if signal is None:
            return
        here = [one for one in self.tellings if one[0] == now and one[1] in {happening.kind for happening in judgement.happenings}]
        for _at, _kind, told, _level in here:
            assert all(self.available(person, now) for person in told), "told somebody who is not there"
        was_for, was_state, level, climbs_at = before
        if signal.state != "raised":
            return
        if was_state == "raised" and was_for != signal.responsible_id:
            assert signal.responsible_id is None or any(signal.responsible_id in told for _at, _kind, told, _level in here), (
                "the new one was not told"
            )
            if [kind for _at, kind, _told, _level in here] == [HANDED] and climbs_at is not None and climbs_at > now:
                assert signal.climbs_at <= climbs_at, "the climb began anew"
        climbed = [one for one in here if one[1] == "climbed"]
        assert signal.level == level + len(climbed)
        assert len(climbed) <= 1
        for _at, _kind, told, _level in climbed:
            self.check_rung(signal, told, now)
        self.check_in_time(signal, here, now)

    def check_responsible(self, now):
        """Whoever answers is there, as long as anybody is who could."""
        play, responsible = self.play, self.play.responsible(now)
        asked = play.giver_id or play.owner_id
        person = play.company.people.get(asked)
        away = person.away(now) if person is not None and not person.has_left(now) else None
        line = play.company.line(person.team_id if person is not None and person.team_id is not None else play.team_id)
        could = [asked, away.cover_id if away else None, *line]
        assert self.available(responsible, now) == any(self.available(one, now) for one in could)
        assert responsible is None or self.available(responsible, now)
        until = self.alarm or END
        for person in play.company.people.values():
            for moment in (person.leaves_at, *(edge for away in person.absences for edge in (away.start, away.end))):
                assert moment is None or not now < moment < until or play.responsible(moment) == responsible, "nobody looks when it changes hands"

    def check_rung(self, signal, told, now):
        """One step up the line, past those who are away and those who have heard; at the top everybody beside it."""
        line, beside = self.above(signal, now), self.beside(signal, now)
        worse = [person for person, severity in self.heard.items() if severity < signal.severity]
        assert {one for one in worse if self.available(one, now)} - {signal.responsible_id} <= set(told), "they know it as less grave than it is"
        news = [person for person in line if person not in self.heard]
        expected = {news[0]} if news else set(beside or line[-1:])
        if news and beside and all(person in self.heard for person in beside):
            expected |= set(beside)
        assert set(told) - set(worse) == expected - set(worse)
        assert signal.responsible_id not in told
        for person in worse:
            self.heard.pop(person)
        self.heard |= dict.fromkeys(told, signal.severity)

    def check_in_time(self, signal, here, now):
        """Never longer than its step between two tellings, as long as there is anybody to tell."""
        if here or not self.others(signal, now):
            self.told_at = now
        if any(kind in ("raised", "worsened", "unparked", HANDED) for _at, kind, _told, _level in here):
            self.held_until = None
        if signal.severity < 2:
            return
        top = here and here[-1][1] == "climbed" and all(person in self.heard for person in self.others(signal, now))
        if here or self.step is None:
            self.step = CLIMB_AGAIN_AT_THE_TOP if top else CLIMB_AFTER[signal.severity]
        due = self.play.clock(signal.responsible_id).add(self.told_at, self.step)
        due = max(due, self.held_until) if self.held_until is not None else due
        assert due > now, "it should have been told of by now"
        assert self.alarm is not None
        assert self.alarm <= due, "nobody looks in time"

    def available(self, person, now):
        return self.play.company.available(person, now)

    def above(self, signal, now):
        person = self.play.company.people.get(signal.responsible_id)
        start = person.team_id if person is not None and person.team_id is not None else self.play.team_id
        return [one for one in self.play.company.line(start, but=signal.responsible_id) if self.available(one, now)]

    def beside(self, signal, now):
        line = self.above(signal, now)
        leaders = [one.id for one in self.play.company.people.values() if one.role in (Role.EXECUTIVE, Role.ADMIN)]
        return [one for one in leaders if self.available(one, now) and one not in line and one != signal.responsible_id]

    def others(self, signal, now):
        return [*self.above(signal, now), *self.beside(signal, now)]
