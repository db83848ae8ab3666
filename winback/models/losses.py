"""The loss: the record of one losing, its own row, kept when the deal is revived."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Loss(models.Model):
    """One losing of one deal. The database refuses a lost deal without one (see the migration's trigger)."""

    class Kind(models.TextChoices):
        COMPETITOR = "competitor", _("They chose another vendor")
        NO_DECISION = "no_decision", _("They decided nothing")
        NOT_INVITED = "not_invited", _("We were not invited")
        LAPSED = "lapsed", _("A customer let it lapse")
        DECLINED_BY_US = "declined_by_us", _("We declined")
        NOT_RECORDED = "not_recorded", _("Not recorded")

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, related_name="losses")
    kind = models.CharField(_("how it was lost"), max_length=16, choices=Kind)
    # Keys of :class:`winback.models.Reason`; a trigger refuses any other (see the migration).
    reasons = ArrayField(models.CharField(max_length=24), verbose_name=_("reasons"))
    competitor = models.CharField(_("the other vendor"), max_length=150, blank=True)
    customer_words = models.TextField(_("the customer's words"), blank=True)
    our_view = models.TextField(_("our view"), blank=True)
    lost_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reasons__len__gt=0), name="loss_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=["competitor", "no_decision", "not_invited", "lapsed", "declined_by_us", "not_recorded"]), name="loss_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["deal", "-lost_at"])]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.kind}"

    @cached_property
    def reason_names(self) -> list[str]:
        """The reasons in words, in the order they were given. One query, unless ``winback.reasons.put_names`` was asked before."""
        from winback.reasons import names_of

        return names_of(self.reasons)
