"""Pipelines, their stages by kind, and products."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class StageKind(models.TextChoices):
    INQUIRY = "inquiry", _("Inquiry")
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


WATCHED_KINDS = (StageKind.INQUIRY, StageKind.OPEN)
CLOSED_KINDS = (StageKind.WON, StageKind.LOST)


def base_currency() -> str:
    return settings.BASE_CURRENCY


@pghistory.track()
class Pipeline(models.Model):
    """One way of selling: a row of stages."""

    name = models.CharField(_("name"), max_length=120)
    is_default = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    # Since when nothing new begins in it; its deals of old keep it.
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="pipeline_name_once"),
            models.CheckConstraint(condition=Q(is_default=False) | Q(retired_at__isnull=True), name="pipeline_default_is_in_use"),
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="pipeline_one_default"),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class StageQuerySet(models.QuerySet["Stage"]):
    def in_use(self) -> StageQuerySet:
        """Stages that a deal may enter: not retired."""
        return self.filter(retired_at__isnull=True)

    def to_open_in(self) -> StageQuerySet:
        """Stages a new deal may begin in: watched ones in use, of pipelines in use, in their order."""
        found = self.in_use().filter(kind__in=WATCHED_KINDS, pipeline__retired_at__isnull=True)
        return found.order_by("-pipeline__is_default", "pipeline__position", "pipeline_id", "position")


@pghistory.track()
class Stage(models.Model):
    """A step of a pipeline. ``position`` orders it; a move to a higher position is a move forward."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=StageKind, default=StageKind.OPEN)
    position = models.PositiveSmallIntegerField(default=0)
    # Percent; how many of the deals in this stage are won in the end, as the company guesses it.
    probability = models.PositiveSmallIntegerField(_("chance in percent"), default=0)
    # Since when no deal may enter it; the history of deals that went through it keeps its name.
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = StageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("pipeline", Lower("name"), name="stage_name_once_per_pipeline"),
            # Checked when the transaction ends, so that stages can change places.
            models.UniqueConstraint(fields=["pipeline", "position"], name="stage_position_once", deferrable=models.Deferrable.DEFERRED),
            # Target of the composite key that keeps Deal.status and Deal.pipeline true to the stage.
            models.UniqueConstraint(fields=["id", "pipeline", "kind"], name="stage_identity"),
            models.CheckConstraint(condition=Q(kind__in=StageKind.values), name="stage_kind_known"),
            models.CheckConstraint(condition=Q(probability__lte=100), name="stage_probability_percent"),
        ]
        ordering = ["pipeline_id", "position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_watched(self) -> bool:
        """Its deals are inquiries or open."""
        return self.kind in WATCHED_KINDS


@pghistory.track()
class Product(models.Model):
    """Something we sell, with its list price."""

    name = models.CharField(_("name"), max_length=150)
    # The name without spaces, signs and case: how an export's "GTXPro" finds "GTX Pro".
    name_key = models.CharField(max_length=150, unique=True)
    series = models.CharField(_("series"), max_length=120, blank=True)
    list_price = models.DecimalField(_("list price"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default=base_currency)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="product_has_a_name")]

    def __str__(self) -> str:
        return self.name
