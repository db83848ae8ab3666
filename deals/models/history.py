"""What moved: stages and expected close dates."""

from __future__ import annotations

from django.db import models


class StageChange(models.Model):
    """A deal entered a stage at a moment. The first row of a deal has no ``from_stage``.

    ``rearranged``: the stage it stood in was retired, and all its deals were put into another one. No step of the deal:
    it counts as no move forward, and the deal's time in the stage runs on.
    """

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, db_index=False, related_name="stage_changes")
    from_stage = models.ForeignKey("deals.Stage", on_delete=models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey("deals.Stage", on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, db_index=False, related_name="+")
    rearranged = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["deal", "at"])]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.to_stage_id} {self.at}"


class CloseDateChange(models.Model):
    """The expected close date was changed from one date to another."""

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, db_index=False, related_name="close_date_changes")
    old = models.DateField(null=True)
    new = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, db_index=False, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["deal", "at"])]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.old} {self.new}"
