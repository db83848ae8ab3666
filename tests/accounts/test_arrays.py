"""A column given as one text comes out of the database as it went in."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import TextChoices

from accounts.arrays import array_of

pytestmark = pytest.mark.django_db


class Kind(TextChoices):
    PLAIN = "plain"
    QUOTED = 'a "word"'


CASES = {
    "text": ["", "NULL", "plain", "a,b", "{braces}", 'say "hi"', "back\\slash", '\\"', "two\nlines\ttab", "ß 漢 🙂", " spaces ", None],
    "bigint": [0, -1, 2**40, None],
    "boolean": [True, False, None],
    "numeric": [Decimal("0.10"), Decimal("-12345678901234567890.99"), None],
    "float8": [0.1, -1e300, float("inf"), None],
    "date": [date(1999, 12, 31), date(9999, 1, 1), None],
    "timestamptz": [datetime(2026, 3, 29, 1, 30, 0, 7, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-9))), None],
}


@pytest.mark.parametrize("kind", CASES)
def test_a_column_comes_out_as_it_went_in(kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM unnest(%s::{kind}[])", [array_of(CASES[kind])])
        assert [value for (value,) in cursor.fetchall()] == CASES[kind]


def test_choices_are_written_as_their_values() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM unnest(%s::text[])", [array_of([Kind.PLAIN, Kind.QUOTED])])
        assert [value for (value,) in cursor.fetchall()] == ["plain", 'a "word"']


def test_nothing_is_an_empty_array() -> None:
    assert array_of([]) == "{}"
