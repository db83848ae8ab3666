"""Which stage each value of a stage column means: those of a pipeline that has them all, or of a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import F, Max
from django.utils.translation import gettext as _

from deals.intake.files.names import key
from deals.intake.files.presets import PRESETS
from deals.intake.files.stages import LONGEST_NAME, StageSeen, draft, kind_of, rank_of, stage_key
from deals.models import ImportRow, Pipeline, Stage, StageKind

if TYPE_CHECKING:
    from deals.services.imports.frame import Frame


@dataclass(slots=True)
class Choice:
    """The stages for one value of the pipeline column. ``made`` are rows to save first; ``entry`` is the open stage

    in which the day a deal was opened lies, where the file leaves no doubt; its won deals teach how long that stage takes.
    """

    pipeline: Pipeline
    by_value: dict[str, Stage] = field(default_factory=dict)
    won: Stage | None = None
    lost: Stage | None = None
    entry: Stage | None = None
    made: list[Pipeline | Stage] = field(default_factory=list)


def choose(frame: Frame) -> dict[str, Choice]:
    """By value of the pipeline column ('' where there is none). Reads only."""
    stages: dict[int, list[Stage]] = {}
    in_use = Stage.objects.in_use().filter(pipeline__retired_at__isnull=True)
    for stage in in_use.select_related("pipeline").order_by("pipeline__position", "pipeline_id", "position", "id"):
        stages.setdefault(stage.pipeline_id, []).append(stage)
    gone = successors()
    choices: dict[str, Choice] = {}
    for pipeline_value, values in frame.plan.stages.items():
        seen = [one for one in values.values() if one.name]
        choices[pipeline_value] = (
            _existing(pipeline_value, seen, stages, gone)
            or _extended(frame, pipeline_value, seen, stages, gone)
            or _new(frame, pipeline_value, seen, stages)
        )
        choices[pipeline_value].entry = _entry(seen, choices[pipeline_value])
    return choices


def successors() -> dict[int, dict[str, int | None]]:
    """By pipeline and key of its name, what a retired stage means in a file: the id of the stage its deals went to, or None."""
    found: dict[int, dict[str, int | None]] = {}
    for pipeline_id, name, into in Stage.objects.filter(retired_at__isnull=False).values_list("pipeline_id", "name", "retirement__into"):
        found.setdefault(pipeline_id, {})[key(name)] = into
    return found


def _existing(name: str, seen: list[StageSeen], stages: dict[int, list[Stage]], gone: dict[int, dict[str, int | None]]) -> Choice | None:
    """The pipeline that has every value; one that bears the name in the file before any other, then the closest fit."""
    fits = [
        choice
        for of_one in stages.values()
        if (choice := _fit(seen, of_one, gone)) and (not name or _same(of_one[0].pipeline, name) or not _named(name, stages))
    ]
    if not fits:
        return None
    return min(fits, key=lambda choice: (not _same(choice.pipeline, name), len(stages[choice.pipeline.pk]) - len(choice.by_value)))


def _fit(seen: list[StageSeen], of_one: list[Stage], gone: dict[int, dict[str, int | None]]) -> Choice | None:
    by_key = {key(stage.name): stage for stage in of_one if stage.kind != StageKind.INQUIRY}
    by_id = {stage.pk: stage for stage in by_key.values()}
    for name, into in gone.get(of_one[0].pipeline_id, {}).items():
        if into in by_id:
            by_key.setdefault(name, by_id[into])
    won, lost = (next((stage for stage in of_one if stage.kind == kind), None) for kind in (StageKind.WON, StageKind.LOST))
    choice = Choice(of_one[0].pipeline, won=won, lost=lost)
    for one in seen:
        stage = by_key.get(stage_key(one.name))
        if stage is None and one.kind in ("won", "lost"):
            stage = won if one.kind == "won" else lost
        if stage is None or (one.kind is not None and stage.kind != one.kind):
            return None
        choice.by_value[one.name] = stage
    return choice


def _same(pipeline: Pipeline, name: str) -> bool:
    return bool(name) and key(pipeline.name) == key(name)


def _named(name: str, stages: dict[int, list[Stage]]) -> bool:
    return any(_same(of_one[0].pipeline, name) for of_one in stages.values())


def _extended(
    frame: Frame, pipeline_value: str, seen: list[StageSeen], stages: dict[int, list[Stage]], gone: dict[int, dict[str, int | None]]
) -> Choice | None:
    """A pipeline of the name this import would give, that has at least half of the open values: the others are added to it."""
    name = _name(frame, pipeline_value)
    of_one = next((of_one for of_one in stages.values() if _same(of_one[0].pipeline, name)), None)
    if of_one is None:
        return None
    retired = gone.get(of_one[0].pipeline_id, {})
    known = {key(stage.name) for stage in of_one if stage.kind == StageKind.OPEN} | {name for name, into in retired.items() if into is not None}
    open_seen = [one for one in seen if one.kind == "open"]
    lacking = [one for one in open_seen if stage_key(one.name) not in known]
    # The name of a stage that is retired without a successor is taken, and cannot be made once more.
    if not open_seen or len(lacking) * 2 > len(open_seen) or any(stage_key(one.name) in retired for one in lacking):
        return None
    position = max((stage.position for stage in of_one if stage.kind == StageKind.OPEN), default=0)
    added = [
        Stage(pipeline=of_one[0].pipeline, name=one.name[:LONGEST_NAME], kind="open", position=position + place, probability=50)
        for place, one in enumerate(sorted(lacking, key=lambda one: rank_of(one.name)), start=1)
    ]
    choice = _fit(seen, [*of_one, *added], gone)
    if choice is not None:
        choice.made = list(added)
    return choice


def _new(frame: Frame, pipeline_value: str, seen: list[StageSeen], stages: dict[int, list[Stage]]) -> Choice:
    wanted = draft(_name(frame, pipeline_value), [one for one in seen if one.kind is not None])
    taken = {name.lower() for name in Pipeline.objects.values_list("name", flat=True)}
    taken |= {of_one[0].pipeline.name.lower() for of_one in stages.values()}
    name, number = wanted.name, 2
    while name.lower() in taken:
        name, number = f"{wanted.name} ({number})", number + 1
    pipeline = Pipeline(name=name, position=(Pipeline.objects.aggregate(last=Max("position"))["last"] or 0) + 1)
    made = [
        Stage(pipeline=pipeline, name=one.name, kind=one.kind, position=place, probability=one.probability) for place, one in enumerate(wanted.stages)
    ]
    choice = _fit([one for one in seen if one.kind is not None], made, {})
    if choice is None:  # two values with one key and different kinds
        choice = Choice(
            pipeline, won=next(stage for stage in made if stage.kind == "won"), lost=next(stage for stage in made if stage.kind == "lost")
        )
        choice.by_value = {one.name: next(stage for stage in made if key(stage.name) == stage_key(one.name)) for one in seen if one.kind is not None}
    choice.pipeline = pipeline
    choice.made = [pipeline, *made]
    stages[-len(stages) - 1] = made
    return choice


def _name(frame: Frame, pipeline_value: str) -> str:
    """As the file's pipeline column says, else the CRM it came from, else the file."""
    if pipeline_value:
        return pipeline_value[:100]
    if frame.plan.preset:
        return PRESETS[frame.plan.preset].label
    words = re.sub(r"[\s_\-.]+", " ", frame.file_name.rpartition(".")[0] or frame.file_name).strip()
    return (words[:1].upper() + words[1:])[:100] or _("Imported")


