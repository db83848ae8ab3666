"""What we do next: the deal's next step, and tasks of a person."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import tracking


@pghistory.track(
    tracking.Came(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["owner"])),
    pghistory.DeleteEvent(),
    exclude=["owner"],
)
class NextStep(models.Model):
    """The dated thing we do next on a deal; at most one of a deal is current (neither done nor replaced)."""

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, db_index=False, related_name="next_steps")
    # The deal's, kept by the database's triggers: what somebody has to do next, by day, is told by one index. No event of its history.
    owner = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, editable=False, db_index=False, related_name="+")
    what = models.CharField(_("what"), max_length=250)
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    # When it was done or replaced by another one.
    ended_at = models.DateTimeField(null=True, blank=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal"], condition=Q(ended_at__isnull=True), name="next_step_one_current"),
            models.CheckConstraint(condition=~Q(what=""), name="next_step_says_what"),
        ]
        indexes = [
            models.Index(fields=["deal", "-due_at"]),
            models.Index(fields=["owner", "due_at"], condition=Q(ended_at__isnull=True), name="next_step_open_of_owner"),
        ]

    def __str__(self) -> str:
        return self.what


@pghistory.track()
class Task(models.Model):
    """A duty of one person. Tasks that come with a signal end with it, and the other way round."""

    class Kind(models.TextChoices):
        TODO = "todo", _("To do")
        NAME_NEXT_STEP = "name_next_step", _("Name the next step")
        ANSWER_OR_PASS_ON = "answer_or_pass_on", _("Answer or pass on")
        CONFIRM_MEETING = "confirm_meeting", _("Say how the meeting went")
        APOLOGISE = "apologise", _("Apologise for the missed meeting")
        REBOOK = "rebook", _("Agree on a new date")
        # Somebody asks to pass on a deal that was brought to us, or of a customer (winback).
        DECIDE_DECLINE = "decide_decline", _("Say whether we decline it")
        # It was approved, and is to be said by phone.
        CALL_AND_DECLINE = "call_and_decline", _("Call them and decline it")

    kind = models.CharField(max_length=30, choices=Kind, default=Kind.TODO)
    title = models.CharField(_("what"), max_length=250)
    assignee = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="tasks")
    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    signal = models.ForeignKey("deals.RiskSignal", on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks")
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["signal", "kind", "assignee"], condition=Q(ended_at__isnull=True, signal__isnull=False), name="task_once_per_signal"
            ),
        ]
        indexes = [models.Index(fields=["assignee", "due_at"], condition=Q(ended_at__isnull=True), name="task_open_of_person")]

    def __str__(self) -> str:
        return self.title
