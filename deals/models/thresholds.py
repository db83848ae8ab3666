"""Limits of the rules where a team or a stage wants other ones than the defaults in :mod:`deals.risk.policy`."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Threshold(models.Model):
    """One number for one setting of the policy, for a stage, a team (and all below it), both or the company.

    The most particular row wins: the nearest team up the tree that has one for the stage, then the
    nearest that has one for every stage, then the stage's, then the company's, then the default.
    """

    setting = models.CharField(_("setting"), max_length=40)
    stage = models.ForeignKey("deals.Stage", on_delete=models.CASCADE, null=True, blank=True, related_name="thresholds")
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="thresholds")
    # In the unit of the setting: working hours or working days (8 h), a count, or days; see deals.risk.policy.SETTINGS.
    value = models.DecimalField(_("value"), max_digits=8, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["setting", "stage", "team"], nulls_distinct=False, name="threshold_once"),
            models.CheckConstraint(condition=Q(value__gt=0), name="threshold_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.setting} {self.value}"
