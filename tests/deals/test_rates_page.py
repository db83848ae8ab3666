"""Exchange rates as an admin enters them, and what they do to deals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from deals.models import ExchangeRate
from deals.risk.again import make_due
from tests.factories import DealFactory

pytestmark = pytest.mark.django_db
PAGE = "/settings/rates/"


@pytest.fixture
def as_admin(client, company):
    client.force_login(company.admin)
    return client


def enter(client, **more):
    return client.post(PAGE, {"currency": "EUR", "day": "2026-03-02", "rate": "1.08", **more})


def bring(client, text, name="rates.csv"):
    return client.post(f"{PAGE}file/", {"file": SimpleUploadedFile(name, text.encode())})


def known():
    return {(rate.currency, rate.day.isoformat()): rate.rate for rate in ExchangeRate.objects.all()}


def test_the_page_says_the_base_currency_and_the_direction(as_admin):
    enter(as_admin)
    text = as_admin.get(PAGE).content.decode()
    assert "<b>USD</b>, the base currency" in text
    assert "1 EUR = 1.0800 USD" in text


def test_an_entered_rate_values_the_deals_anew(as_admin, company, now):
    deal = DealFactory(owner=company.owner, amount=1000, currency="EUR")
    enter(as_admin, currency="eur")
    make_due(now)
    deal.refresh_from_db()
    assert deal.value == Decimal("1080.00")


@pytest.mark.parametrize(("typed", "kept"), [("1.08", "1.08"), ("1,08", "1.08"), ("1,0832", "1.0832"), ("1.234,5", "1234.5"), ("110", "110")])
def test_a_rate_is_read_with_a_decimal_comma_as_in_a_file(as_admin, typed, kept):
    enter(as_admin, rate=typed)
    assert known() == {("EUR", "2026-03-02"): Decimal(kept)}


def test_a_first_rate_of_a_day_to_come_says_that_it_counts_already(as_admin, company):
    DealFactory(owner=company.owner, amount=1000, currency="EUR")
    assert "No rate yet" in as_admin.get(PAGE).content.decode()
    enter(as_admin, day=(timezone.localdate() + timedelta(days=30)).isoformat())
    assert "It counts before that day, too" in as_admin.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("currency", "Euro", "three letters"),
        ("currency", "USD", "worth one of itself"),
        ("rate", "0", "above zero"),
        ("rate", "-2", "above zero"),
        ("rate", "NaN", "Enter a number"),
        ("day", "0001-01-01", "closer to today"),
    ],
)
def test_what_is_no_rate_is_said_in_words_and_nothing_typed_is_lost(as_admin, field, value, said):
    answer = enter(as_admin, **{field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert known() == {}


def test_deals_in_a_currency_without_a_rate_are_counted_and_lead_to_the_list(as_admin, company):
    DealFactory.create_batch(2, owner=company.owner, amount=10, currency="CHF")
    text = as_admin.get(PAGE).content.decode()
    assert "CHF has no rate: 2 deals count nothing" in text
    assert "/deals/?currency=CHF&amp;state=all" in text
    enter(as_admin, currency="CHF")
    assert "CHF has no rate" not in as_admin.get(PAGE).content.decode()


def test_the_list_shows_the_deals_of_a_currency(as_admin, company):
    DealFactory(name="In francs", owner=company.owner, amount=10, currency="CHF")
    text = as_admin.get("/deals/?currency=CHF&state=all").content.decode()
    assert "In francs" in text
    assert "Clinics, two more" not in text


def test_a_file_of_rates_is_kept_and_the_same_file_again_changes_nothing(as_admin):
    text = "currency,day,rate\nEUR,2026-03-02,1.08\nGBP,2026-03-02,1.25\n"
    assert bring(as_admin, text).status_code == 302
    assert known() == {("EUR", "2026-03-02"): Decimal("1.08"), ("GBP", "2026-03-02"): Decimal("1.25")}
    assert "known already" in bring(as_admin, text, "again.csv").client.get(PAGE).content.decode()


def test_bad_rows_are_shown_and_the_good_ones_kept(as_admin):
    answer = bring(as_admin, "currency,day,rate\nEUR,2026-03-02,<b>\nGBP,2026-03-02,1.25\n")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "One rate is new or changed." in text
    assert "&lt;b&gt;" in text
    assert "Write a number above zero" in text
    assert list(known()) == [("GBP", "2026-03-02")]


def test_the_table_of_the_central_bank_is_taken_for_the_currencies_in_use(as_admin, company):
    DealFactory(owner=company.owner, amount=10, currency="EUR")
    bring(as_admin, "Date,USD,JPY\n2026-03-04,1.0800,160.00\n")
    assert known() == {("EUR", "2026-03-04"): Decimal("1.08")}


@pytest.mark.parametrize("text", ["PK\x03\x04 no zip", "", "hello"])
def test_a_file_that_is_none_is_refused_in_words(as_admin, text):
    answer = bring(as_admin, text)
    assert answer.status_code == 422
    assert known() == {}


def test_the_history_of_a_currency_and_taking_a_rate_out(as_admin, company):
    ExchangeRate.objects.bulk_create(
        ExchangeRate(currency="EUR", day=date(2025, 1, 1 + n % 28).replace(month=1 + n // 28), rate="1.1", entered_at="2026-01-01T00:00Z")
        for n in range(60)
    )
    page = as_admin.get(f"{PAGE}EUR/")
    assert page.content.decode().count("1 EUR = ") == 50
    rate = ExchangeRate.objects.order_by("-day").first()
    as_admin.post(f"{PAGE}{rate.pk}/remove/")
    assert not ExchangeRate.objects.filter(pk=rate.pk).exists()
    assert as_admin.get(f"{PAGE}XXX/").status_code == 404


def test_managers_see_rates_and_cannot_change_them(client, company):
    client.force_login(company.manager)
    text = client.get(PAGE).content.decode()
    assert "Enter a rate" not in text
    assert enter(client).status_code == 403


def test_the_page_costs_the_same_whatever_is_in_it(as_admin, company, django_assert_max_num_queries):
    for currency in ("EUR", "GBP", "JPY", "CHF", "SEK"):
        DealFactory(owner=company.owner, amount=1, currency=currency)
    with django_assert_max_num_queries(15):
        assert as_admin.get(PAGE).status_code == 200


def test_the_address_of_a_file_that_failed_leads_back_to_the_rates(as_admin):
    assert as_admin.get("/settings/rates/file/").url == "/settings/rates/"
