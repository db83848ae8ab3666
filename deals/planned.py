"""What is planned on a deal: its next step, and what people are reminded of. One query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import BigIntegerField, CharField, Value

from accounts.prepared import Given, prepare
from deals.models import NextStep, Task

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.prepared import Statement
    from deals.models import Deal

AT_MOST = 20


class Planned(NamedTuple):
    """``kind``: step, or the kind of a task; ``assignee``: of a task, whose it is."""

    kind: str
    pk: int
    what: str
    due_at: datetime
    assignee_id: int | None
    assignee: str


def planned_on(deal: Deal) -> tuple[Planned | None, list[Planned]]:
    """The current next step, and the open tasks, the next first. A task that came with a signal is what the signal says."""
    found = sorted((Planned(*row) for row in _planned().rows(deal=deal.pk)), key=lambda one: one.due_at)
    return next((one for one in found if one.kind == "step"), None), [one for one in found if one.kind != "step"]


@cache
def _planned() -> Statement:
    nobody, no_name = Value(None, output_field=BigIntegerField()), Value("", output_field=CharField())
    steps = NextStep.objects.filter(deal_id=Given("deal"), ended_at__isnull=True)
    tasks = Task.objects.filter(deal_id=Given("deal"), ended_at__isnull=True, signal__isnull=True).order_by("due_at")[:AT_MOST]
    both = steps.values_list(Value("step"), "pk", "what", "due_at", nobody, no_name).union(
        tasks.values_list("kind", "pk", "title", "due_at", "assignee_id", "assignee__name"), all=True
    )
    return prepare(both, planned=True)
