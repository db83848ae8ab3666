"""A deal's value in the base currency: which rate, which day, and what follows a new rate."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import checks
from django.db.migrations.state import ProjectState
from django.utils import timezone

from accounts.refusals import Refused
from deals.models import BaseCurrency, Deal, ExchangeRate, LookAgain
from deals.money import keep_base_currency
from deals.risk.again import make_due
from deals.risk.sweep import sweep
from deals.services import rates
from tests.again import comes_to_the_same
from tests.at_once import at_once
from tests.factories import DealFactory, ProductFactory, stage

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()


def rate(worth, day=date(2026, 1, 1), currency="EUR"):
    rates.set_rates(rates=[(currency, day, Decimal(worth))], by=None, now=NOW)


def value(deal):
    return Deal.objects.get(pk=deal.pk).value


def test_an_amount_in_the_base_currency_is_the_value():
    assert value(DealFactory(amount=Decimal("12.34"))) == Decimal("12.34")


def test_an_amount_in_another_currency_is_worth_its_rate_of_today():
    rate("1.10")
    rate("1.25", TODAY)
    rate("9.99", TODAY + timedelta(days=1))
    assert value(DealFactory(amount=Decimal(100), currency="EUR")) == 125


def test_a_closed_deal_keeps_the_rate_of_its_last_day():
    rate("1.10")
    rate("1.25", date(2026, 6, 1))
    won = DealFactory(amount=Decimal(100), currency="EUR", stage=stage("Won"), closed_on=date(2026, 5, 31))
    assert value(won) == 110


def test_before_the_first_rate_the_first_one_counts():
    rate("1.25", date(2026, 6, 1))
    assert value(DealFactory(amount=Decimal(100), currency="EUR", stage=stage("Won"), closed_on=date(2020, 1, 1))) == 125


def test_without_a_rate_there_is_no_value():
    assert value(DealFactory(amount=Decimal(100), currency="CHF")) is None


def test_without_an_amount_the_list_price_counts_in_its_own_currency():
    rate("2")
    product = ProductFactory(list_price=Decimal(30), currency="EUR")
    deal = DealFactory(amount=None, product=product)
    assert value(deal) == 60
    product.list_price = Decimal(40)
    product.save()
    make_due(NOW)
    assert value(deal) == 80


def test_a_new_list_price_values_its_deals_in_the_background_and_no_others():
    product, idle = ProductFactory(list_price=Decimal(30)), ProductFactory(list_price=Decimal(30))
    deal, other = DealFactory(amount=None, product=product), DealFactory(amount=Decimal(7), product=product)
    for one in (product, idle):
        one.list_price = Decimal(50)
        one.save()
    assert value(deal) == 30
    assert [asked.product for asked in LookAgain.objects.all()] == [product]
    make_due(NOW)
    assert (value(deal), value(other)) == (50, 7)
    assert Deal.objects.filter(alarm_at=NOW).get() == deal
    assert not LookAgain.objects.exists()


def test_a_new_rate_values_its_deals_anew_in_the_background_and_no_others():
    rate("1")
    deal, other = DealFactory(amount=Decimal(100), currency="EUR"), DealFactory(amount=Decimal(100))
    rate("3", TODAY)
    assert value(deal) == 100
    make_due(NOW)
    assert (value(deal), value(other)) == (300, 100)
    assert Deal.objects.filter(alarm_at=NOW).get() == deal
    assert not LookAgain.objects.exists()


def test_value_at_stake_is_said_in_the_base_currency(company):
    rate("2")
    Deal.objects.filter(pk=company.deal.pk).update(amount=Decimal(50), currency="EUR", alarm_at=NOW)
    sweep(NOW)
    assert Deal.objects.get(pk=company.deal.pk).value_at_stake >= 100


def test_a_removed_rate_gives_way_to_the_one_before():
    rate("1")
    rate("3", TODAY)
    deal = DealFactory(amount=Decimal(10), currency="EUR")
    rates.remove_rate(rate=ExchangeRate.objects.get(day=TODAY), now=NOW)
    make_due(NOW)
    assert value(deal) == 10


def test_entering_the_same_rate_again_changes_nothing():
    rate("1.5")
    LookAgain.objects.all().delete()
    assert rates.set_rates(rates=[("EUR", date(2026, 1, 1), Decimal("1.5"))], by=None, now=NOW) == 0
    assert not LookAgain.objects.exists()


def test_a_rate_that_begins_today_is_asked_for_at_night():
    rate("1")
    rate("2", TODAY)
    LookAgain.objects.all().delete()
    rates.revalue_by_todays_rates(today=TODAY, now=NOW)
    assert [asked.currency for asked in LookAgain.objects.all()] == ["EUR"]


@pytest.mark.parametrize(("currency", "worth"), [("USD", "1"), ("EUR", "0"), ("EUR", "-2")])
def test_no_rate_for_the_base_currency_and_none_below_zero(currency, worth):
    with pytest.raises(Refused):
        rate(worth, currency=currency)


def test_migrating_back_to_before_there_was_a_base_currency_ends_well():
    BaseCurrency.objects.all().delete()
    keep_base_currency(apps=ProjectState().apps)
    assert not BaseCurrency.objects.exists()
    keep_base_currency()
    assert BaseCurrency.objects.exists()


def test_another_base_currency_than_the_stored_one_refuses_to_start(settings):
    assert checks.run_checks(tags=[checks.Tags.database], databases=["default"]) == []
    settings.BASE_CURRENCY = "JPY"
    assert [error.id for error in checks.run_checks(tags=[checks.Tags.database], databases=["default"])] == ["deals.E001"]
    assert BaseCurrency.objects.get().code == "USD"


def rates_of_today():
    rates.revalue_by_todays_rates(today=TODAY, now=NOW)
    make_due(NOW)


def new_rate_comes_into_force():
    """A deal whose value still is that of the rate before."""
    rate("1")
    deal = DealFactory(amount=Decimal(10), currency="EUR")
    ExchangeRate.objects.create(currency="EUR", day=TODAY, rate=Decimal(2), entered_at=NOW)
    LookAgain.objects.all().delete()
    return deal


def test_valued_twice_or_after_being_killed_it_is_the_same():
    new_rate_comes_into_force()
    comes_to_the_same(rates_of_today, Deal, LookAgain)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_value_by_the_rate_of_today():
    keep_base_currency()
    deal = new_rate_comes_into_force()
    assert at_once(rates_of_today, rates_of_today) == []
    assert (value(deal), LookAgain.objects.count()) == (20, 0)
