"""Entering exchange rates. The deals concerned get their value anew in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from deals.models import ExchangeRate
from deals.risk.again import ask_for_currency

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal

    from accounts.models import User


@transaction.atomic
def set_rates(*, rates: Iterable[tuple[str, date, Decimal]], by: User | None, now: datetime) -> int:
    """Enter rates as (currency, first day, worth of one unit in the base currency); one of the same day is replaced.

    Returns how many differ from what was known. Refused for the base currency itself and for what is not above zero.
    """
    known = {(rate.currency, rate.day): rate.rate for rate in ExchangeRate.objects.all()}
    changed: dict[tuple[str, date], ExchangeRate] = {}
    for currency, day, rate in rates:
        if currency == settings.BASE_CURRENCY:
            raise Refused(_("%(currency)s is the base currency: it is worth one of itself.") % {"currency": currency})
        if rate <= 0:
            raise Refused(_("A rate is above zero. %(rate)s for %(currency)s is not.") % {"rate": rate, "currency": currency})
        if known.get((currency, day)) != rate:
            changed[currency, day] = ExchangeRate(currency=currency, day=day, rate=rate, entered_by=by, entered_at=now)
    ExchangeRate.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["currency", "day"],
        update_fields=["rate", "entered_by", "entered_at"],
        batch_size=2000,
    )
    for currency in {currency for currency, _day in changed}:
        ask_for_currency(currency, now)
    return len(changed)


@transaction.atomic
def remove_rate(*, rate: ExchangeRate, now: datetime) -> None:
    """Take a rate out: its deals are valued by the one before it."""
    rate.delete()
    ask_for_currency(rate.currency, now)


@transaction.atomic
def revalue_by_todays_rates(*, today: date, now: datetime) -> None:
    """Every night: currencies whose rate of today or yesterday comes into force have their deals valued anew.

    Two days, because a night's run may have been missed around midnight; twice does no harm.
    """
    latest = ExchangeRate.objects.filter(day__lte=today).values("currency").annotate(day=Max("day"))
    for currency, day in latest.values_list("currency", "day"):
        if (today - day).days <= 1:
            ask_for_currency(currency, now)
