"""Learned rhythms: what the nightly query found in our own history."""

from __future__ import annotations

from django.db import models


class StageRhythm(models.Model):
    """How long deals that were won stayed in a stage, in calendar days."""

    stage = models.OneToOneField("deals.Stage", on_delete=models.CASCADE, related_name="rhythm")
    samples = models.PositiveIntegerField()
    p75_days = models.FloatField()
    learned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.stage_id} {self.p75_days}"


class PipelineRhythm(models.Model):
    """The longest time from opened to closed of any deal of a pipeline that was won, in calendar days."""

    pipeline = models.OneToOneField("deals.Pipeline", on_delete=models.CASCADE, related_name="rhythm")
    won = models.PositiveIntegerField()
    longest_won_days = models.PositiveIntegerField()
    learned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pipeline_id} {self.longest_won_days}"


class AccountRhythm(models.Model):
    """How long an account usually takes to answer: the 90th percentile in calendar hours."""

    account = models.OneToOneField("accounts.Account", on_delete=models.CASCADE, related_name="rhythm")
    samples = models.PositiveIntegerField()
    reply_p90_hours = models.FloatField()
    learned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.reply_p90_hours}"
