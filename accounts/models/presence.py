"""Who is away, who covers, and who has left."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Absence(models.Model):
    """A person is away from ``starts_at`` until ``ends_at`` (half open, UTC moments); ``cover`` answers meanwhile."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    cover = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="covers")
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=Q(cover__isnull=True) | ~Q(cover=F("user")), name="absence_cover_is_another"),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_at} - {self.ends_at}"


@pghistory.track(exclude=["carried_out_at"])
class Departure(models.Model):
    """A person leaves: from the end of ``last_day`` (in their team's time zone) nothing may wait for them.

    ``carried_out_at``: since when what ends with the last day has ended, and their manager knows what they still held.
    """

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="departure")
    last_day = models.DateField(_("last day"))
    leaves_at = models.DateTimeField(help_text="The moment last_day ends in the time zone of the person's team; the rules use this one.")
    mail_to = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    carried_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["leaves_at"], condition=Q(carried_out_at__isnull=True), name="departure_to_carry_out")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.last_day}"
