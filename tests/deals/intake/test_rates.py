"""Exchange rates read from files."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.refusals import Refused
from deals.intake import rates

ECB = "Date,USD,JPY,BGN,\n2026-03-04,1.0800,160.00,1.9558,\n2026-03-03,1.0700,N/A,1.9558,\n"


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "rates.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return write


def test_rows_of_currency_day_and_rate(file):
    found = rates.read(file("Currency;Day;Rate\nEUR;2026-03-04;1,0832\ngbp;04.03.2026;1.2\n"), base="USD")
    assert found.rates == [("EUR", date(2026, 3, 4), Decimal("1.0832")), ("GBP", date(2026, 3, 4), Decimal("1.2"))]
    assert found.bad == []


def test_a_table_quoted_per_euro_where_the_euro_is_the_base(file):
    found = rates.read(file(ECB), base="EUR")
    assert found.quoted_per_euro
    assert found.rates[0] == ("USD", date(2026, 3, 4), Decimal("0.92592593"))
    assert [code for code, _day, _rate in found.rates] == ["USD", "JPY", "BGN", "USD", "BGN"]


def test_a_table_quoted_per_euro_across_another_base(file):
    found = rates.read(file(ECB), base="USD", used=frozenset({"EUR", "JPY"}))
    assert found.rates[:2] == [("EUR", date(2026, 3, 4), Decimal("1.08")), ("JPY", date(2026, 3, 4), Decimal("0.00675"))]
    assert found.left_out == ["BGN"]


def test_a_table_without_the_base_currency_is_refused(file):
    with pytest.raises(Refused, match="has no column CHF"):
        rates.read(file(ECB), base="CHF")


def test_a_bad_row_is_told_with_line_column_and_remedy_and_the_good_ones_are_kept(file):
    found = rates.read(file("currency,day,rate\nEUR,2026-03-04,abc\nEUR,2026-13-04,1.1\nEuro,2026-03-04,1.1\nEUR,2026-03-05,1.2\n"), base="USD")
    assert [(bad.line, bad.column, bad.value) for bad in found.bad] == [(2, "rate", "abc"), (3, "day", "2026-13-04"), (4, "currency", "Euro")]
    assert all(bad.reason.startswith("Write") for bad in found.bad)
    assert found.rates == [("EUR", date(2026, 3, 5), Decimal("1.2"))]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1.0832", "1.0832"),
        ("1,0832", "1.0832"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("160", "160"),
        ("0", None),
        ("-1", None),
        ("1e5", None),
        ("NaN", None),
        ("Infinity", None),
        ("", None),
        ("٣", None),
        ("1.2.3", None),
        ("1" * 50, None),
    ],
)
def test_numbers(words, value):
    assert rates.number(words) == (None if value is None else Decimal(value))


def test_days_whose_order_nobody_can_tell_are_rejected_not_guessed(file):
    found = rates.read(file("currency,day,rate\nEUR,03/04/2026,1.1\n"), base="USD")
    assert [bad.column for bad in found.bad] == ["day"]


def test_one_day_that_can_only_be_read_one_way_tells_the_order_of_all(file):
    found = rates.read(file("currency,day,rate\nEUR,03/04/2026,1.1\nEUR,31/04/2026,1.1\nEUR,30/04/2026,1.1\n"), base="USD")
    assert [day.isoformat() for _code, day, _rate in found.rates] == ["2026-04-03", "2026-04-30"]
    assert [bad.line for bad in found.bad] == [3]


@pytest.mark.parametrize(
    "text", ["", "\x00\x00", "a,b\n1,2\n", "currency,day\nEUR,2026-03-04\n", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, '"never closed']
)
def test_what_is_no_such_file_is_refused_in_words(file, text):
    with pytest.raises(Refused):
        rates.read(file(text), base="USD")


def test_too_many_rates_are_refused(file, monkeypatch):
    monkeypatch.setattr(rates, "MOST_RATES", 3)
    with pytest.raises(Refused, match="more than"):
        rates.read(file(ECB), base="EUR")


def test_a_second_rate_of_a_day_is_rejected_with_the_line_of_the_first(file):
    found = rates.read(file("currency,day,rate\nEUR,2026-03-04,1.08\nGBP,2026-03-04,1.2\neur,2026-03-04,1.09\n"), base="USD")
    assert [(code, str(rate)) for code, _day, rate in found.rates] == [("EUR", "1.08000000"), ("GBP", "1.20000000")]
    assert [(bad.line, bad.column, bad.value, bad.reason) for bad in found.bad] == [
        (4, "rate", "1.09", "A rate of EUR for this day stands in line 2 already.")
    ]


def test_windows_files_with_other_encodings_are_read(file):
    found = rates.read(file("Währung;Datum;Kurs\r\nCHF;31.12.2025;1,06\r\n", "cp1252"), base="EUR")
    assert found.rates == [("CHF", date(2025, 12, 31), Decimal("1.06"))]
