"""Words of the import pages."""

import pytest

from deals.templatetags.imports import things


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [(1, "accounts", "1 account"), (1204, "accounts", "1,204 accounts"), (1, "users", "1 person"), (2, "users", "2 people"), (1, "sheep", "1 sheep")],
)
def test_one_of_a_kind_is_said_in_the_singular(number, kind, words):
    assert things(number, kind) == words
