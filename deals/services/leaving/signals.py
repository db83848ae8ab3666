"""Signals and offers that follow the deals, and how much waits for somebody already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import ngettext

from accounts import organisation
from accounts.burdens import Burden
from accounts.leaving import Holding, Rows
from deals.models import Handoff, RiskSignal, Severity, SignalEvent
from deals.models.signals import OPEN_STATES
from deals.risk.refresh import refresh
from deals.services.handoffs.telling import tell_ended_with_the_deal
from deals.services.leaving.deals import BATCH
from deals.services.leaving.work import duties_of, hold_deals

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from accounts.models import User


class Signals(Holding):
    """What waits for them goes, with its tasks, to whom the deals' owners, covers and lines say; what they took is nobody's again."""

    key, icon, follows = "signals", "triangle-alert", "deals"
    fields = ("deals.RiskSignal.responsible", "deals.RiskSignal.taken_by", "deals.Task.assignee")

    def rows(self, leaver: User, now: datetime) -> Rows:
        signals = RiskSignal.objects.filter(state__in=OPEN_STATES)
        return dict(zip(self.fields, (signals.filter(responsible=leaver), signals.filter(taken_by=leaver), duties_of(leaver)), strict=True))

    def words(self, count: int) -> str:
        return ngettext("%(count)d signal that waits for them", "%(count)d signals that wait for them", count) % {"count": count}

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        named = RiskSignal.objects.filter(Q(responsible=leaver) | Q(taken_by=leaver), state__in=OPEN_STATES)
        some = named.filter(deal__in=named.order_by("deal_id").values_list("deal_id", flat=True).distinct()[:BATCH])
        deals = hold_deals(some)
        before = named.filter(deal__in=deals).count()
        taken = list(named.filter(deal__in=deals, taken_by=leaver))
        SignalEvent.objects.bulk_create(
            [SignalEvent(signal=one, kind=SignalEvent.Kind.UNTAKEN, at=now, by=by, severity=one.severity, level=one.level) for one in taken]
        )
        RiskSignal.objects.filter(pk__in=[one.pk for one in taken]).update(taken_by=None, taken_at=None)
        refresh(deals, now)
        return before - named.filter(deal__in=deals).count()


class Handoffs(Holding):
    """Offers they made end with the deal that goes to somebody else; those made to them go back to the giver."""

    key, icon, follows = "handoffs", "repeat-2", "deals"
    fields = ("deals.Handoff.receiver", "deals.Handoff.giver")

    def rows(self, leaver: User, now: datetime) -> Rows:
        offered = Handoff.objects.filter(state=Handoff.State.OFFERED)
        return dict(zip(self.fields, (offered.filter(receiver=leaver), offered.filter(giver=leaver)), strict=True))

    def count(self, leaver: User, now: datetime) -> int:
        return self.remains(leaver, now)

    def words(self, count: int) -> str:
        return ngettext("%(count)d handoff that nobody has accepted", "%(count)d handoffs that nobody has accepted", count) % {"count": count}

    def move(self, *, leaver: User, heir: User, by: User | None, now: datetime) -> int:
        named = Handoff.objects.filter(Q(receiver=leaver) | Q(giver=leaver), state=Handoff.State.OFFERED)
        deals = hold_deals(named)
        ended = list(named.filter(deal__in=deals).select_related("deal", "receiver"))
        for one in ended:
            to_them = one.receiver_id == leaver.pk
            one.reason = Handoff.EndedWith.RECEIVER if to_them else Handoff.EndedWith.OWNER
            one.state, one.ended_at = Handoff.State.WITHDRAWN, now
        Handoff.objects.bulk_update(ended, ["state", "reason", "ended_at"])
        refresh(deals, now)
        tell_ended_with_the_deal(ended, company=organisation.load(at=now), now=now)
        return len(ended)


def burdens_of(person_ids: Collection[int], now: datetime) -> dict[int, Burden]:
    """What waits for each of them at this moment, as the risk desk counts it."""
    raised = RiskSignal.objects.filter(responsible__in=person_ids, state=RiskSignal.State.RAISED).order_by().values_list("responsible")
    counted = raised.annotate(answers=Count("pk", filter=Q(rule="reply_overdue")), grave=Count("pk", filter=Q(severity__gte=Severity.HIGH)))
    return {pk: Burden(answers, grave) for pk, answers, grave in counted}
