"""The map of silence and value: where dots stand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from deals.desk_map import BOTTOM, LEFT, MONTH_ENDS, RIGHT, TOP, Line, ceiling, draw, silence
from deals.models import Deal


def deal(now, *, days=0, value=0, ever=True):
    then = now - timedelta(days=days)
    made = Deal(pk=7, name="Depot scanners", stage_entered_at=now - timedelta(days=99) if ever else then, value_at_stake=Decimal(value))
    made.last_contact_at = then if ever else None
    made.rank = 3
    return made


def test_silence_counts_from_the_last_contact_or_else_from_the_stage(now):
    assert silence(deal(now, days=4), now) == 4
    assert silence(deal(now, days=7, ever=False), now) == 7
    assert silence(deal(now, days=-2), now) == 0, "a contact that is still to come is no silence"


def test_days_are_even_up_to_a_month_and_narrow_beyond(now):
    where = {dot.days: float(dot.x) for dot in draw([deal(now, days=days, value=1) for days in (0, 15, 30, 45, 365)], now=now).dots}
    assert (where[0], where[30], where[365]) == (LEFT, MONTH_ENDS, RIGHT)
    assert where[15] == pytest.approx((LEFT + MONTH_ENDS) / 2)
    assert where[30] < where[45] < where[365]


def test_a_dearer_deal_stands_higher_and_is_larger(now):
    picture = draw([deal(now, value=100), deal(now, value=500_000)], now=now)
    dear, cheap = picture.dots
    assert float(dear.y) < float(cheap.y)
    assert float(dear.radius) > float(cheap.radius)
    assert (float(dear.y), picture.lines[0].value) == (TOP, 500_000)


def test_without_any_value_everything_lies_on_the_ground(now):
    assert [float(dot.y) for dot in draw([deal(now), deal(now, days=400)], now=now).dots] == [BOTTOM, BOTTOM]
    assert draw([], now=now).dots == []


@pytest.mark.parametrize(("value", "top"), [(0, 1), (1, 1), (3, 5), (55, 100), (101, 200), (265_000, 500_000), (1_000_000, 1_000_000)])
def test_the_top_of_the_scale_is_a_round_number(value, top):
    assert ceiling(value) == top


@pytest.mark.parametrize(("value", "words"), [(500_000, "500k"), (1_250_000, "1.25M"), (500, "500"), (0.5, "0.5")])
def test_a_line_is_labelled_in_few_letters(value, words):
    assert Line("0", value).label == words


def test_a_dot_says_in_words_what_it_shows(now):
    (dot,) = draw([deal(now, days=1, value=265_000)], now=now).dots
    assert (dot.label, dot.css, dot.severity) == ("Depot scanners: 265,000 at stake, 1 day since the last contact", "high", "High")
