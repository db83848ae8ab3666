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
        MISSED_BY_US = "missed_by_us", _("We were not there")
        MISSED_BY_THEM = "missed_by_them", _("They were not there")
        CANCELLED_BY_US = "cancelled_by_us", _("We called it off")
        CANCELLED_BY_THEM = "cancelled_by_them", _("They called it off")
        # Nobody knows by whom.
        CANCELLED = "cancelled", _("Cancelled")
        # It took place, or will, at another time: the meeting that ``follows`` this one.
        MOVED = "moved", _("Moved to another time")

    # What did not take place, or not yet: nothing was said in it.
    NOTHING_SAID = (
        Outcome.NO_ANSWER, Outcome.PLANNED, Outcome.MISSED_BY_US, Outcome.MISSED_BY_THEM,
        Outcome.CANCELLED_BY_US, Outcome.CANCELLED_BY_THEM, Outcome.CANCELLED, Outcome.MOVED,
    )  # fmt: skip
    # Of a meeting that was called off, whoever did it.
    CALLED_OFF = (Outcome.CANCELLED_BY_US, Outcome.CANCELLED_BY_THEM, Outcome.CANCELLED)

    # By deal and by contact: the indexes below, which also have them in the order they are shown in.
    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="interactions")
    account = models.ForeignKey("accounts.Account", on_delete=models.SET_NULL, null=True, blank=True, related_name="interactions")
    contact = models.ForeignKey("accounts.Contact", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="interactions")
    # Our person: who wrote or called, or to whom they did.
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="interactions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True, default=Outcome.NONE)
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
    # Others of theirs who were in it or got it: in copy, further guests.
    others = models.ManyToManyField("accounts.Contact", related_name="also_in", blank=True)
    # Of a meeting: who said how it went and when; since when somebody of ours has been asked.
    outcome_said_at = models.DateTimeField(null=True, blank=True)
    outcome_said_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    # Of a meeting that we missed: recorded by a person, on the meeting it is for. A mail that offers a new date is none.
    apologised_at = models.DateTimeField(null=True, blank=True)
    apologised_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    apology = models.TextField(_("how we apologised"), blank=True)
    # The meeting that this one is the new date for.
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="followed_by")
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
                condition=Q(
                    outcome__in=[
                        "",
                        "connected",
                        "no_answer",
                        "planned",
                        "held",
                        "missed_by_us",
                        "missed_by_them",
                        "cancelled_by_us",
                        "cancelled_by_them",
                        "cancelled",
                        "moved",
                    ]
                ),
                name="interaction_outcome_known",
            ),
            models.CheckConstraint(condition=Q(apologised_at__isnull=True) | Q(outcome="missed_by_us"), name="interaction_apology_for_a_missed_one"),
            models.CheckConstraint(condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("at")), name="interaction_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["deal", "-at", "-id"], name="interaction_timeline"),
            models.Index(fields=["contact", "deal", "-at"], name="interaction_of_contact"),
            models.Index(fields=["account", "-at"], condition=Q(account__isnull=False), name="interaction_of_account"),
            models.Index(fields=["user", "at"], condition=Q(kind="meeting", outcome="planned", withdrawn_at__isnull=True), name="meeting_planned_of"),
            models.Index(
                fields=["moment"],
                condition=Q(kind="meeting", outcome="planned", withdrawn_at__isnull=True, asked_at__isnull=True),
                name="meeting_to_ask_about",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.direction} {self.at}"
