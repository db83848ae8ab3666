"""Where mail comes from: mailboxes that are read, the drop address, and files."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.mail_querysets import MailboxQuerySet

# Secrets, and what every reading changes.
NOT_TRACKED = ["secret", "refresh_token", "token_expires_at", "leased_until", "next_poll_at"]
NOT_TRACKED += ["last_success_at", "last_error_at", "last_error", "failures", "lag"]


@pghistory.track(exclude=NOT_TRACKED)
class Mailbox(models.Model):
    """A source of mail. One that is read over IMAP belongs to a person or a team; files and the drop address are one row each.

    ``secret`` is the password or OAuth token, encrypted (:mod:`accounts.secrets`). ``leased_until``: one worker at a time reads
    it; a lease that ran out belonged to a worker that died. ``lag``: seconds by which the newest message read was late.

    ``provider``: who renews the token, against the ``refresh_token``, encrypted as well; empty for a password or a token that
    somebody typed. A mailbox with a provider and without a refresh token rests until its owner connects it again.
    """

    class Kind(models.TextChoices):
        IMAP = "imap", _("Mailbox")
        DROP = "drop", _("Drop address")
        FILES = "files", _("Files")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        PLAIN = "plain", _("None, for this machine only")

    class LogInBy(models.TextChoices):
        PASSWORD = "password", _("Password")
        TOKEN = "token", _("OAuth token")

    class Provider(models.TextChoices):
        GOOGLE = "google", "Google"
        MICROSOFT = "microsoft", "Microsoft"

    kind = models.CharField(max_length=5, choices=Kind, default=Kind.IMAP)
    address = models.EmailField(_("address"), blank=True)
    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, blank=True, related_name="mailboxes")
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="mailboxes")
    host = models.CharField(_("server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(_("encryption"), max_length=8, choices=Security, default=Security.TLS)
    log_in_by = models.CharField(_("log in by"), max_length=8, choices=LogInBy, default=LogInBy.PASSWORD)
    login = models.CharField(_("log-in name"), max_length=254, blank=True)
    secret = models.TextField(blank=True)
    provider = models.CharField(max_length=9, choices=Provider, blank=True)
    refresh_token = models.TextField(blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(_("read it"), default=True)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0)
    lag = models.PositiveIntegerField(null=True, blank=True)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["imap", "drop", "files"]), name="mailbox_kind_known"),
            models.CheckConstraint(condition=~Q(kind="imap") | Q(owner__isnull=False) ^ Q(team__isnull=False), name="mailbox_of_a_person_or_a_team"),
            models.CheckConstraint(condition=~Q(kind="imap") | (~Q(host="") & ~Q(address="")), name="mailbox_has_a_server"),
            models.CheckConstraint(condition=Q(provider__in=["", "google", "microsoft"]), name="mailbox_provider_known"),
            models.CheckConstraint(condition=~Q(provider="") | Q(refresh_token=""), name="mailbox_renewed_by_a_provider"),
            models.UniqueConstraint(fields=["kind"], condition=~Q(kind="imap"), name="mailbox_of_files_and_drop_once"),
            models.UniqueConstraint(fields=["host", "login"], condition=Q(kind="imap"), name="mailbox_once"),
        ]
        indexes = [models.Index(fields=["next_poll_at"], condition=Q(kind="imap", is_active=True), name="mailbox_due")]

    def __str__(self) -> str:
        return self.address or str(self.get_kind_display())

    @property
    def must_connect_again(self) -> bool:
        """Its provider takes our refresh token no more, so it was forgotten."""
        return bool(self.provider) and not self.refresh_token


class MailFolder(models.Model):
    """How far one folder of a mailbox was read. UIDs mean something only under their UIDVALIDITY: another one begins anew."""

    class Role(models.TextChoices):
        INBOX = "inbox", _("Inbox")
        SENT = "sent", _("Sent")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=255)
    role = models.CharField(max_length=5, choices=Role)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "name"], name="mail_folder_once"),
            models.CheckConstraint(condition=Q(role__in=["inbox", "sent"]), name="mail_folder_role_known"),
        ]

    def __str__(self) -> str:
        return self.name