def _entry(seen: list[StageSeen], choice: Choice) -> Stage | None:
    """The last open stage, if it alone among the open values has deals with the day they were opened."""
    dated = [
        choice.by_value[one.name] for one in seen if one.dated and one.name in choice.by_value and choice.by_value[one.name].kind == StageKind.OPEN
    ]
    open_stages = {stage.position: stage for stage in choice.by_value.values() if stage.kind == StageKind.OPEN}
    last = open_stages[max(open_stages)] if open_stages else None
    return last if dated and all(stage is last for stage in dated) else None


def save(choices: dict[str, Choice], import_id: int) -> None:
    """Make what has to be made; each with a row of the import, so that undoing takes it away."""
    rows: list[ImportRow] = []
    for choice in choices.values():
        make_room([one for one in choice.made if isinstance(one, Stage)])
        for one in choice.made:
            if isinstance(one, Stage):
                one.pipeline_id = one.pipeline.pk
            one.save()
            rows.append(ImportRow(imported_id=import_id, line=1, result="created", model=one._meta.label_lower, object_id=one.pk))
        choice.made = []
    ImportRow.objects.bulk_create(rows)


def make_room(added: list[Stage]) -> None:
    """The stages behind those that come into a pipeline move up; new pipelines have theirs in order already."""
    if not added or added[0].pipeline.pk is None:
        return
    pipeline = Pipeline.objects.select_for_update(no_key=True).get(pk=added[0].pipeline.pk)
    first = min(stage.position for stage in added)
    pipeline.stages.filter(position__gte=first).update(position=F("position") + len(added))


def stage_for(choice: Choice, value: str, outcome: str) -> Stage | None:
    """The stage of one row; what flags beside it say of won, lost or open goes before the word."""
    stage = choice.by_value.get(value)
    if outcome in ("won", "lost") and (stage is None or stage.kind != outcome):
        return choice.won if outcome == "won" else choice.lost
    return stage if stage is not None or kind_of(value) is None or value else None
