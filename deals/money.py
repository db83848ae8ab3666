"""The base currency: every sum is said in it. The database values each deal with it (``Deal.value``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from deals.models import BaseCurrency, Deal, ExchangeRate

if TYPE_CHECKING:
    from collections.abc import Sequence


def keep_base_currency(*, apps: Any = None, **_of_signal: Any) -> None:
    """After migrating, and after a test has emptied the tables: the row that says the base currency is there.

    It follows the setting until the first deal or rate is in. ``apps``: the models as the migrations left them; after
    migrating back there may be no such table any more.
    """
    if apps is not None and "basecurrency" not in apps.all_models["deals"]:
        return
    base, _made = BaseCurrency.objects.get_or_create(only=True, defaults={"code": settings.BASE_CURRENCY})
    if base.code != settings.BASE_CURRENCY and not Deal.objects.exists() and not ExchangeRate.objects.exists():
        base.code = settings.BASE_CURRENCY
        base.save(update_fields=["code"])


@checks.register(checks.Tags.database)
def base_currency_is_the_stored_one(*, databases: Sequence[str] | None = None, **_options: Any) -> list[checks.CheckMessage]:
    """Another ``BASE_CURRENCY`` than the one every value was computed in would mislabel every sum."""
    if not databases:
        return []
    try:
        stored = BaseCurrency.objects.values_list("code", flat=True).first()
    except DatabaseError:
        return []  # no tables yet: migrating makes them, and writes the row
    if stored is None or stored == settings.BASE_CURRENCY:
        return []
    return [
        checks.Error(
            f"BASE_CURRENCY is {settings.BASE_CURRENCY}, but this database holds its sums in {stored}.",
            hint=f"Set BASE_CURRENCY={stored}. The base currency is chosen once, before the first deal is in.",
            id="deals.E001",
        )
    ]
