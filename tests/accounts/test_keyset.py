"""Pages by key."""

import pytest
from django.db.models.functions import Lower

from accounts.keyset import page
from deals.models import Deal
from tests.factories import DealFactory

pytestmark = pytest.mark.django_db
KEYS = ["-value_at_stake", "-pk"]


@pytest.fixture
def deals():
    """Five deals, two of them of the same value: 40, 30, 30, 20, 10."""
    return [DealFactory(name=name, value_at_stake=value) for name, value in [("b", 10), ("a", 30), ("d", 40), ("c", 30), ("e", 20)]]


def names(found):
    return [deal.name for deal in found.rows]


def test_every_row_comes_once_in_order(deals):
    first = page(Deal.objects.all(), keys=KEYS, size=2)
    second = page(Deal.objects.all(), keys=KEYS, size=2, token=first.later)
    third = page(Deal.objects.all(), keys=KEYS, size=2, token=second.later)
    assert [names(first), names(second), names(third)] == [["d", "c"], ["a", "e"], ["b"]]
    assert (first.earlier, third.later) == ("", "")


def test_the_way_back_gives_the_same_pages(deals):
    first = page(Deal.objects.all(), keys=KEYS, size=2)
    second = page(Deal.objects.all(), keys=KEYS, size=2, token=first.later)
    third = page(Deal.objects.all(), keys=KEYS, size=2, token=second.later)
    back = page(Deal.objects.all(), keys=KEYS, size=2, token=third.earlier)
    assert names(back) == names(second)
    assert names(page(Deal.objects.all(), keys=KEYS, size=2, token=back.earlier)) == names(first)
    assert page(Deal.objects.all(), keys=KEYS, size=2, token=back.earlier).earlier == ""


def test_a_row_that_went_away_in_between_loses_nothing(deals):
    first = page(Deal.objects.all(), keys=KEYS, size=2)
    deals[3].delete()
    assert names(page(Deal.objects.all(), keys=KEYS, size=2, token=first.later)) == ["a", "e"]


def test_annotations_and_rising_order_work_too(deals):
    rows = Deal.objects.annotate(key=Lower("name"))
    first = page(rows, keys=["key", "pk"], size=3)
    assert names(first) == ["a", "b", "c"]
    assert names(page(rows, keys=["key", "pk"], size=3, token=first.later)) == ["d", "e"]


def test_a_date_survives_the_token(deals):
    first = page(Deal.objects.all(), keys=["-created_at", "-pk"], size=4)
    assert len(page(Deal.objects.all(), keys=["-created_at", "-pk"], size=4, token=first.later).rows) == 1


@pytest.mark.parametrize("token", ["nonsense", "W10:abc", "\x00"])
def test_a_token_that_is_not_ours_gives_the_first_page(deals, token):
    assert names(page(Deal.objects.all(), keys=KEYS, size=2, token=token)) == ["d", "c"]


def test_a_token_of_another_order_gives_the_first_page(deals):
    other = page(Deal.objects.all(), keys=["pk"], size=2).later
    assert names(page(Deal.objects.all(), keys=KEYS, size=2, token=other)) == ["d", "c"]


def test_a_page_costs_one_query(deals, django_assert_num_queries):
    later = page(Deal.objects.all(), keys=KEYS, size=2).later
    with django_assert_num_queries(1):
        page(Deal.objects.all(), keys=KEYS, size=2, token=later)


def test_an_empty_list_is_an_empty_page(db):
    assert page(Deal.objects.all(), keys=KEYS, size=2) == page(Deal.objects.none(), keys=KEYS, size=2)


def test_mixed_directions_are_refused(db):
    with pytest.raises(ValueError, match="the same way"):
        page(Deal.objects.all(), keys=["name", "-pk"], size=2)
