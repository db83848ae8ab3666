"""Amounts as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from deals.amount_field import AmountField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1250", "1250"),
        ("1,250", "1250"),
        ("1,250.50", "1250.50"),
        ("1250,50", "1250.50"),
        ("1250,5", "1250.5"),
        ("12.500,50", "12500.50"),
        ("12 500,50", "12500.50"),
        ("1,250,000", "1250000"),
    ],
)
def test_cents_after_a_comma_stay_cents(typed, amount):
    assert AmountField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["much", "-1", "1.250", "1.25.00,5"])
def test_what_cannot_be_told_is_refused(typed):
    with pytest.raises(ValidationError):
        AmountField().clean(typed)
