"""Stages and pipelines that go, and what happens to the deals in them.

A retired stage is closed at once: nothing enters it. Its deals follow in batches, each one transaction, so that the job
may be killed anywhere and go on; a second run at the same time takes other deals. A deal that is put into another stage
this way has not come further: its history says so (``StageChange.rearranged``) and its time in the stage runs on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pghistory
import structlog
from celery.exceptions import CeleryError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError

from accounts.refusals import Refused, still_there
from deals.models import Deal, Pipeline, Stage, StageChange, StageKind, StageRetirement
from deals.models.pipelines import WATCHED_KINDS
from deals.services.pipelines import lacks_without, lock_pipeline

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

log = structlog.get_logger(__name__)

BATCH = 500

# The rows a batch takes: those that nobody is changing right now; the others come with the next one.
TAKE = "SELECT id FROM deals_deal WHERE stage_id = %(stage)s ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED"

SAY = """
INSERT INTO deals_stagechange (deal_id, from_stage_id, to_stage_id, at, by_id, rearranged)
SELECT id, stage_id, %(into)s, %(now)s, %(by)s, true FROM deals_deal WHERE id = ANY(%(ids)s)
"""

# A watched deal is looked at again by the next sweep: the limits of its new stage are others.
PUT = """
UPDATE deals_deal SET stage_id = %(into)s, pipeline_id = %(pipeline)s, status = %(kind)s,
       alarm_at = CASE WHEN %(kind)s IN ('inquiry', 'open') THEN LEAST(alarm_at, %(now)s) END
