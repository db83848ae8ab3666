from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.intake.files.money import MoneyColumn, currency_in, read

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


def seen(*cells, header=""):
    column = MoneyColumn(header)
    for cell in cells:
        column.see(cell)
    return column


def written(value, decimal, group):
    whole, fraction = f"{value:,.2f}".split(".")
    return whole.replace(",", group) + decimal + fraction


@pytest.mark.parametrize(
    ("cell", "convention", "expected"),
    [
        ("$1,026", "point", ("1026.00", "$")),
        ("USD 5,408.00", "point", ("5408.00", "USD")),
        ("1.026,00 €", "comma", ("1026.00", "EUR")),
        ("1 234,56", None, ("1234.56", "")),
        ("1\u202f234,5 €", "comma", ("1234.50", "EUR")),
        ("1'234.50 CHF", "point", ("1234.50", "CHF")),
        ("(123)", None, ("-123.00", "")),
        ("12k", None, ("12000.00", "")),
        ("1,5 Mio. €", "comma", ("1500000.00", "EUR")),
        ("1,23,456.00", "point", ("123456.00", "")),
        (1054.0, None, ("1054.00", "")),
        ("$1,000,000.00", "point", ("1000000.00", "$")),
        ("0", None, ("0.00", "")),
    ],
)
def test_spellings(cell, convention, expected):
    assert read(cell, convention) == (Decimal(expected[0]), expected[1])


@pytest.mark.parametrize("cell", ["", "abc", "EUR", "1,2,3", "12 34", "1.2.3", "--", True, None, "1e5", "99999999999999"])
def test_what_is_no_amount(cell):
    assert read(cell, "point") is None


@given(AMOUNTS)
def test_two_decimals_decide_the_column(value):
    for convention, decimal, group in (("point", ".", ","), ("comma", ",", ".")):
        cell = written(value, decimal, group)
        column = seen(cell)
        assert column.convention() == convention
        assert read(cell, column.convention()) == (value.quantize(Decimal("0.01")), "")


def test_groups_of_three_after_commas_are_thousands():
    assert seen("$588", "$1,026").convention() == "point"


def test_a_lone_point_before_three_digits_has_to_be_asked_for():
    assert seen("1.234", "2.500").is_undecided()
    assert not seen("1.234", "2.500", "17,50").is_undecided()
    assert not seen("1.234", "2.500", header="Betrag (€)").is_undecided()


def test_columns_that_say_both_are_asked_for():
    assert seen("1,5", "1.5").is_undecided()
    assert seen("1,234", "1.234").is_undecided()


def test_plain_numbers_are_no_question():
    column = seen("588", 1054.0, "")
    assert not column.is_undecided()
    assert column.convention() is None


@pytest.mark.parametrize(("header", "expected"), [("Betrag (€)", "EUR"), ("Amount USD", "USD"), ("Value", ""), ("Price in $", "$")])
def test_the_title_names_the_currency(header, expected):
    assert currency_in(header) == expected


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    read(text, None)
    seen(text).convention()
