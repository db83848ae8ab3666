"""What is known of exchange rates, for the page that shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import Count

from deals.models import ExchangeRate, Product

if TYPE_CHECKING:
    from datetime import date

# Counting deals stops here.
COUNT_AT_MOST = 1000
# From one currency to the next along the index: as many steps as there are currencies, whatever the number of deals.
CURRENCIES = """
WITH RECURSIVE walk AS (
    (SELECT currency FROM deals_deal ORDER BY currency LIMIT 1)
    UNION ALL
    SELECT (SELECT d.currency FROM deals_deal d WHERE d.currency > walk.currency ORDER BY d.currency LIMIT 1)
    FROM walk WHERE walk.currency IS NOT NULL
)
SELECT currency FROM walk WHERE currency IS NOT NULL
"""
COUNTED = """
SELECT code, (SELECT count(*) FROM (SELECT 1 FROM deals_deal WHERE currency = code AND amount IS NOT NULL LIMIT %(most)s) AS found)
FROM unnest(%(codes)s::text[]) AS code ORDER BY code
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A currency with the rate of today: the latest that has begun, or where none has, the first one."""

    currency: str
    rate: ExchangeRate
    rates: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """A currency without any rate, and how many deals have no value because of it; at most ``COUNT_AT_MOST``."""

    currency: str
    deals: int

    @property
    def words(self) -> str:
        return f"{COUNT_AT_MOST - 1}+" if self.deals >= COUNT_AT_MOST else str(self.deals)


def used_currencies() -> frozenset[str]:
    """The currencies of deals and list prices, but for the base."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENCIES)
        found = {row[0] for row in cursor.fetchall()}
    return frozenset(found | set(Product.objects.values_list("currency", flat=True).distinct())) - {settings.BASE_CURRENCY}


def known(today: date) -> list[Known]:
    """Every currency that has rates. Three queries, however many rates."""
    counts = dict(ExchangeRate.objects.order_by("currency").values_list("currency").annotate(Count("pk")))
    begun = ExchangeRate.objects.filter(day__lte=today).order_by("currency", "-day").distinct("currency")
    first = ExchangeRate.objects.order_by("currency", "day").distinct("currency")
    rates = {rate.currency: rate for rate in first} | {rate.currency: rate for rate in begun}
    return [Known(currency, rates[currency], count) for currency, count in counts.items() if currency in rates]


def lacking() -> list[Lacking]:
    """Currencies that are used and have no rate. Four queries."""
    without = sorted(used_currencies() - set(ExchangeRate.objects.values_list("currency", flat=True).distinct()))
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"codes": without, "most": COUNT_AT_MOST})
        return [Lacking(*row) for row in cursor.fetchall()]
