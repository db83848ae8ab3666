"""Customer organisations and the people there."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from accounts.models.users import initials
from accounts.plain import Plain, PlainContact
from accounts.querysets import AccountQuerySet, ContactQuerySet


@pghistory.track()
class Account(models.Model):
    """A customer organisation."""

    class Lifecycle(models.TextChoices):
        PROSPECT = "prospect", _("Prospect")
        CUSTOMER = "customer", _("Customer")
        FORMER = "former", _("Former customer")
        PARTNER = "partner", _("Partner")

    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="accounts_owned")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="subsidiaries")
    lifecycle = models.CharField(_("lifecycle"), max_length=10, choices=Lifecycle, default=Lifecycle.PROSPECT)
    # In the base currency, a year.
    recurring_value = models.DecimalField(_("recurring value a year"), max_digits=14, decimal_places=2, default=0)
    sector = models.CharField(_("sector"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=120, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    # What the import file said of yearly revenue, in its own unit and words: shown, never computed with.
    details = models.JSONField(default=dict, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="account_has_a_name"),
            models.CheckConstraint(condition=models.Q(recurring_value__gte=0), name="account_recurring_value_not_negative"),
            models.CheckConstraint(condition=models.Q(lifecycle__in=["prospect", "customer", "former", "partner"]), name="account_lifecycle_known"),
        ]
        indexes = [
            models.Index(Lower("name"), name="account_by_name"),
            # Of the whole name: who may be the same, and parts of a name. By its plain words: search.
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="account_name_trigrams"),
            GinIndex(OpClass(Plain("name"), name="gin_trgm_ops"), name="account_by_words"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountDomain(models.Model):
    """A mail domain that belongs to one account, lower case, without ``@``."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(domain=Lower("domain")), name="domain_is_lower_case")]
        indexes = [GinIndex(OpClass(Plain("domain"), name="gin_trgm_ops"), name="domain_by_words")]

    def __str__(self) -> str:
        return self.domain


@pghistory.track()
class Contact(models.Model):
    """A person at an account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="contacts")
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=150, blank=True)
    seniority = models.CharField(_("seniority"), max_length=30, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="contact_has_a_name")]
        indexes = [
            models.Index(Lower("email"), name="contact_by_email"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="contact_name_trigrams"),
            GinIndex(OpClass(PlainContact("name", "email", "phone"), name="gin_trgm_ops"), name="contact_by_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return initials(self.name)
