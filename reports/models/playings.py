"""What came of playing a story, kept so that a page needs to build nothing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Playing(models.Model):
    """One story played by one version of Salvor. ``digest`` names both: another file or other code is played anew.

    ``heartbeat_at``: a worker that plays it says so every few seconds; one that is silent has died, and it may be asked for again.
    ``asked_at`` names the run: asked for again it is another one, and what an older one finds counts no more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a worker")
        RUNNING = "running", _("Is being played")
        DONE = "done", _("Played")
        FAILED = "failed", _("Could not be played")

    story = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    steps_done = models.PositiveIntegerField(default=0)
    steps_total = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    # :class:`reports.replay.result.Played` as JSON.
    result = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "running", "done", "failed"]), name="playing_state_known"),
            models.CheckConstraint(condition=~Q(state="done") | Q(result__isnull=False), name="playing_done_has_its_result"),
        ]

    def __str__(self) -> str:
        return f"{self.story} {self.state}"

    @property
    def at_work(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)
