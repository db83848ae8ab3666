"""Moving deals through their pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import Deal, NextStep, Stage, StageChange, StageKind, Task
from deals.models.pipelines import CLOSED_KINDS
from deals.risk.refresh import refresh
from deals.services.deals import lock

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def move_deal(*, deal: Deal, stage: Stage, by: User | None, now: datetime) -> Deal:
    """Move to another stage of the same pipeline; won closes the deal, an open stage opens it again.

    Refused for a lost stage: losing asks for its reasons (``winback.services.losses.lose_deal``).
    """
    if stage.kind == StageKind.LOST:
        raise Refused(_("Losing a deal asks how it was lost. Use “Lost” on the deal's page."))
    return enter_stage(deal=deal, stage=stage, by=by, now=now)


@transaction.atomic
def enter_stage(*, deal: Deal, stage: Stage, by: User | None, now: datetime) -> Deal:
    """The move itself, for any kind of stage. The database refuses a lost deal without its loss."""
    deal = lock(deal)
    if stage.pipeline_id != deal.pipeline_id:
        raise Refused(_("%(stage)s belongs to another pipeline.") % {"stage": stage.name})
    if stage.pk == deal.stage_id:
        return deal
    StageChange.objects.create(deal=deal, from_stage_id=deal.stage_id, to_stage=stage, at=now, by=by)
    closing = stage.kind in CLOSED_KINDS
    deal.stage, deal.status, deal.stage_entered_at = stage, stage.kind, now
    deal.closed_on = timezone.localdate(now) if closing else None
    if closing:
        deal.alarm_at = None
        NextStep.objects.filter(deal=deal, ended_at__isnull=True).update(ended_at=now)
        Task.objects.filter(deal=deal, ended_at__isnull=True).update(ended_at=now)
    deal.save(update_fields=["stage", "status", "stage_entered_at", "closed_on", "alarm_at"])
    refresh([deal.pk], now)
    return deal
