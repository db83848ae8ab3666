"""The outbox of notices: one row is both the line under the bell and the mail that goes out for it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.notice_querysets import NoticeQuerySet


class Notice(models.Model):
    """One thing one person is told, written in the transaction of the fact it tells of.

    ``dedupe_key`` makes the same telling impossible twice. The mail leaves later, by the drain: a row is
    claimed (``sending``) and committed before the mail server is spoken to, so a worker that dies in
    between leaves a mail whose fate is ``unknown``: it is never sent a second time, and health says so.
    """

    class Mail(models.TextChoices):
        NONE = "none", _("not mailed")
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")
        UNKNOWN = "unknown", _("fate unknown")

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, db_index=False, related_name="notices")  # the indexes below begin with it
    kind = models.CharField(max_length=40)
    # What it is about, for grouping: "deal:12". The address is a path below SITE_URL.
    topic = models.CharField(max_length=80, blank=True)
    # The id of the deal that the topic names, so that what its reader may see is found by a look-up. Deals are not known here.
    about_deal = models.GeneratedField(
        expression=Cast(models.Func("topic", models.Value("^deal:([0-9]{1,15})$"), function="substring"), models.BigIntegerField()),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    dedupe_key = models.CharField(max_length=200, unique=True)

    mail = models.CharField(max_length=8, choices=Mail, default=Mail.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mail__in=["none", "pending", "sending", "sent", "failed", "unknown"]), name="notice_mail_known"
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(mail="pending"), name="notice_to_mail"),
            models.Index(fields=["claimed_at"], condition=models.Q(mail="sending"), name="notice_being_mailed"),
            models.Index(fields=["user", "-created_at"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["user", "-created_at", "-id"], name="notice_of_user"),
            models.Index(fields=["user", "topic", "-created_at", "-id"], name="notice_of_topic"),
        ]

    def __str__(self) -> str:
        return self.title


class NoticePreference(models.Model):
    """Which kinds of notices a person also wants by mail; the bell shows every one. No row: by mail."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=40)
    by_mail = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.by_mail}"
