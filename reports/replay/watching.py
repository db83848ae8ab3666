"""What Salvor said since it was last asked: what befell signals, whom it told, and how the deals stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from accounts import organisation
from accounts.models import Notice
from deals.models import Deal, Handoff, RiskSignal, SignalEvent, Task
from deals.models.signals import OPEN_STATES, Severity
from deals.risk import clearing
from deals.risk.sentences import rule_name, say
from reports.replay.result import DealState, Happening, Standing, Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal


class Watch:
    """Remembers up to where it has looked."""

    def __init__(self) -> None:
        self.event = self.notice = 0
        self.look_on()

    def look_on(self) -> None:
        """From here on."""
        self.event, self.notice = last(SignalEvent), last(Notice)

    def happenings(self) -> list[Happening]:
        events = SignalEvent.objects.filter(pk__gt=self.event).select_related("signal__deal").order_by("pk")
        found = [_happening(one) for one in events]
        self.event = last(SignalEvent)
        return found

    def told(self) -> list[Told]:
        notices = Notice.objects.filter(pk__gt=self.notice).select_related("user").order_by("pk")
        found = [Told(one.user.name, one.title, one.kind, one.body, one.about_deal or 0) for one in notices]
        self.notice = last(Notice)
        return found


def last(model: type[SignalEvent | Notice]) -> int:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0


def told_of(deal_id: int | None, after: int) -> set[int]:
    """Who got a notice with a higher number than ``after``: one that is about this deal, or any."""
    notices = Notice.objects.filter(pk__gt=after)
    return set((notices.filter(about_deal=deal_id) if deal_id is not None else notices).values_list("user_id", flat=True))


def severity(number: int) -> str:
    return Severity(number).name.lower()


def _happening(event: SignalEvent) -> Happening:
    signal = event.signal
    words = say(signal.rule, signal.facts)
    note = str(clearing.WORDS.get(signal.cleared_by, "")) if event.kind == SignalEvent.Kind.CLEARED else event.note
    return Happening(
        event.kind, signal.rule, rule_name(signal.rule), severity(event.severity), signal.deal.name, event.level, words, note, signal.deal_id
    )


def signals_of(deal_id: int) -> dict[str, RiskSignal]:
    """The signals that are raised, by their rules."""
    return {one.rule: one for one in RiskSignal.objects.filter(deal=deal_id, state=RiskSignal.State.RAISED)}


def responsible_for(deal: Deal, now: datetime) -> int | None:
    """Whom the deal waits for at a moment."""
    giver = Handoff.objects.filter(deal=deal, state=Handoff.State.OFFERED).values_list("giver_id", flat=True).first()
    return organisation.load(at=now).responsible(owner_id=deal.owner_id, giver_id=giver, team_id=deal.team_id, at=now)


def states(deal_ids: Iterable[int], now: datetime) -> list[DealState]:
    """How these deals stand."""
    company = organisation.load(at=now)
    givers = dict(Handoff.objects.filter(deal__in=deal_ids, state=Handoff.State.OFFERED).values_list("deal_id", "giver_id"))
    found = Deal.objects.filter(pk__in=deal_ids).select_related("stage", "owner").order_by("pk")
    return [_state(deal, company, givers.get(deal.pk), now) for deal in found]


def _state(deal: Deal, company: organisation.Organisation, giver: int | None, now: datetime) -> DealState:
    waits_for = company.responsible(owner_id=deal.owner_id, giver_id=giver, team_id=deal.team_id, at=now)
    signals = RiskSignal.objects.filter(deal=deal, state__in=OPEN_STATES).select_related("responsible").order_by("-severity", "raised_at", "pk")
    tasks = Task.objects.filter(deal=deal, ended_at__isnull=True).select_related("assignee").order_by("due_at", "pk")
    return DealState(
        number=deal.pk,
        name=deal.name,
        stage=deal.stage.name,
        owner=deal.owner.name if deal.owner else "",
        responsible=company.people[waits_for].name if waits_for is not None else "",
        value=amount(deal.value_at_stake),
        bluebird=deal.is_bluebird,
        reply_due=written(deal.reply_due_at) if deal.reply_due_at else "",
        signals=[
            Standing(
                rule=one.rule,
                name=rule_name(one.rule),
                severity=severity(one.severity),
                words=say(one.rule, one.facts),
                responsible=one.responsible.name if one.responsible else "",
                level=one.level,
                parked=one.state == RiskSignal.State.PARKED,
            )
            for one in signals
        ],
        duties=[(one.assignee.name, one.title, written(one.due_at)) for one in tasks],
    )


def written(moment: datetime) -> str:
    """As the file would write it, in the story's zone."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def amount(value: Decimal) -> str:
    return f"{value:.2f}".removesuffix(".00")


def last_notice() -> int:
    """The number of the newest notice; 0 where there is none."""
    return last(Notice)
