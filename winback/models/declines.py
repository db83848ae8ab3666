"""Passing on a deal: a decision with a courteous note, and where it needs one, a manager's approval."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from winback.decline_querysets import DeclineQuerySet


@pghistory.track()
class Decline(models.Model):
    """One decision to pass on one deal, or the request for it. At most one of a deal is open.

    Asked -> done (the note went, the deal is lost), refused or withdrawn. By phone it is approved first, and done once somebody
    has said it to them. While it is open every clock of the deal runs on. It ends with the deal: a trigger of the database sees
    to it when the deal gets another owner or is closed in any other way (``words`` then says which of the two).
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        APPROVED = "approved", _("Approved, to be said by phone")
        DONE = "done", _("Declined")
        REFUSED = "refused", _("Not approved")
        WITHDRAWN = "withdrawn", _("Taken back")
        OVERTAKEN = "overtaken", _("Ended with its deal")

    class Way(models.TextChoices):
        MAIL = "mail", _("By mail")
        PHONE = "phone", _("By phone")

    class EndedWith(models.TextChoices):
        OWNER = "owner", _("the deal got another owner")
        CLOSED = "closed", _("the deal was closed")

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, related_name="declines")
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    way = models.CharField(_("how they hear of it"), max_length=5, choices=Way, default=Way.MAIL)
    # Whom the note is for, and the message of theirs that it answers.
    contact = models.ForeignKey("accounts.Contact", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answers = models.ForeignKey("deals.Interaction", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    greeting = models.CharField(_("greeting"), max_length=200, blank=True)
    thanks = models.TextField(_("thanks"))
    reason = models.TextField(_("the reason"))
    helpers = models.TextField(_("who else may help"))
    door = models.TextField(_("the door stays open"))
    farewell = models.CharField(_("farewell"), max_length=200, blank=True)
    # What who brought us in is told; empty: nothing.
    introducer = models.ForeignKey("accounts.Contact", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    introducer_words = models.TextField(_("to who brought us in"), blank=True)
    # For ourselves: keys of :class:`winback.models.Reason`.
    reasons = ArrayField(models.CharField(max_length=24), verbose_name=_("reasons"))
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    # The manager changed a word.
    changed = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    words = models.CharField(_("why"), max_length=1000, blank=True)
    # Of who is to decide.
    task = models.OneToOneField("deals.Task", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    mail = models.OneToOneField("deals.OutgoingMail", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    introducer_mail = models.OneToOneField("deals.OutgoingMail", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    said = models.OneToOneField("deals.Interaction", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    loss = models.OneToOneField("winback.Loss", on_delete=models.SET_NULL, null=True, blank=True, related_name="decline")

    objects = DeclineQuerySet.as_manager()

    OPEN = (State.ASKED, State.APPROVED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal"], condition=Q(state__in=["asked", "approved"]), name="decline_one_open"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "approved", "done", "refused", "withdrawn", "overtaken"]), name="decline_state_known"
            ),
            models.CheckConstraint(condition=Q(way__in=["mail", "phone"]), name="decline_way_known"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "approved"], ended_at__isnull=True)
                | (~Q(state__in=["asked", "approved"]) & Q(ended_at__isnull=False)),
                name="decline_ended_has_moment",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(words=""), name="decline_refused_with_a_reason"),
            models.CheckConstraint(condition=~Q(state="approved") | Q(approved_at__isnull=False, way="phone"), name="decline_approved_to_be_said"),
            models.CheckConstraint(condition=Q(reasons__len__gt=0), name="decline_has_a_reason"),
            models.CheckConstraint(condition=~Q(thanks="") & ~Q(reason="") & ~Q(helpers="") & ~Q(door=""), name="decline_note_has_its_four_parts"),
        ]
        indexes = [
            models.Index(fields=["deal", "-asked_at"]),
            models.Index(fields=["ended_at"], condition=Q(state="overtaken"), name="decline_overtaken"),
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="decline_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("decline", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
