"""Interactions: the facts of contact."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import tracking


# Nobody deletes one: it is withdrawn. Only undoing a whole import does, and the import says so itself.
@pghistory.track(tracking.Came(), pghistory.UpdateEvent())
class Interaction(models.Model):
    """One fact of contact. Corrected or withdrawn, never silently rewritten (the history keeps every version).

    ``at`` is when it began, ``ends_at`` when it ended. The *moment of contact* (what every clock uses) is
    ``moment``: a mail's date, a call's end, a meeting's end when held; the database computes it.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("Mail")
        CALL = "call", _("Call")
        VOICEMAIL = "voicemail", _("Voicemail")
        MEETING = "meeting", _("Meeting")
        NOTE = "note", _("Note")

    class Direction(models.TextChoices):
        IN = "in", _("from them")
        OUT = "out", _("from us")
        INTERNAL = "internal", _("among us")

    class Outcome(models.TextChoices):
        NONE = "", _("none")
        CONNECTED = "connected", _("Spoke")
        NO_ANSWER = "no_answer", _("No answer")
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    # By deal and by contact: the indexes below, which also have them in the order they are shown in.
    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="interactions")
    account = models.ForeignKey("accounts.Account", on_delete=models.SET_NULL, null=True, blank=True, related_name="interactions")
    contact = models.ForeignKey("accounts.Contact", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="interactions")
    # Our person: who wrote or called, or to whom they did.
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="interactions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True, default=Outcome.NONE)
    # Said by a person; an automatic answer, a bounce or bulk mail starts and stops no clock.
    is_human = models.BooleanField(default=True)
    at = models.DateTimeField(_("when"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    moment = models.GeneratedField(expression=models.functions.Coalesce(F("ends_at"), F("at")), output_field=models.DateTimeField(), db_persist=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("words"), blank=True)
    external_id = models.CharField(max_length=300, null=True, blank=True, unique=True)
    imported_by = models.ForeignKey("deals.Import", on_delete=models.SET_NULL, null=True, blank=True, related_name="interactions_made")
    dates_shifted_by = models.PositiveIntegerField(default=0)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    # A person said that this message needs no answer.
    no_answer_needed_at = models.DateTimeField(null=True, blank=True)
    no_answer_needed_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Logged by mistake: kept, struck through, and counted nowhere.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["email", "call", "voicemail", "meeting", "note"]), name="interaction_kind_known"),
            models.CheckConstraint(condition=Q(direction__in=["in", "out", "internal"]), name="interaction_direction_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "connected", "no_answer", "planned", "held", "cancelled"]), name="interaction_outcome_known"
            ),
            models.CheckConstraint(condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("at")), name="interaction_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["deal", "-at", "-id"], name="interaction_timeline"),
            models.Index(fields=["contact", "deal", "-at"], name="interaction_of_contact"),
            models.Index(fields=["account", "-at"], condition=Q(account__isnull=False), name="interaction_of_account"),
            models.Index(fields=["user", "at"], condition=Q(kind="meeting", outcome="planned", withdrawn_at__isnull=True), name="meeting_planned_of"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.direction} {self.at}"
