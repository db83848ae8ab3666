"""The last part of an import: what it brought is learned from, and the deals it touched are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from deals import rhythms
from deals.copying import commit_without_waiting
from deals.models import Deal, Import, ImportRow, Interaction, RiskSignal, StageKind
from deals.models.pipelines import WATCHED_KINDS
from deals.models.signals import OPEN_STATES
from deals.risk.refresh import refresh
from deals.services.imports.heartbeat import beat

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

REFRESH_BATCH = 1000


def look_again(import_id: int, now: datetime) -> None:
    """The rhythms learn, then the deals that were touched look again; no notice is written about the past."""
    imported = Import.objects.get(pk=import_id)
    if imported.kind not in (Import.Kind.DEALS, Import.Kind.ACTIVITIES) or imported.state != Import.State.RUNNING:
        return
    if not imported.counts.get("created") and not imported.counts.get("updated"):
        return
    teaches = _teaches(imported)
    if "refreshed_to" not in imported.plan and teaches:
        rhythms.learn(now)
    touched = list(_touched(imported, all_again=teaches).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(touched), REFRESH_BATCH):
        with transaction.atomic():
            commit_without_waiting()
            held = Import.objects.select_for_update().get(pk=import_id)
            if held.state != Import.State.RUNNING:
                return
            # Another process at the same import may be further by now.
            ids = [pk for pk in touched[start : start + REFRESH_BATCH] if pk > held.plan.get("refreshed_to", 0)]
            if not ids:
                continue
            refresh(ids, now, tell=False)
            held.plan["refreshed_to"] = ids[-1]
            beat(held)
            held.save(update_fields=["plan", "heartbeat_at"])


def _teaches(imported: Import) -> bool:
    """Whether a rhythm can have changed: they are learned from deals that were won and from what was said on deals.

    New deals that are not won say nothing of either.
    """
    only_new = imported.kind == Import.Kind.DEALS and not imported.counts.get("updated")
    return not only_new or Deal.objects.filter(imported_by=imported, status=StageKind.WON).exists()


def _touched(imported: Import, *, all_again: bool) -> QuerySet[Deal]:
    """Deals whose clocks run, or did until now, and that this import made, changed or brought facts of: those not refreshed yet.

    New ones were mostly looked at as they came in; unless ``all_again`` only those nobody has looked at.
    """
    rows = ImportRow.objects.filter(imported=imported, result__in=["created", "updated"])
    running = Q(status__in=WATCHED_KINDS) | Q(pk__in=RiskSignal.objects.filter(state__in=OPEN_STATES).values("deal_id"))
    running &= Q(pk__gt=imported.plan.get("refreshed_to", 0))
    if not all_again:
        running &= Q(alarm_at__isnull=True)
    if imported.kind == Import.Kind.DEALS:
        return Deal.objects.filter(running, pk__in=rows.filter(model="deals.deal").values("object_id"))
    facts = Interaction.objects.filter(pk__in=rows.filter(model="deals.interaction").values("object_id"))
    return Deal.objects.filter(running, pk__in=facts.values("deal_id"))
