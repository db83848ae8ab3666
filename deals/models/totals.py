"""Running totals of the pipeline, so that a sum costs the same at ten deals and at a million."""

from __future__ import annotations

from django.db import models


class PipelineTotal(models.Model):
    """A change of the totals of one stage, owner and team; a total is the sum of its rows.

    A trigger on the deals writes the rows in the transaction of the change (``deals/migrations``): rows are only
    added, so writers never wait for each other. ``deals.totals.fold`` puts the rows of one place together.
    """

    stage = models.ForeignKey("deals.Stage", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False)
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False)
    deals = models.IntegerField()
    value = models.DecimalField(max_digits=28, decimal_places=2)  # base currency
    estimated = models.DecimalField(max_digits=28, decimal_places=2)  # the part of it that stands on list prices
    without_value = models.IntegerField()  # deals that name no amount, or one in a currency without a rate
    at_risk = models.IntegerField()  # deals with a raised signal

    def __str__(self) -> str:
        return f"{self.stage_id} {self.owner_id} {self.team_id}: {self.deals}"
