"""Risk signals: one rule's finding on one deal, from raised to cleared, and what happened to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")


OPEN_STATES = ("raised", "parked")


class RiskSignal(models.Model):
    """At most one open row a deal and rule. Armed findings have no row: their moment is ``Deal.alarm_at``.

    ``responsible`` is whom it waits for; None where nobody could be found (then the admins are told).
    ``level`` counts the climbs. ``facts`` is the finding's evidence, plain JSON for
    :func:`deals.risk.sentences.say`.
    """

    class State(models.TextChoices):
        RAISED = "raised", _("Raised")
        PARKED = "parked", _("Parked")
        CLEARED = "cleared", _("Cleared")

    deal = models.ForeignKey("deals.Deal", on_delete=models.CASCADE, related_name="signals")
    # The deal's, kept by the database's triggers: whether a signal lies beyond somebody's sight is told without its deal.
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.DO_NOTHING, null=True, editable=False, db_constraint=False, db_index=False, related_name="+"
    )
    rule = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State, default=State.RAISED)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    responsible = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, db_index=False, related_name="signals")
    facts = models.JSONField(default=dict)
    since = models.DateTimeField()  # when the clock behind it began to run
    due_at = models.DateTimeField()  # when it was due to go off
    raised_at = models.DateTimeField()
    worsened_at = models.DateTimeField()  # when it was raised or last got worse: the climb counts from here
    # How many times over its limit, for ranking within a severity: 1.0 at the limit. Kept by the refresh.
    times_over = models.FloatField(default=1.0)
    level = models.PositiveSmallIntegerField(default=0)
    climbs_at = models.DateTimeField(null=True, blank=True)
    # The people the last climb told, for "told Quinn Abara".
    told = models.ManyToManyField("accounts.User", related_name="+", blank=True)
    taken_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    parked_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    parked_at = models.DateTimeField(null=True, blank=True)
    parked_until = models.DateTimeField(null=True, blank=True)
    park_reason = models.CharField(max_length=300, blank=True)
    park_count = models.PositiveSmallIntegerField(default=0)
    cleared_at = models.DateTimeField(null=True, blank=True)
    # What cleared it: a word of deals.risk.clearing (e.g. "answered", "moved", "outcome").
    cleared_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal", "rule"], condition=Q(state__in=OPEN_STATES), name="signal_one_open_per_rule"),
            models.CheckConstraint(condition=Q(state__in=["raised", "parked", "cleared"]), name="signal_state_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="signal_severity_known"),
            models.CheckConstraint(
                condition=Q(state="cleared", cleared_at__isnull=False) | (~Q(state="cleared") & Q(cleared_at__isnull=True)),
                name="signal_cleared_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="parked") | (Q(parked_until__isnull=False) & ~Q(park_reason="")), name="signal_parked_has_end_and_reason"
            ),
            models.CheckConstraint(condition=Q(park_count__lte=2), name="signal_parked_at_most_twice"),
        ]
        indexes = [
            models.Index(fields=["responsible", "team"], include=["deal"], condition=Q(state__in=OPEN_STATES), name="signal_open_of_person"),
            # What waits for a person, deal by deal, told by the index alone (signals are many, and each lies elsewhere).
            models.Index(
                fields=["responsible", "deal", "id"],
                include=["rule", "severity", "since", "due_at", "raised_at", "worsened_at"],
                condition=Q(state="raised"),
                name="signal_raised_of_person",
            ),
            models.Index(fields=["parked_until", "id"], condition=Q(state="parked"), name="signal_parked"),
            models.Index(fields=["rule", "-severity"], condition=Q(state="raised"), name="signal_raised_by_rule"),
            models.Index(fields=["-cleared_at"], condition=Q(state="cleared"), name="signal_cleared_lately"),
            models.Index(fields=["responsible", "-cleared_at"], condition=Q(state="cleared"), name="signal_cleared_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} on {self.deal_id}"


class SignalEvent(models.Model):
    """What happened to a signal, in order: for the deal's timeline and the digest."""

    class Kind(models.TextChoices):
        RAISED = "raised", _("raised")
        WORSENED = "worsened", _("got worse")
        CLIMBED = "climbed", _("climbed")
        TAKEN = "taken", _("taken")
        UNTAKEN = "untaken", _("no longer taken")
        PARKED = "parked", _("parked")
        UNPARKED = "unparked", _("back from parking")
        CLEARED = "cleared", _("cleared")

    signal = models.ForeignKey(RiskSignal, on_delete=models.CASCADE, db_index=False, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, db_index=False, related_name="+")
    severity = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["signal", "at"]),
            models.Index(fields=["-at"]),
            models.Index(fields=["-at"], include=["signal"], condition=Q(kind="climbed"), name="signal_climbed_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
