"""Pipelines and their stages. Every change locks the pipeline's row first, so that two admins take turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.refusals import Refused
from deals.models import Deal, Pipeline, Stage, StageChange, StageKind
from deals.models.pipelines import CLOSED_KINDS
from deals.risk import again

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User

# Stages of a pipeline stand in this order; within a kind as an admin puts them.
ORDER = (StageKind.INQUIRY, StageKind.OPEN, StageKind.WON, StageKind.LOST)
# What a pipeline begins with where none is taken as its model: name, kind, chance.
PLAIN = ((gettext_lazy("Open"), StageKind.OPEN, 50), (gettext_lazy("Won"), StageKind.WON, 100), (gettext_lazy("Lost"), StageKind.LOST, 0))


@transaction.atomic
def create_pipeline(*, name: str, like: Pipeline | None, by: User, now: datetime) -> Pipeline:
    """A second way of selling, with the stages of ``like`` or an open, a won and a lost one."""
    _lock_all()
    _check_pipeline_name(name, None)
    last = Pipeline.objects.aggregate(last=Max("position"))["last"]
    pipeline = Pipeline.objects.create(name=name.strip(), position=0 if last is None else last + 1)
    stages: Sequence[tuple[str, str, int]] = [(str(words), kind.value, chance) for words, kind, chance in PLAIN]
    if like is not None:
        found = like.stages.filter(retired_at__isnull=True).order_by("position")
        stages = list(found.values_list("name", "kind", "probability"))
    for position, (stage_name, kind, probability) in enumerate(stages):
        Stage.objects.create(pipeline=pipeline, name=stage_name, kind=kind, probability=probability, position=position)
    return pipeline


@transaction.atomic
def edit_pipeline(*, pipeline: Pipeline, by: User, now: datetime, **changes: Any) -> Pipeline:
    """Change ``name``, or make it the default one (``is_default=True``): where deals begin when nobody says."""
    _lock_all()
    pipeline = Pipeline.objects.get(pk=pipeline.pk)
    if "name" in changes:
        _check_pipeline_name(changes["name"], pipeline)
        pipeline.name = changes["name"].strip()
    if changes.get("is_default") and not pipeline.is_default:
        if pipeline.retired_at is not None:
            raise Refused(_("%(pipeline)s is retired. Take it into use again first.") % {"pipeline": pipeline.name})
        Pipeline.objects.filter(is_default=True).update(is_default=False)
        pipeline.is_default = True
    elif changes.get("is_default") is False and pipeline.is_default:
        raise Refused(_("Deals need a pipeline to begin in. Make another one the default instead."))
    pipeline.save(update_fields=["name", "is_default"])
    return pipeline


@transaction.atomic
def add_stage(*, pipeline: Pipeline, name: str, kind: str, probability: int, by: User, now: datetime) -> Stage:
    """A stage more, behind the last one of its kind."""
    pipeline = lock_pipeline(pipeline)
    _check_stage_name(pipeline, name, None)
    stages = _in_order(pipeline)
    stage = Stage.objects.create(pipeline=pipeline, name=name.strip(), kind=kind, probability=probability, position=_beyond(stages))
    _number(_by_kind([*stages, stage]))
    return stage


@transaction.atomic
def edit_stage(*, stage: Stage, by: User, now: datetime, **changes: Any) -> Stage:
    """Change ``name``, ``probability`` (percent) or ``kind``. With the kind, the deals in it change their state.

    The kind is refused to and from won and lost once a deal was in the stage: closing and losing are acts of people, and
    history would say something else than what happened. Nor may the last stage of a kind that is needed become another.
    """
    pipeline = lock_pipeline(stage.pipeline)
    stages = _in_order(pipeline)
    stage = _mine(stages, stage)
    if "name" in changes:
        _check_stage_name(pipeline, changes["name"], stage)
        stage.name = changes["name"].strip()
    stage.probability = changes.get("probability", stage.probability)
    kind = changes.get("kind", stage.kind)
    if kind != stage.kind:
        _check_kind(stage, kind, stages)
        stage.kind = kind
        stage.save(update_fields=["name", "probability", "kind"])
        _number(_by_kind(stages))
        again.ask(stage_id=stage.pk, team_id=None, now=now)
    else:
        stage.save(update_fields=["name", "probability"])
    return stage


@transaction.atomic
def order_stages(*, pipeline: Pipeline, order: Sequence[int], by: User, now: datetime) -> None:
    """Put the stages in use into this order of their ids; stages of different kinds keep apart (``ORDER``).

    Ids that are no stages of the pipeline are left out, stages that are not named come behind: what two admins did at
    once ends in one order, not in an error.
    """
    pipeline = lock_pipeline(pipeline)
    stages = _in_order(pipeline)
    places = {pk: place for place, pk in reversed(list(enumerate(order)))}
    _number(_by_kind(sorted(stages, key=lambda stage: places.get(stage.pk, len(order)))))


@transaction.atomic
def shift_stage(*, stage: Stage, by_places: int, by: User, now: datetime) -> Stage:
    """One place up (-1) or down (1) among the stages of its kind that are in use; at the end of them nothing moves."""
    pipeline = lock_pipeline(stage.pipeline)
    stages = _in_order(pipeline)
    stage = _mine(stages, stage)
    peers = [one for one in stages if one.kind == stage.kind and one.retired_at is None]
    here = peers.index(stage) if stage in peers else 0
    there = here + by_places
    if stage in peers and 0 <= there < len(peers):
        peers[here], peers[there] = peers[there], peers[here]
        rest = iter(peers)
        _number([next(rest) if one in peers else one for one in stages])
    return stage


def lock_pipeline(pipeline: Pipeline) -> Pipeline:
    """The pipeline, locked for this transaction."""
    return Pipeline.objects.select_for_update(no_key=True).get(pk=pipeline.pk)


def lacks_without(stage: Stage, stages: Sequence[Stage]) -> str:
    """Why the pipeline needs this stage as it is, in words; empty where it does not."""
    if any(one.kind == stage.kind and one.pk != stage.pk and one.retired_at is None for one in stages):
        return ""
    return {
        StageKind.INQUIRY: _("%(stage)s is the only stage for inquiries: unsolicited requests begin there. Add another one first."),
        StageKind.OPEN: _("%(stage)s is the last open stage: deals need one to be in. Add another one first."),
        StageKind.WON: _("%(stage)s is the only stage for won deals. Add another one first."),
        StageKind.LOST: _("%(stage)s is the only stage for lost deals. Add another one first."),
    }[StageKind(stage.kind)] % {"stage": stage.name}


def _check_kind(stage: Stage, kind: str, stages: Sequence[Stage]) -> None:
    if stage.retired_at is not None:
        raise Refused(_("%(stage)s is retired. Take it into use again first.") % {"stage": stage.name})
    if lacking := lacks_without(stage, stages):
        raise Refused(lacking)
    closing = kind in CLOSED_KINDS or stage.kind in CLOSED_KINDS
    # No deal enters from here on until the transaction ends.
    Stage.objects.select_for_update().get(pk=stage.pk)
    if closing and (Deal.objects.filter(stage=stage).exists() or StageChange.objects.filter(to_stage=stage).exists()):
        raise Refused(
            _("Deals are, or were, in %(stage)s: making it %(kind)s would close or reopen them all. Add a new stage and retire this one.")
            % {"stage": stage.name, "kind": StageKind(kind).label}
        )


def _in_order(pipeline: Pipeline) -> list[Stage]:
    return list(pipeline.stages.order_by("position", "pk"))


def _mine(stages: Sequence[Stage], stage: Stage) -> Stage:
    found = next((one for one in stages if one.pk == stage.pk), None)
    if found is None:
        raise Refused(_("It is gone already."))
    return found


def _beyond(stages: Sequence[Stage]) -> int:
    return max((stage.position for stage in stages), default=-1) + 1


def _by_kind(stages: Sequence[Stage]) -> list[Stage]:
    return sorted(stages, key=lambda stage: ORDER.index(StageKind(stage.kind)))


def _number(stages: Sequence[Stage]) -> None:
    """Positions from 0 on. The database looks at them when the transaction ends, so stages may change places."""
    for position, stage in enumerate(stages):
        if stage.position != position:
            stage.position = position
            stage.save(update_fields=["position"])


def _lock_all() -> None:
    """Names and the default are about all pipelines."""
    list(Pipeline.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _check_pipeline_name(name: str, pipeline: Pipeline | None) -> None:
    if not name.strip():
        raise Refused(_("A pipeline needs a name."))
    if any(one != pipeline for one in Pipeline.objects.filter(name__iexact=name.strip())):
        raise Refused(_("There is already a pipeline %(name)s. Give it another name.") % {"name": name.strip()})


def _check_stage_name(pipeline: Pipeline, name: str, stage: Stage | None) -> None:
    if not name.strip():
        raise Refused(_("A stage needs a name."))
    same = next((one for one in Stage.objects.filter(pipeline=pipeline, name__iexact=name.strip()) if one != stage), None)
    if same is not None and same.retired_at is not None:
        raise Refused(_("%(name)s is a retired stage of this pipeline. Take it into use again, or choose another name.") % {"name": same.name})
    if same is not None:
        raise Refused(_("There is already a stage %(name)s in this pipeline. Give it another name.") % {"name": same.name})
