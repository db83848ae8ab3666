"""The deal: one selling episode with one owner."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tracking
from accounts.plain import Words
from deals.models.pipelines import WATCHED_KINDS, StageKind, base_currency
from deals.querysets import DealQuerySet

# Written by the risk refresh alone (value: by the database); a change of these is no event of the deal's history.
DERIVED_FIELDS = ["alarm_at", "worst_severity", "last_contact_at", "reply_due_at", "value_at_stake", "value"]
WATCHED = Q(status__in=["inquiry", "open"])
# Sources of a bluebird: the customer or an introducer brought the deal to us.
BLUEBIRDS = frozenset({"inbound", "introduced"})


@pghistory.track(
    tracking.Came(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=DERIVED_FIELDS)),
    pghistory.DeleteEvent(),
    exclude=DERIVED_FIELDS,
)
class Deal(models.Model):
    """One selling episode. Dates of the episode are days; moments of moves stand in its stage history."""

    class Source(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        INBOUND = "inbound", _("They came to us")
        INTRODUCED = "introduced", _("Introduced")
        OUTBOUND = "outbound", _("We approached them")
        RENEWAL = "renewal", _("Renewal")

    name = models.CharField(_("name"), max_length=250)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="deals")
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="deals")
    # Since when it has had this owner, or none.
    owner_since = models.DateTimeField(default=timezone.now)
    # The team the deal belongs to; an unowned deal keeps it, so that somebody still sees it.
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="deals")
    # One composite foreign key in the database keeps these three together: the stage, its pipeline and its kind.
    pipeline = models.ForeignKey("deals.Pipeline", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="deals")
    stage = models.ForeignKey("deals.Stage", on_delete=models.PROTECT, db_constraint=False, related_name="deals")
    status = models.CharField(max_length=8, choices=StageKind)
    stage_entered_at = models.DateTimeField(_("in this stage since"))
    product = models.ForeignKey("deals.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="deals")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default=base_currency)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.UNKNOWN)
    introduced_by = models.ForeignKey(
        "accounts.Contact", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="introductions"
    )
    opened_on = models.DateField(_("opened"), null=True, blank=True, help_text=_("Empty where an import did not say"))
    expected_close_on = models.DateField(_("expected close"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    contacts = models.ManyToManyField("accounts.Contact", through="deals.DealContact", related_name="deals")
    external_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    imported_by = models.ForeignKey("deals.Import", on_delete=models.SET_NULL, null=True, blank=True, related_name="deals_made")
    # By how many days an import moved every date of this deal forward (a trial on an old export); 0: true dates.
    dates_shifted_by = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")

    # --- derived, see DERIVED_FIELDS -------------------------------------------------------------------------
    # The earliest moment at which the risk refresh has something to do. It moves often and has no index here: see DealAlarm.
    alarm_at = models.DateTimeField(null=True, blank=True)
    # Of the raised signals; 0: none. It has no index here either: see DealRisk.
    worst_severity = models.PositiveSmallIntegerField(default=0)
    last_contact_at = models.DateTimeField(null=True, blank=True)  # last human contact in either direction
    reply_due_at = models.DateTimeField(null=True, blank=True)  # when our answer to the oldest unanswered message is due
    value_at_stake = models.DecimalField(max_digits=24, decimal_places=2, default=0)  # base currency
    # Base currency, by a trigger of the database: the amount, or where nobody named one the product's list price (an
    # estimate), by the rate of today, of a closed deal by that of its last day. None: no amount, or no rate for its
    # currency yet. After a save the object in hand still holds the old one.
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=2, null=True, blank=True, editable=False)

    objects = DealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="deal_has_a_name"),
            models.CheckConstraint(condition=Q(status__in=StageKind.values), name="deal_status_known"),
            models.CheckConstraint(condition=Q(source__in=["unknown", "inbound", "introduced", "outbound", "renewal"]), name="deal_source_known"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="deal_amount_not_negative"),
            models.CheckConstraint(condition=WATCHED | Q(closed_on__isnull=False), name="deal_closed_has_its_date"),
            models.CheckConstraint(condition=WATCHED | Q(alarm_at__isnull=True), name="deal_closed_has_no_alarm"),
        ]
        indexes = [
            models.Index(fields=["owner", "-value_at_stake", "-id"], condition=WATCHED, name="deal_open_of_owner"),
            models.Index(fields=["team", "-value_at_stake", "-id"], condition=WATCHED, name="deal_open_of_team"),
            models.Index(fields=["owner", "team", "reply_due_at"], condition=WATCHED & Q(reply_due_at__isnull=False), name="deal_answer_of_owner"),
            models.Index(fields=["-value_at_stake", "-id"], condition=WATCHED, name="deal_open_by_value"),
            models.Index(fields=["-value", "-id"], condition=WATCHED & Q(value__isnull=False), name="deal_open_by_worth"),
            models.Index(fields=["last_contact_at", "id"], condition=WATCHED & Q(last_contact_at__isnull=False), name="deal_open_by_silence"),
            models.Index(fields=["stage", "-value_at_stake", "-id"], condition=WATCHED, name="deal_open_of_stage"),
            models.Index(fields=["stage", "owner", "-value_at_stake", "-id"], condition=WATCHED, name="deal_open_of_stage_owner"),
            models.Index(fields=["stage", "team", "-value_at_stake", "-id"], condition=WATCHED, name="deal_open_of_stage_team"),
            models.Index(fields=["-closed_on", "-id"], condition=~WATCHED, name="deal_closed_by_day"),
            models.Index(fields=["currency", "id"], name="deal_of_currency"),
            models.Index(fields=["introduced_by"], condition=Q(introduced_by__isnull=False), name="deal_of_introducer"),
            # Orders of the list over everybody's deals: the expressions of deals/orders.py.
            models.Index(Coalesce(F("value"), Value(Decimal(-1))).desc(), F("id").desc(), name="deal_by_value"),
            models.Index(Coalesce(F("expected_close_on"), Value(date(9999, 12, 31))), F("id"), condition=WATCHED, name="deal_open_by_close"),
            models.Index(fields=["stage_entered_at", "id"], condition=WATCHED, name="deal_open_by_age"),
            models.Index(Coalesce(F("last_contact_at"), F("stage_entered_at")), F("id"), condition=WATCHED, name="deal_open_by_contact"),
            models.Index(Lower("name"), F("id"), condition=WATCHED, name="deal_open_by_name"),
            GinIndex(Words("name"), name="deal_by_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("deal", args=[self.pk])

    @property
    def is_watched(self) -> bool:
        return self.status in WATCHED_KINDS

    @property
    def is_bluebird(self) -> bool:
        """The customer or an introducer brought it to us."""
        return self.source in BLUEBIRDS


class DealAlarm(models.Model):
    """``Deal.alarm_at`` once more, where the sweep finds what is due. Triggers of the database write it, nothing else does.

    An alarm moves with every look at a deal. Without an index on it the deal's row is written anew in its place
    (a heap-only update), and its many indexes stay as they are.
    """

    deal = models.OneToOneField(Deal, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="alarm")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.deal_id} {self.at}"


class DealRisk(models.Model):
    """What a watched deal is ranked by where risk is looked at, once more. Triggers of the database write it, nothing else does.

    For the same reason as :class:`DealAlarm`: a signal that comes, worsens or goes leaves the deal's many indexes as they are.
    The columns are named as the deal's, so that what is asked of deals (``in_shape``, ``at_risk``) can be asked of these rows.
    """

    deal = models.OneToOneField(Deal, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="risk")
    owner = models.ForeignKey("accounts.User", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+")
    team = models.ForeignKey("accounts.Team", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+")
    account = models.ForeignKey("accounts.Account", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+")
    worst_severity = models.PositiveSmallIntegerField()
    value_at_stake = models.DecimalField(max_digits=24, decimal_places=2)
    value = models.DecimalField(max_digits=24, decimal_places=2, null=True)

    objects = DealQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-worst_severity", "-value_at_stake", "-deal"], name="risk_by_severity"),
            # The sums of somebody's risk desk are told by this index alone.
            models.Index(
                fields=["owner", "-worst_severity", "-value_at_stake", "-deal"],
                include=["account", "value", "team"],
                condition=Q(worst_severity__gt=0),
                name="risk_of_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.worst_severity}"


class DealContact(models.Model):
    """A contact who is part of a deal."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="deal_contacts")
    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="deal_contacts")
    role = models.CharField(_("role"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "contact"], name="deal_contact_once")]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.contact_id}"
