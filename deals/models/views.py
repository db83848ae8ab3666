"""Saved views: a set of filters under a name, private or shared, and the one a person starts with."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from deals.querysets import SavedViewQuerySet


@pghistory.track()
class SavedView(models.Model):
    """What a screen of deals was narrowed to, as its address says it, kept under a name."""

    class Screen(models.TextChoices):
        BOARD = "board", _("Board")
        LIST = "list", _("List")
        FORECAST = "forecast", _("Forecast")
        RISK_DESK = "risk-desk", _("Risk desk")

    class Sharing(models.TextChoices):
        PRIVATE = "private", _("Only me")
        TEAM = "team", _("My team, with all below")
        EVERYBODY = "everybody", _("Everybody")

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=80)
    screen = models.CharField(_("screen"), max_length=10, choices=Screen)
    # Everything after the question mark but the page: filters, order, columns.
    query = models.CharField(max_length=2000, blank=True)
    sharing = models.CharField(_("who sees it"), max_length=10, choices=Sharing, default=Sharing.PRIVATE)
    # The team it is shared with (its own when it was shared); what one sees through it is still one's own sight.
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
            models.CheckConstraint(condition=Q(screen__in=["board", "list", "forecast", "risk-desk"]), name="saved_view_screen_known"),
            models.CheckConstraint(condition=Q(sharing__in=["private", "team", "everybody"]), name="saved_view_sharing_known"),
            models.CheckConstraint(condition=~Q(sharing="team") | Q(team__isnull=False), name="saved_view_shared_with_a_team"),
        ]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class StartPage(models.Model):
    """The saved view a person's day begins with; nobody has one until they choose it."""

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="start_page")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.user_id} {self.view_id}"
