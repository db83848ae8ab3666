"""Stages that go, and where their deals go."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class StageRetirement(models.Model):
    """What happens to the deals of a retired stage: they go ``into`` another one, in batches, or stay where they are.

    Kept as long as the stage is retired: whatever comes into it late (a long import, an import undone) follows, and a
    file that names it means the stage its deals went to.
    """

    stage = models.OneToOneField("deals.Stage", on_delete=models.CASCADE, related_name="retirement")
    # Null: its deals stay where they are (closed ones, which keep the name of the stage).
    into = models.ForeignKey("deals.Stage", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    # How many deals were in it when it was asked for, and how many have moved.
    deals = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(into__isnull=True) | ~Q(into=F("stage")), name="stage_retires_into_another")]

    def __str__(self) -> str:
        return f"{self.stage_id} into {self.into_id}"
