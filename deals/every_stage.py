"""All stages there are: few enough to be read whole, and every list and board needs them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.db import DEFAULT_DB_ALIAS

from accounts.prepared import prepare
from deals.models import Pipeline, Stage

if TYPE_CHECKING:
    from accounts.prepared import Statement


def every_stage() -> list[Stage]:
    """With their pipelines, in the order of both. One query."""
    pipelines: dict[int, Pipeline] = {}
    found = []
    for row in _stages().rows():
        stage = Stage.from_db(DEFAULT_DB_ALIAS, _columns(Stage), row[: len(_columns(Stage))])
        if stage.pipeline_id not in pipelines:
            pipelines[stage.pipeline_id] = Pipeline.from_db(DEFAULT_DB_ALIAS, _columns(Pipeline), row[len(_columns(Stage)) :])
        stage.pipeline = pipelines[stage.pipeline_id]
        found.append(stage)
    return found


@cache
def _columns(model: type[Stage | Pipeline]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _stages() -> Statement:
    stages = Stage.objects.order_by("pipeline__position", "pipeline_id", "position", "pk")
    return prepare(stages.values_list(*_columns(Stage), *(f"pipeline__{name}" for name in _columns(Pipeline))), planned=True)
