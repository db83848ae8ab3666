"""Facts in words: amounts, moments, severities, people, bars."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from accounts.models import User
from deals.templatetags import words

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        (Decimal("265000.00"), "", "265,000"),
        (Decimal("1099.5"), "", "1,099.50"),
        (0, "USD", "0"),
        (Decimal(40000), "EUR", "EUR 40,000"),
        (None, "EUR", "–"),
        ("", "", "–"),
        ("much", "", "much"),
    ],
)
def test_money(value, currency, said):
    assert words.money(value, currency) == said


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-12), "12 min ago"),
        (timedelta(minutes=12), "in 12 min"),
        (timedelta(hours=-3), "today 07:00"),
        (timedelta(hours=-20), "yesterday 14:00"),
        (timedelta(hours=24), "tomorrow 10:00"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=5), "in 5 days"),
        (timedelta(days=-30), "2 Feb"),
        (timedelta(days=-100), "24 Nov 2025"),
    ],
)
def test_moments_in_words(away, said):
    assert words.relative(NOW + away, NOW) == said


def test_a_time_element_carries_the_exact_moment():
    html = words.ago(NOW)
    assert 'datetime="2026-03-04T10:00:00+00:00"' in html
    assert 'title="Wednesday 4 March 2026, 10:00 UTC"' in html


def test_nothing_is_said_of_no_moment():
    assert (words.ago(None), words.moment(None), words.day(None)) == ("–", "–", "–")


def test_a_day_of_another_year_says_the_year():
    assert words.day(date(2019, 4, 30)) == "30 April 2019"


@pytest.mark.parametrize(("number", "said"), [(0, "none"), (11, "eleven"), (20, "twenty"), (21, "21"), (2473, "2,473")])
def test_small_counts_are_spelled(number, said):
    assert words.spelled(number) == said


def test_a_severity_is_ring_and_word():
    assert words.severity(4) == '<span class="sev critical"><i></i>Critical</span>'
    assert words.severity(0) == ""


def test_a_person_with_a_hostile_name_is_text():
    html = words.face(User(name="<img src=x>", email="a@b.example"))
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


def test_nobody_is_shown_too():
    assert "Nobody yet" in words.face(None)


@pytest.mark.parametrize(
    ("times", "css", "width"), [(0.5, "ok", "30.0%"), (1.0, "low", "60.0%"), (1.6, "medium", "96.0%"), (2.5, "high", "100.0%"), (-1, "ok", "0.0%")]
)
def test_an_ageing_bar_fills_to_its_mark_at_the_limit(times, css, width):
    html = words.ageing_bar(times, "41 days")
    assert f'class="bar {css}"' in html
    assert f'width="{width}"' in html
    assert 'x="60.0%"' in html
    assert 'aria-label="41 days"' in html
    assert "style" not in html


def test_a_query_is_changed_in_place():
    context = Context({"request": RequestFactory().get("/", {"q": "a b", "page": "2", "sort": "age"})})
    assert Template("{% with_query page='' sort='name' as url %}{{ url|safe }}").render(context) == "?q=a+b&sort=name"
    assert Template("{% without 'q' as url %}{{ url|safe }}").render(context) == "?sort=age"


def test_every_icon_named_in_a_template_is_in_the_sprite(settings):
    import re

    sprite = (settings.BASE_DIR / "static" / words.ICONS).read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    sources = [*(settings.BASE_DIR / "templates").rglob("*.html")]
    named = {name for source in sources for name in re.findall(r'{% icon "([a-z0-9-]+)"', source.read_text())}
    assert named
    assert named <= known
