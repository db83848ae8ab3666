"""Meetings as calendars tell them, the calendars that are read, and the address at which each person's own is told."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deals.calendar_querysets import MeetingQuerySet


class CalendarEntry(models.Model):
    """What calendars say under one UID: a single meeting or a whole series, from which the rows of ``Meeting`` are made.

    Only meetings with people of a customer are kept. ``texts``: the calendar text by what it is about: ``""`` for the meeting or
    the series itself, the original start (ISO 8601) for a change of one occurrence. ``versions``: by the same keys what is known of
    it: ``sequence`` and ``stamp`` (ISO 8601) that order it, ``cancelled``, ``by`` (whose word that was), ``from_there_on`` (it
    holds for what follows, too), ``fingerprint``, ``organizer`` and ``invited`` (addresses). ``answers``: by the same keys, then by address,
    [answer, sequence, stamp, name] as replies gave them.
    """

    uid = models.CharField(max_length=998, unique=True)
    texts = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    zone = models.CharField(max_length=64)  # where its whole days begin
    repeats = models.BooleanField(default=False)
    # The last feed that had it has it no more.
    gone_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")  # our person who brought it first
    deal = models.ForeignKey("deals.Deal", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    account = models.ForeignKey("accounts.Account", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # A person said which deal it is about, or that it is about none.
    deal_chosen_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    deal_chosen_at = models.DateTimeField(null=True, blank=True)
    feeds = models.ManyToManyField("deals.CalendarFeed", related_name="entries")
    rows_until = models.DateTimeField(null=True, blank=True)  # how far ahead a series has its rows
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "calendar entries"
        indexes = [models.Index(fields=["rows_until"], condition=Q(repeats=True), name="calendar_entry_to_extend")]

    def __str__(self) -> str:
        return self.uid


class MeetingDoubt(models.Model):
    """What somebody said of a meeting that is not theirs to say: another time proposed, or a change by a stranger. A person decides."""

    class Kind(models.TextChoices):
        STRANGER = "stranger", _("not from the organizer")
        PROPOSAL = "proposal", _("another time")

    entry = models.ForeignKey(CalendarEntry, on_delete=models.CASCADE, related_name="doubts")
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=40, blank=True)  # of CalendarEntry.texts
    digest = models.CharField(max_length=64)  # SHA-256 of the text and the sender
    method = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    sender = models.CharField(max_length=320, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    cancels = models.BooleanField(default=False)
    said_at = models.DateTimeField()
    message = models.ForeignKey("deals.MailMessage", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    taken_over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "digest"], name="meeting_doubt_once"),
            models.CheckConstraint(condition=Q(kind__in=["stranger", "proposal"]), name="meeting_doubt_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.entry_id}"


class Meeting(models.Model):
    """One meeting at one time. A recurring one is a row an occurrence; ``occurrence_at`` is the time its rule gives it (UTC).

    ``stamp`` and ``sequence`` order what calendars say of it: what is older never overwrites what is newer. A meeting with a
    customer has an interaction, which is what clocks and rules read.
    """

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", _("Agreed")
        TENTATIVE = "tentative", _("Tentative")
        CANCELLED = "cancelled", _("Cancelled")

    entry = models.ForeignKey(CalendarEntry, on_delete=models.CASCADE, related_name="meetings")
    uid = models.CharField(max_length=998)
    occurrence_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    stamp = models.DateTimeField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    description = models.TextField(blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    is_all_day = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, blank=True)
    organizer = models.CharField(max_length=320, blank=True)  # lower case
    status = models.CharField(max_length=9, choices=Status, default=Status.CONFIRMED)
    deal = models.ForeignKey("deals.Deal", on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings")
    account = models.ForeignKey("accounts.Account", on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings")
    # What is known of it came this way: a mail, a feed, or a file (neither).
    message = models.ForeignKey("deals.MailMessage", on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings")
    feed = models.ForeignKey("deals.CalendarFeed", on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings")
    interaction = models.OneToOneField("deals.Interaction", on_delete=models.SET_NULL, null=True, blank=True, related_name="meeting")
    # What the calendar last wrote into the interaction's outcome; where that says something else now, a person has spoken.
    written_outcome = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uid", "occurrence_at"], nulls_distinct=False, name="meeting_once"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(condition=Q(status__in=["confirmed", "tentative", "cancelled"]), name="meeting_status_known"),
        ]
        indexes = [models.Index(fields=["deal", "starts_at"], name="meeting_of_deal")]

    def __str__(self) -> str:
        return self.title or self.uid


class MeetingAttendee(models.Model):
    """Somebody invited: one of ours, one of theirs, or an address nobody knows."""

    class Answer(models.TextChoices):
        NONE = "", _("has not answered")
        ACCEPTED = "accepted", _("comes")
        DECLINED = "declined", _("does not come")
        TENTATIVE = "tentative", _("perhaps")
        DELEGATED = "delegated", _("sends somebody")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    address = models.CharField(max_length=320)  # lower case
    name = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=9, choices=Answer, blank=True, default=Answer.NONE)
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings")
    contact = models.ForeignKey("accounts.Contact", on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "address"], name="attendee_once"),
            models.CheckConstraint(condition=Q(answer__in=["", "accepted", "declined", "tentative", "delegated"]), name="attendee_answer_known"),
        ]

    def __str__(self) -> str:
        return self.address


@pghistory.track(
    exclude=["secret", "etag", "modified", "digest", "leased_until", "next_fetch_at", "last_success_at", "last_error_at", "last_error", "failures"]
)
class CalendarFeed(models.Model):
    """A calendar published at an address, read now and then for its owner. The address is as good as a password: kept encrypted."""

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="calendar_feeds")
    name = models.CharField(_("name"), max_length=120)
    host = models.CharField(max_length=253)  # what of the address may be shown
    secret = models.TextField()  # the whole address (accounts.secrets)
    etag = models.CharField(max_length=300, blank=True)
    modified = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what was read last
    is_active = models.BooleanField(_("read it"), default=True)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    next_fetch_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="calendar_feed_has_a_name")]
        indexes = [models.Index(fields=["next_fetch_at"], condition=Q(is_active=True), name="calendar_feed_due")]

    def __str__(self) -> str:
        return self.name


class PersonalFeed(models.Model):
    """The secret address of a person's own calendar of meetings, tasks and clocks. Only a hash of its token is kept."""

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="personal_feed")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"feed of {self.user_id}"
