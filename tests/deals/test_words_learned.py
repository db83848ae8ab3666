"""The words that names are made of are learned as the names come, many at once or one by one."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import KnownWord
from accounts.plain import plain
from tests.factories import DealFactory

pytestmark = pytest.mark.django_db
NAMES = st.lists(st.text("aBé-ß3 ,.", max_size=30), max_size=5)


def learned(names):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_knownword")
        cursor.execute("SELECT salvor_learn_words('deal', %s::text[])", [names])
    return set(KnownWord.objects.values_list("word", flat=True))


def test_each_word_of_new_names_is_known_once_and_no_number_is():
    DealFactory(name="Água limpa 2026")
    DealFactory(name="agua-limpa, B2B")
    assert sorted(KnownWord.objects.filter(kind="deal").values_list("word", flat=True)) == ["agua", "limpa"]


@given(names=NAMES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_they_are_the_plain_words_of_the_names(names):
    words = {word for name in names for word in plain(name).split() if len(word) >= 3 and not any(sign.isdigit() for sign in word)}
    assert learned(names) == words
