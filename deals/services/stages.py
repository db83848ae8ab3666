"""Moving deals through their pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.prepared import named
from accounts.refusals import Refused
from deals.models import Deal, NextStep, Stage, StageChange, StageKind, Task
from deals.models.pipelines import CLOSED_KINDS
from deals.risk.refresh import refresh
from deals.services.deals import hold_stage, lock
from deals.services.reopening import put_back_signals

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User


# Written many times a day by everybody: one statement, planned once, instead of two.
ENTER = named(
    """
WITH entered AS (
    UPDATE deals_deal SET stage_id = %(stage)s, status = %(status)s, stage_entered_at = %(now)s, closed_on = %(closed_on)s, alarm_at = %(alarm_at)s
    WHERE id = %(deal)s
)
INSERT INTO deals_stagechange (deal_id, from_stage_id, to_stage_id, at, by_id, rearranged)
VALUES (%(deal)s, %(before)s, %(stage)s, %(now)s, %(by)s, false) RETURNING id
""",
    planned=True,
    writes=True,
)


class Move(NamedTuple):
    """A move that was made: the deal as it stands now, and since when it had stood where it was."""

    deal: Deal
    change: StageChange
    stood_since: datetime


@transaction.atomic
def move_deal(*, deal: Deal, stage: Stage, by: User | None, now: datetime) -> Move | None:
    """Move to another stage of the same pipeline; won closes the deal, an open stage opens it again.

    None where the deal stands there already: a second click moves nothing.
    Refused for a lost stage: losing asks for its reasons (``winback.services.losses.lose_deal``).
    """
    return move_held(deal=hold(deal), stage=stage, by=by, now=now)


@transaction.atomic
def enter_stage(*, deal: Deal, stage: Stage, by: User | None, now: datetime) -> Move | None:
    """The move itself, for any kind of stage; None where nothing moves. Refused for a retired stage.

    The database refuses a lost deal without its loss.
    """
    return enter_held(deal=hold(deal), stage=stage, by=by, now=now)


def hold(deal: Deal) -> Deal:
    """The deal, locked as by ``lock``; the stage it was seen in is not asked for again where it stands there still."""
    held = lock(deal)
    if deal.stage_id == held.stage_id and Deal.stage.is_cached(deal):
        held.stage = deal.stage
    return held


def move_held(*, deal: Deal, stage: Stage, by: User | None, now: datetime) -> Move | None:
    """``move_deal`` for a deal that the caller's transaction holds."""
    if stage.kind == StageKind.LOST:
        raise Refused(_("Losing a deal asks how it was lost. Use “Lost” on the deal's page."))
    return enter_held(deal=deal, stage=stage, by=by, now=now)


def enter_held(*, deal: Deal, stage: Stage, by: User | None, now: datetime) -> Move | None:
    """``enter_stage`` for a deal that the caller's transaction holds."""
    if stage.pipeline_id != deal.pipeline_id:
        raise Refused(_("%(stage)s belongs to another pipeline.") % {"stage": stage.name})
    if stage.pk == deal.stage_id:
        return None
    stage = hold_stage(stage)
    stood_since = deal.stage_entered_at
    change = StageChange(deal=deal, from_stage=deal.stage, to_stage=stage, at=now, by=by)
    for name, value in entered(stage, now).items():
        setattr(deal, name, value)
    if stage.kind in CLOSED_KINDS:
        end_what_hangs([deal.pk], now)
    _write(deal, change)
    refresh([deal.pk], now, held=True)
    return Move(deal, change, stood_since)


def entered(stage: Stage, now: datetime) -> dict[str, Any]:
    """The fields of a deal that enters the stage: a closed one has its day and no clock any more."""
    moved = {"stage": stage, "status": stage.kind, "stage_entered_at": now, "closed_on": None}
    return moved | {"closed_on": timezone.localdate(now), "alarm_at": None} if stage.kind in CLOSED_KINDS else moved


def _write(deal: Deal, change: StageChange) -> None:
    """What ``save`` of both would write."""
    [(change.pk,)] = ENTER.rows(
        deal=deal.pk,
        stage=deal.stage_id,
        status=deal.status,
        now=deal.stage_entered_at,
        closed_on=deal.closed_on,
        alarm_at=deal.alarm_at,
        before=change.from_stage_id,
        by=change.by_id,
    )
    change._state.adding = False  # noqa: SLF001 - as save does


def end_what_hangs(deal_ids: Iterable[int], now: datetime) -> None:
    """Next steps and tasks end with the deals that were closed."""
    ids = list(deal_ids)
    NextStep.objects.filter(deal__in=ids, ended_at__isnull=True).update(ended_at=now)
    Task.objects.filter(deal__in=ids, ended_at__isnull=True).update(ended_at=now)


@transaction.atomic
def take_back_move(*, change: StageChange, entered_at: datetime, by: User | None, now: datetime) -> Deal:
    """A move made by mistake: the deal stands where it stood, its clock running since ``entered_at`` as before.

    The move leaves the stage history; the deal's own history keeps both versions, and who took it back. What it had settled
    (signals) or ended (steps and tasks) is open as before.
    Refused once the deal has moved on, and for a move to or from a lost stage, whose loss is a record of its own.
    """
    deal = lock(change.deal)
    last = StageChange.objects.filter(deal=deal).select_related("from_stage", "to_stage").order_by("-at", "-pk").first()
    if last is None or last.pk != change.pk or last.from_stage is None or deal.stage_id != last.to_stage_id:
        raise Refused(_("The deal has moved on since. Move it to the stage it belongs in."))
    if StageKind.LOST in (last.from_stage.kind, last.to_stage.kind):
        raise Refused(_("A lost deal is opened again by moving it to an open stage."))
    if last.rearranged:
        raise Refused(_("%(stage)s is not used any more. Move the deal to the stage it belongs in.") % {"stage": last.from_stage.name})
    last.from_stage = hold_stage(last.from_stage)
    closing = last.to_stage.kind in CLOSED_KINDS
    deal.stage, deal.status, deal.stage_entered_at, deal.closed_on = last.from_stage, last.from_stage.kind, entered_at, None
    if closing:
        NextStep.objects.filter(deal=deal, ended_at=last.at, done=False).update(ended_at=None)
        Task.objects.filter(deal=deal, ended_at=last.at, done_by__isnull=True, signal__isnull=True).update(ended_at=None)
    elif last.from_stage.kind in CLOSED_KINDS:
        raise Refused(_("The deal was closed before. Move it to won once more."))
    settled_at = last.at
    last.delete()
    deal.save(update_fields=["stage", "status", "stage_entered_at", "closed_on"])
    put_back_signals(deal_id=deal.pk, settled_at=settled_at, now=now)
    refresh([deal.pk], now)
    return deal
