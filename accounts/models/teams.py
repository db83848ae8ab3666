"""The tree of teams."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.querysets import TeamQuerySet


@pghistory.track()
class Team(models.Model):
    """A team of ours with its manager and working calendar; without a calendar it works as its parent does."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    manager = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="managed_teams")
    calendar = models.ForeignKey("accounts.WorkingCalendar", on_delete=models.PROTECT, null=True, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")), name="team_not_its_own_parent"),
            models.UniqueConstraint("parent", Lower("name"), nulls_distinct=False, name="team_name_once_per_parent"),
        ]

    def __str__(self) -> str:
        return self.name
