"""What went to whom when somebody left."""

from __future__ import annotations

from django.db import models


class Bequest(models.Model):
    """So many of one kind (a key of :mod:`accounts.leaving`) passed from a leaver to an heir; without one, they ended.

    ``told_at``: since when the heir has had a notice of it.
    """

    leaver = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="bequests")
    heir = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(count__gt=0), name="bequest_of_something")]
        indexes = [models.Index(fields=["at"], condition=models.Q(told_at__isnull=True), name="bequest_to_tell")]

    def __str__(self) -> str:
        return f"{self.count} {self.kind} of {self.leaver_id} to {self.heir_id}"
