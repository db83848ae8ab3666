"""Money in more than one currency: the company's base currency and dated rates into it."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BaseCurrency(models.Model):
    """The currency every sum is said in: one row, written when the tables are made, from ``BASE_CURRENCY``.

    It stands in the database because the database computes ``Deal.value`` with it.
    """

    # Always true: the unique key lets no second row in.
    only = models.BooleanField(default=True, unique=True, editable=False)
    code = models.CharField(max_length=3)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="base_currency_one_row")]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class ExchangeRate(models.Model):
    """What one unit of a currency is worth in the base currency from ``day`` on, until the next rate."""

    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("from"))
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)
    entered_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_above_zero"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="exchange_rate_currency_code"),
        ]
        ordering = ["currency", "-day"]

    def __str__(self) -> str:
        return f"{self.currency} {self.day} {self.rate}"
