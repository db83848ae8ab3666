"""An import of a file: its choices, its progress, its result row by row, and what undoing needs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """One file brought in (or being looked at). ``plan`` holds the choices: columns, formats, preset, shift."""

    class Kind(models.TextChoices):
        PEOPLE = "people", _("People and teams")
        PRODUCTS = "products", _("Products")
        ACCOUNTS = "accounts", _("Accounts")
        CONTACTS = "contacts", _("Contacts")
        DEALS = "deals", _("Deals")
        ACTIVITIES = "activities", _("Activities")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        READY = "ready", _("Ready to run")
        WAITING = "waiting", _("Waiting to run")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    file_name = models.CharField(max_length=255)
    file_path = models.CharField(max_length=500, blank=True, help_text="Below MEDIA_ROOT; empty for the command line.")
    plan = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)  # created, updated, unchanged, rejected, skipped
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    dates_shifted_by = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="imports")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["uploaded", "ready", "waiting", "running", "done", "failed", "undone"]), name="import_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["people", "products", "accounts", "contacts", "deals", "activities"]), name="import_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"]),
            models.Index(fields=["state"], condition=Q(state__in=["waiting", "running"]), name="import_at_work"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class ImportRow(models.Model):
    """What became of one row that did something or could not: rejected rows keep their cells and the reason."""

    class Result(models.TextChoices):
        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        REJECTED = "rejected", _("rejected")

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, db_index=False, related_name="rows")
    line = models.PositiveIntegerField()  # of the file, 1 for the first
    result = models.CharField(max_length=8, choices=Result)
    model = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)  # the fields an update changed, as they were
    after = models.JSONField(null=True)  # and as the import left them
    cells = models.JSONField(null=True)  # of a rejected row
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["imported", "line"], condition=Q(result="rejected"), name="import_row_rejected"),
            models.Index(fields=["imported", "model", "object_id"], name="import_row_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.result}"
