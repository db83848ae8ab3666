"""Mail that people write here: an outbox that survives a dead server and never sends twice, and templates."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.mail_querysets import OutgoingQuerySet, TemplateQuerySet


class OutgoingMail(models.Model):
    """One message to be sent. Waiting -> sending -> sent, failed or unknown; or cancelled while it waits.

    ``sending`` is committed before the server is told anything, ``sent`` after it took the message. A worker that dies between
    the two leaves ``sending`` behind; once ``claimed_at`` is old it becomes ``unknown``, and a person decides: it may have gone.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("On its way")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        UNKNOWN = "unknown", _("Perhaps sent")
        CANCELLED = "cancelled", _("Taken back")

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, related_name="outgoing")
    contact = models.ForeignKey("accounts.Contact", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="outgoing")
    answers = models.ForeignKey("deals.MailMessage", on_delete=models.SET_NULL, null=True, blank=True, related_name="answers")
    message_id = models.CharField(max_length=300, unique=True)  # our own, with its angle brackets
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = ArrayField(models.CharField(max_length=998), default=list)
    to = ArrayField(models.CharField(max_length=320))
    cc = ArrayField(models.CharField(max_length=320), default=list)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("words"))
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    send_at = models.DateTimeField()  # when its author wants it to go; ten seconds are left to take it back
    next_try_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    # What a person said of one whose fate was unknown.
    decided_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    interaction = models.OneToOneField("deals.Interaction", on_delete=models.SET_NULL, null=True, blank=True, related_name="outgoing")

    objects = OutgoingQuerySet.as_manager()

    # What its author still waits for, or has to decide.
    OPEN = (State.WAITING, State.SENDING, State.FAILED, State.UNKNOWN)
    # Nobody has got it, so its words may change, and it may be taken back.
    OPEN_TO_CHANGE = (State.WAITING, State.FAILED, State.CANCELLED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "failed", "unknown", "cancelled"]), name="outgoing_state_known"
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="outgoing_sent_has_moment"),
            models.CheckConstraint(condition=~Q(state="sending") | Q(claimed_at__isnull=False), name="outgoing_sending_is_claimed"),
            models.CheckConstraint(condition=Q(to__len__gt=0), name="outgoing_has_a_recipient"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="outgoing_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="outgoing_on_its_way"),
            models.Index(fields=["author", "-created_at"], condition=Q(state__in=["waiting", "sending", "failed", "unknown"]), name="outgoing_open"),
            models.Index(fields=["author", "-created_at", "-id"], name="outgoing_of_author"),
        ]

    def __str__(self) -> str:
        return self.subject


@pghistory.track()
class MailTemplate(models.Model):
    """Words to begin a message with. Fields like ``{contact}`` and ``{deal}`` are filled when it is taken."""

    class Sharing(models.TextChoices):
        PRIVATE = "private", _("Only me")
        TEAM = "team", _("My team, with all below")
        EVERYBODY = "everybody", _("Everybody")

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="mail_templates")
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    sharing = models.CharField(_("who may take it"), max_length=10, choices=Sharing, default=Sharing.PRIVATE)
    name = models.CharField(_("name"), max_length=80)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("words"))
    created_at = models.DateTimeField()
    # Not offered any more; its owner may take it up again.
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="template_has_a_name"),
            models.CheckConstraint(condition=Q(sharing__in=["private", "team", "everybody"]), name="template_sharing_known"),
            models.CheckConstraint(condition=~Q(sharing="team") | Q(team__isnull=False), name="template_shared_with_a_team"),
        ]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
