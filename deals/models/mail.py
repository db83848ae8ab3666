"""Messages as they came: one row each, always, with the bytes kept beside; threads, attachments, and what mail told us of an address."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from deals.mail_querysets import MailQuerySet

# Still to be decided by a person.
OPEN_STATUSES = ("inquiry", "unmatched")


class MailThread(models.Model):
    """Messages that belong together by their headers. A deal here takes what comes later in the thread."""

    subject = models.CharField(max_length=300, blank=True)  # in small letters, without Re: and Fwd:
    deal = models.ForeignKey("deals.Deal", on_delete=models.SET_NULL, null=True, blank=True, related_name="mail_threads")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject"], condition=~Q(subject=""), name="mail_thread_by_subject")]

    def __str__(self) -> str:
        return self.subject or f"thread {self.pk}"


class ThreadedId(models.Model):
    """A Message-ID that a thread has or refers to. The row is what makes two messages one thread, in whatever order they come."""

    thread = models.ForeignKey(MailThread, on_delete=models.CASCADE, related_name="ids")
    message_id = models.CharField(max_length=998, unique=True)

    def __str__(self) -> str:
        return self.message_id


class MailMessage(models.Model):
    """One message of one mailbox: what it is, whose it is, and what became of it. Idempotent by mailbox and Message-ID.

    A message that has no Message-ID gets one made of its bytes, so has one that could not be read. ``text`` is what was newly
    said; ``html`` is clean (nh3). ``sent_at`` is the message's own date where that is believable, else when it came.
    """

    class Kind(models.TextChoices):
        HUMAN = "human", _("Person")
        AUTO_REPLY = "auto_reply", _("Automatic answer")
        BOUNCE = "bounce", _("Undeliverable")
        FEEDBACK_REPORT = "feedback_report", _("Complaint report")
        DELAY_NOTICE = "delay_notice", _("Delay notice")
        BULK = "bulk", _("Newsletter or list")
        CALENDAR = "calendar", _("Calendar")
        UNREADABLE = "unreadable", _("Unreadable")

    class Direction(models.TextChoices):
        IN = "in", _("from them")
        OUT = "out", _("from us")
        INTERNAL = "internal", _("among us")

    class Status(models.TextChoices):
        RECORDED = "recorded", _("On a deal")
        INQUIRY = "inquiry", _("Inquiry")
        UNMATCHED = "unmatched", _("No deal yet")
        NOT_FOR_US = "not_for_us", _("Not for us")
        INTERNAL = "internal", _("Among us")
        NOTED = "noted", _("Noted")  # a bounce, an automatic answer: a fact about an address, no word of a person
        IGNORED = "ignored", _("Nothing to do")
        UNREADABLE = "unreadable", _("Unreadable")

    class MatchedBy(models.TextChoices):
        NOBODY = "", _("not matched")
        THREAD = "thread", _("the thread")
        CONTACT = "contact", _("the contact’s address")
        DOMAIN = "domain", _("the account’s domain")
        PERSON = "person", _("a person")

    mailbox = models.ForeignKey("deals.Mailbox", on_delete=models.CASCADE, related_name="messages")
    message_id = models.CharField(max_length=998)
    place = models.CharField(max_length=300, blank=True)  # where in the source: "INBOX/17", "old.mbox#4"
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    kind = models.CharField(max_length=15, choices=Kind)
    evidence = models.JSONField(default=list)  # sentences
    direction = models.CharField(max_length=8, choices=Direction)
    sender = models.CharField(max_length=320, blank=True)  # lower case
    sender_name = models.CharField(max_length=200, blank=True)
    recipients = models.JSONField(default=list)  # [["to", "a@b.example", "Name"], …]
    subject = models.CharField(max_length=998, blank=True)
    in_reply_to = ArrayField(models.CharField(max_length=998), default=list)
    thread = models.ForeignKey(MailThread, on_delete=models.SET_NULL, null=True, related_name="messages")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    defects = models.JSONField(default=list)  # sentences, as they were marked for translation
    status = models.CharField(max_length=10, choices=Status)
    reason = models.CharField(max_length=500, blank=True)  # of the status, for a person
    matched_by = models.CharField(max_length=7, choices=MatchedBy, blank=True, default=MatchedBy.NOBODY)
    user = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="mail")  # our person in it
    contact = models.ForeignKey("accounts.Contact", on_delete=models.SET_NULL, null=True, related_name="mail")
    account = models.ForeignKey("accounts.Account", on_delete=models.SET_NULL, null=True, related_name="mail")
    deal = models.ForeignKey("deals.Deal", on_delete=models.SET_NULL, null=True, related_name="mail")
    # The same message read in two mailboxes is one fact of contact.
    interaction = models.ForeignKey("deals.Interaction", on_delete=models.SET_NULL, null=True, related_name="mail")
    settled_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "message_id"], name="mail_once_in_a_mailbox"),
            models.CheckConstraint(
                condition=Q(kind__in=["human", "auto_reply", "bounce", "feedback_report", "delay_notice", "bulk", "calendar", "unreadable"]),
                name="mail_kind_known",
            ),
            models.CheckConstraint(condition=Q(direction__in=["in", "out", "internal"]), name="mail_direction_known"),
            models.CheckConstraint(
                condition=Q(status__in=["recorded", "inquiry", "unmatched", "not_for_us", "internal", "noted", "ignored", "unreadable"]),
                name="mail_status_known",
            ),
            models.CheckConstraint(condition=Q(matched_by__in=["", "thread", "contact", "domain", "person"]), name="mail_matched_by_known"),
            models.CheckConstraint(condition=Q(sender=Lower("sender")), name="mail_sender_lower_case"),
        ]
        indexes = [
            models.Index(fields=["message_id"], name="mail_by_id"),
            models.Index(fields=["thread", "sent_at"], name="mail_of_thread"),
            models.Index(fields=["user", "-sent_at", "-id"], condition=Q(status__in=OPEN_STATUSES), name="mail_open_of_person"),
            models.Index(fields=["mailbox", "-sent_at", "-id"], condition=Q(status__in=OPEN_STATUSES), name="mail_open_of_mailbox"),
            models.Index(fields=["sender", "-sent_at"], name="mail_of_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id


class RawMail(models.Model):
    """The bytes of a message, as they came. In a table of its own, so that no list reads them."""

    message = models.OneToOneField(MailMessage, on_delete=models.CASCADE, primary_key=True, related_name="raw")
    content = models.BinaryField()
    size = models.PositiveIntegerField()  # of the whole message in bytes

    def __str__(self) -> str:
        return f"{self.size} bytes"


class MailAttachment(models.Model):
    """What hangs on a message. The bytes are taken from the raw message when somebody downloads them."""

    message = models.ForeignKey(MailMessage, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveIntegerField()  # the part's number in the message
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=150)
    size = models.PositiveIntegerField()  # bytes, decoded
    digest = models.CharField(max_length=64)  # SHA-256
    content_id = models.CharField(max_length=255, blank=True)
    is_image = models.BooleanField(default=False)  # may be shown inside the message

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="attachment_once")]

    def __str__(self) -> str:
        return self.name


class UndeliverableAddress(models.Model):
    """An address that a bounce names. ``is_hard``: it will not come back by waiting; writing to it is warned of."""

    address = models.CharField(max_length=320, unique=True)  # lower case
    is_hard = models.BooleanField()
    at = models.DateTimeField()
    status_code = models.CharField(max_length=20, blank=True)  # RFC 3463, "5.1.1"
    words = models.CharField(max_length=500, blank=True)  # the server's
    message = models.ForeignKey(MailMessage, on_delete=models.SET_NULL, null=True, related_name="+")
    # Somebody says that it works again.
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(address=Lower("address")), name="undeliverable_lower_case")]

    def __str__(self) -> str:
        return self.address


class ContactAbsence(models.Model):
    """A contact's own automatic answer said that they are away: until when, and who stands in, where it names them."""

    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="away")
    said_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    stand_in_name = models.CharField(max_length=150, blank=True)
    stand_in_address = models.CharField(max_length=320, blank=True)
    message = models.OneToOneField(MailMessage, on_delete=models.CASCADE, related_name="absence")

    class Meta:
        indexes = [models.Index(fields=["contact", "-said_at"], name="contact_away_lately")]

    def __str__(self) -> str:
        return f"{self.contact_id} until {self.until}"
