"""What the jobs behind the pages did last: for health."""

from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """The last run of a job, by name; overwritten by the next one."""

    name = models.CharField(max_length=60, unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.started_at}"


class LookAgain(models.Model):
    """A request to look at many deals again: written with the change that made it needed, worked off by the
    sweep in batches, so that no web request rewrites a company's deals. Null stage or team: every one.
    With a currency: the deals whose value rests on its rates, closed ones too. With a product: those that stand on its
    list price; a trigger of the database asks for them when that changes."""

    stage = models.ForeignKey("deals.Stage", on_delete=models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, related_name="+")
    currency = models.CharField(max_length=3, blank=True)
    product = models.ForeignKey("deals.Product", on_delete=models.CASCADE, null=True, related_name="+")
    # Deals up to this id are done.
    after_id = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.stage_id} {self.team_id} after {self.after_id}"


class RuleFailure(models.Model):
    """A rule raised an exception on a deal: counted here, tried again an hour later, never in the sweep's way."""

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, related_name="rule_failures")
    rule = models.CharField(max_length=40)
    error = models.TextField()
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "rule"], name="rule_failure_once")]
        indexes = [models.Index(fields=["-last_at"])]

    def __str__(self) -> str:
        return f"{self.rule} on {self.deal_id}: {self.error}"
