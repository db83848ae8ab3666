from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.intake.files.dates import DateColumn, day_of, read

TODAY = date(2026, 3, 4)
DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2060, 12, 31))


def seen(*cells):
    column = DateColumn(TODAY)
    for cell in cells:
        column.see(cell)
    return column


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2017-03-09 17:00", datetime(2017, 3, 9, 17)),
        ("2017/3/9", datetime(2017, 3, 9)),
        ("20170309", datetime(2017, 3, 9)),
        ("12. März 2017", datetime(2017, 3, 12)),
        ("12-Mar-17", datetime(2017, 3, 12)),
        ("Mar 12, 2017 5:04 PM", datetime(2017, 3, 12, 17, 4)),
        ("12 de marzo de 2017", datetime(2017, 3, 12)),
        ("1er janvier 2020", datetime(2020, 1, 1)),
        ("2017-03-09T17:00:00.123Z", datetime(2017, 3, 9, 17, tzinfo=UTC)),
        ("2017-03-09T17:00:00+0200", datetime(2017, 3, 9, 15, tzinfo=UTC)),
        (42803.0, datetime(2017, 3, 9)),
        ("42803", datetime(2017, 3, 9)),
        ("1570000000000", datetime(2019, 10, 2, 7, 6, 40, tzinfo=UTC)),
    ],
)
def test_spellings_that_speak_for_themselves(cell, expected):
    assert read(cell) == expected


@pytest.mark.parametrize("cell", ["", "x", "2017", "13/13/2017", "2017-02-30", "9999-12-31 23:59:59", True, 588.0, "00/00/0000"])
def test_what_is_no_date(cell):
    assert read(cell, "dmy") is None


def test_serial_numbers_may_count_from_1904():
    assert read(41341.0, from_1904=True) == datetime(2017, 3, 9)


@given(DAYS)
def test_a_day_above_twelve_decides_the_column(day):
    marks = [date(2017, 3, 25), day]
    for _order, form in (("dmy", "%d.%m.%Y"), ("mdy", "%m/%d/%Y")):
        column = seen(*[one.strftime(form) for one in marks])
        assert not column.is_undecided()
        assert [day_of(read(one.strftime(form), column.order())) for one in marks] == marks


@given(
    st.lists(
        st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 12, 31)).filter(lambda day: day.day <= 12 and day.day != day.month), min_size=1
    )
)
def test_days_up_to_twelve_have_to_be_asked_for(days):
    column = seen(*[day.strftime("%d/%m/%Y") for day in days])
    assert column.is_undecided()
    assert column.order() is None
    assert {"dmy", "mdy"} <= set(column.choices())


@given(DAYS)
def test_years_first_are_never_asked_for(day):
    column = seen(day.isoformat())
    assert not column.is_undecided()
    assert day_of(read(day.isoformat())) == day


def test_the_same_day_either_way_is_no_question():
    assert not seen("05/05/2020", "01/01/2021").is_undecided()


def test_one_slip_does_not_turn_a_clear_column_into_a_question():
    column = seen(*[f"{day}.03.2017" for day in range(13, 30)], "03.25.2017")
    assert column.order() == "dmy"


def test_a_column_that_says_both_is_asked_for():
    assert seen("25/03/2017", "03/25/2017").is_undecided()


def test_two_digit_years_of_this_century_and_the_last():
    assert day_of(read("9.3.17", "dmy")) == date(2017, 3, 9)
    assert day_of(read("9.3.85", "dmy")) == date(1985, 3, 9)


def test_the_latest_fact_is_never_in_the_future():
    column = seen("2025-12-31", "2027-01-01", "2026-01-15")
    assert column.latest(None) == date(2026, 1, 15)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    read(text, "dmy")
    seen(text).is_undecided()
