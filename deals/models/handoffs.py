"""Handing a deal to somebody: offered to a named person, who accepts or declines. Until then the giver answers."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from deals.handoff_querysets import HandoffQuerySet


@pghistory.track()
class Handoff(models.Model):
    """One offer of one deal to one person. At most one of a deal is open.

    ``giver`` is whose the deal was when it was offered (None: nobody's) and who answers until it is accepted; ``offered_by`` may
    be a manager who hands over for them. ``expires_at``: when an offer that nobody answered ends by itself. An open offer whose
    deal gets another owner or is closed is withdrawn by a trigger of the database, whoever writes that and in whatever way.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Not answered in time")
        WITHDRAWN = "withdrawn", _("Taken back")

    class EndedWith(models.TextChoices):
        """Why an offer was withdrawn though nobody took it back (``ended_by`` is empty): its ``reason`` says it in these words."""

        OWNER = "owner", _("The deal got another owner")
        CLOSED = "closed", _("The deal was closed")
        RECEIVER = "receiver", _("Who was to take it is not here any more")

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, related_name="handoffs")
    giver = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="handoffs_given")
    receiver = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="handoffs_got")
    offered_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    brief = models.TextField(_("brief"))
    state = models.CharField(max_length=9, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = HandoffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal"], condition=Q(state="offered"), name="handoff_one_open"),
            models.CheckConstraint(condition=Q(state__in=["offered", "accepted", "declined", "expired", "withdrawn"]), name="handoff_state_known"),
            models.CheckConstraint(condition=~Q(brief=""), name="handoff_has_a_brief"),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="handoff_declined_with_a_reason"),
            models.CheckConstraint(condition=Q(giver__isnull=True) | ~Q(giver=F("receiver")), name="handoff_to_somebody_else"),
            models.CheckConstraint(
                condition=Q(state="offered", ended_at__isnull=True) | (~Q(state="offered") & Q(ended_at__isnull=False)),
                name="handoff_ended_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "offered_at"], condition=Q(state="offered"), name="handoff_open_of_receiver"),
            models.Index(fields=["expires_at"], condition=Q(state="offered"), name="handoff_to_expire"),
            models.Index(fields=["ended_at"], condition=Q(state="withdrawn", ended_by__isnull=True), name="handoff_ended_by_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} to {self.receiver_id}"

    def get_absolute_url(self) -> str:
        return reverse("handoff", args=[self.pk])
