"""What became of customers and contacts that were in twice: the record of each merge."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class MergedAccount(models.Model):
    """An account that was merged into another one. An import that still names it finds the one that stayed."""

    into = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="merged")
    name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    # Every field as it was.
    was = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(Lower("name"), name="merged_account_by_name")]

    def __str__(self) -> str:
        return self.name


class MergedContact(models.Model):
    """A contact that was merged into another one."""

    into = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="merged")
    name = models.CharField(max_length=150)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    was = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class ContactAddress(models.Model):
    """One more address a contact writes from, lower case; ``Contact.email`` is the one they are written to."""

    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="addresses")
    email = models.EmailField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "email"], name="contact_address_once"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="contact_address_lower_case"),
        ]
        indexes = [models.Index(fields=["email"], name="contact_address_by_email")]

    def __str__(self) -> str:
        return self.email
