"""Reasons for losing a deal: a table, so that a company can use its own words."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class LossReason(models.TextChoices):
    """The reasons Salvor comes with, by their keys. *Not recorded* is what an import brings that says nothing."""

    PRICE = "price", _("Our price")
    PRODUCT = "product", _("Our product lacked something")
    COVERAGE = "coverage", _("We could not serve them there")
    TIMING = "timing", _("Not the right time")
    BUDGET = "budget", _("No budget")
    PRIORITY = "priority", _("Other priorities")
    OUR_PERSON = "our_person", _("Our person")
    OUR_SILENCE = "our_silence", _("We were too slow or silent")
    CONTACT_GONE = "contact_gone", _("Our contact left or moved")
    LOYAL_TO_COMPETITOR = "loyal_to_competitor", _("Loyal to another vendor")
    OTHER = "other", _("Something else")
    NOT_RECORDED = "not_recorded", _("Not recorded")


class Ending(models.TextChoices):
    """What would end a reason: the change, on our side or theirs, after which it is worth asking again."""

    OUR_PRICE = "our_price", _("Our price changes")
    OUR_PRODUCT = "our_product", _("Our product gets what it lacked")
    OUR_COVERAGE = "our_coverage", _("We begin to serve them there")
    OUR_PERSON = "our_person", _("Somebody else of ours takes over")
    THEIR_TIMING = "their_timing", _("Their time comes")
    THEIR_BUDGET = "their_budget", _("They have a budget")
    THEIR_PRIORITY = "their_priority", _("Their priorities change")
    THEIR_PERSON = "their_person", _("Somebody else decides there")
    THEIR_VENDOR = "their_vendor", _("Their vendor lets them down, or the contract ends")
    NOT_KNOWN = "not_known", _("Not known")


@pghistory.track()
class Reason(models.Model):
    """One reason a loss may name, by its ``key``. Losses keep the keys; the database lets them name no other ones."""

    key = models.CharField(max_length=24, unique=True)
    # Empty: Salvor's own words for a built-in reason, in the reader's language.
    name = models.CharField(_("name"), max_length=80, blank=True)
    ended_by = models.CharField(_("what would end it"), max_length=16, choices=Ending, default=Ending.NOT_KNOWN)
    position = models.PositiveSmallIntegerField(default=0)
    # Since when nobody may give it any more; losses that named it keep it.
    retired_at = models.DateTimeField(null=True, blank=True)
    builtin = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), condition=~Q(name=""), name="reason_name_once"),
            models.UniqueConstraint(fields=["position"], name="reason_position_once", deferrable=models.Deferrable.DEFERRED),
            models.CheckConstraint(condition=Q(builtin=True) | ~Q(name=""), name="reason_has_a_name"),
            models.CheckConstraint(condition=Q(ended_by__in=Ending.values), name="reason_ending_known"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        return self.name or str(LossReason(self.key).label)