WHERE id = ANY(%(ids)s)
"""


@transaction.atomic
def retire_stage(*, stage: Stage, into: Stage | None, by: User, now: datetime) -> StageRetirement | None:
    """Close the stage and ask for its deals to go ``into`` another one of the same pipeline, in the background.

    ``into`` must be in use; for a won or lost stage of the same kind, and may be None there: closed deals may keep the
    name of the stage they were closed in. A stage nothing ever went through is removed outright; then None is returned.
    Refused for the last open stage, and the only one for inquiries, won or lost deals.
    """
    pipeline = lock_pipeline(stage.pipeline)
    # What moves deals into a stage right now holds its retirement and needs the stage's key: it must not wait for us here.
    stages = list(Stage.objects.select_for_update(no_key=True).filter(pipeline=pipeline).order_by("pk"))
    stage = next((one for one in stages if one.pk == stage.pk), stage)
    if stage.retired_at is not None:
        raise Refused(_("%(stage)s is retired already.") % {"stage": stage.name})
    if lacking := lacks_without(stage, stages):
        raise Refused(lacking)
    if not _was_used(stage):
        still_there(Stage.objects.select_for_update().filter(pk=stage.pk).first())  # not even an import may enter a stage that is to be removed
    if into is not None or _was_used(stage):
        _check_successor(stage, next((one for one in stages if into is not None and one.pk == into.pk), None), given=into)
    if not _was_used(stage):
        stage.delete()
        return None
    return _retire(stage, into, by, now)


@transaction.atomic
def retire_pipeline(*, pipeline: Pipeline, into: Stage | None, by: User, now: datetime) -> int:
    """Nothing new begins in the pipeline. Its open deals finish in it, or go ``into`` a stage of another one.

    Returns how many deals are to move. Closed deals stay. Refused for the default pipeline.
    """
    pipeline = lock_pipeline(pipeline)
    if pipeline.is_default:
        raise Refused(_("%(pipeline)s is where deals begin. Make another pipeline the default first.") % {"pipeline": pipeline.name})
    if pipeline.retired_at is not None:
        raise Refused(_("%(pipeline)s is retired already.") % {"pipeline": pipeline.name})
    if into is not None and (into.pipeline_id == pipeline.pk or into.pipeline.retired_at is not None):
        raise Refused(_("Choose a stage of another pipeline that is in use."))
    pipeline.retired_at = now
    pipeline.save(update_fields=["retired_at"])
    if into is None:
        return 0
    watched = list(
        Stage.objects.select_for_update(no_key=True).filter(pipeline=pipeline, kind__in=WATCHED_KINDS, retired_at__isnull=True).order_by("pk")
    )
    target = still_there(Stage.objects.select_for_update(no_key=True).filter(pk=into.pk).first())
    if target.retired_at is not None or target.kind not in WATCHED_KINDS:
        raise Refused(_("%(stage)s is not a stage these deals can go to. Choose an open one that is in use.") % {"stage": target.name})
    return sum(_retire(stage, target, by, now).deals for stage in watched)


@transaction.atomic
def use_stage_again(*, stage: Stage, by: User, now: datetime) -> Stage:
    """Take a retired stage into use again. Deals that went to another one stay there."""
    lock_pipeline(stage.pipeline)
    stage = still_there(Stage.objects.select_for_update().filter(pk=stage.pk).first())
    if stage.retired_at is None:
        raise Refused(_("%(stage)s is in use already.") % {"stage": stage.name})
    StageRetirement.objects.filter(stage=stage).delete()
    stage.retired_at = None
    stage.save(update_fields=["retired_at"])
    return stage


@transaction.atomic
def use_pipeline_again(*, pipeline: Pipeline, by: User, now: datetime) -> Pipeline:
    """Take a retired pipeline into use again, with the stages that were retired together with it."""
    pipeline = lock_pipeline(pipeline)
    if pipeline.retired_at is None:
        raise Refused(_("%(pipeline)s is in use already.") % {"pipeline": pipeline.name})
    together = Stage.objects.select_for_update().filter(pipeline=pipeline, retired_at=pipeline.retired_at).order_by("pk")
    for stage in list(together):
        use_stage_again(stage=stage, by=by, now=now)
    pipeline.retired_at = None
    pipeline.save(update_fields=["retired_at"])
    return pipeline


def begin(now: datetime) -> None:
    """Move the first batch at once; where there are more, a worker goes on, at the latest in a minute."""
    if clear(now, batches=1) == BATCH:
        transaction.on_commit(_hand_on)


def _hand_on() -> None:
    from deals.tasks import clear_stages

    try:
        clear_stages.delay()
    except (KombuError, CeleryError, OSError) as error:
        log.warning("deals of a retired stage wait for the next round", error=str(error))


def clear(now: datetime, *, batches: int | None = None) -> int:
    """Move deals out of retired stages, one batch a transaction, until none is left. Returns how many moved."""
    moved = 0
    while batches is None or batches > 0:
        done = _one_batch(now)
        if done is None:
            break
        moved += done
        batches = None if batches is None else batches - 1
    return moved


@transaction.atomic
def _one_batch(now: datetime) -> int | None:
    """Some deals of one retired stage; None where there is nothing to do, or others are at all of it."""
    waiting = StageRetirement.objects.filter(
        Exists(Deal.objects.filter(stage=OuterRef("stage"))), into__isnull=False, stage__retired_at__isnull=False
    )
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        retirement = StageRetirement.objects.select_for_update(skip_locked=True, of=("self",)).select_related("into").filter(pk=pk).first()
        if retirement is not None and (moved := _move_some(retirement, now)):
            return moved
    return None


def _move_some(retirement: StageRetirement, now: datetime) -> int:
    into = retirement.into
    if into is None:
        return 0
    with pghistory.context(user=retirement.asked_by_id), connection.cursor() as cursor:
        cursor.execute(TAKE, {"stage": retirement.stage_id, "batch": BATCH})
        asked: dict[str, Any] = {"ids": [row[0] for row in cursor.fetchall()], "into": into.pk, "pipeline": into.pipeline_id, "kind": into.kind}
        asked |= {"now": now, "by": retirement.asked_by_id}
        cursor.execute(SAY, asked)
        cursor.execute(PUT, asked)
        moved: int = cursor.rowcount
    retirement.moved += moved
    retirement.save(update_fields=["moved"])
    return moved


def _was_used(stage: Stage) -> bool:
    changes = StageChange.objects.filter(to_stage=stage) | StageChange.objects.filter(from_stage=stage)
    return Deal.objects.filter(stage=stage).exists() or changes.exists() or StageRetirement.objects.filter(into=stage).exists()


def _check_successor(stage: Stage, into: Stage | None, *, given: Stage | None) -> None:
    closed = stage.kind not in WATCHED_KINDS
    if given is None and closed:
        return
    if given is None:
        raise Refused(_("Say to which stage the deals go."))
    if into is None or into.pk == stage.pk or into.retired_at is not None:
        raise Refused(_("Choose another stage of the same pipeline that is in use."))
    if closed and into.kind != stage.kind:
        raise Refused(_("Deals that are %(kind)s stay so. Choose another stage of that kind.") % {"kind": StageKind(stage.kind).label})
    if not closed and into.kind not in WATCHED_KINDS:
        raise Refused(_("%(stage)s would close the deals. Choose an open stage; winning and losing is said deal by deal.") % {"stage": into.name})


def _retire(stage: Stage, into: Stage | None, by: User, now: datetime) -> StageRetirement:
    stage.retired_at = now
    stage.save(update_fields=["retired_at"])
    # What was to go here goes on to where this one's deals go.
    StageRetirement.objects.filter(into=stage).exclude(stage=into).update(into=into)
    deals = Deal.objects.filter(stage=stage).count() if into is not None else 0
    return StageRetirement.objects.create(stage=stage, into=into, asked_by=by, asked_at=now, deals=deals)
