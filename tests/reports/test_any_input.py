"""Whatever a file holds, it is a story or its mistakes are named."""

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.replay.mistakes import UnreadableError
from reports.replay.reading import read_story
from tests.reports.stories import SCENARIOS

TOLD = [path.read_text() for path in sorted(SCENARIOS.glob("*.yaml"))]
WORDS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates(), st.datetimes())
KEYS = st.sampled_from(
    ["at", "mail", "call", "meeting", "expect", "deal", "raised", "key", "from", "to", "told", "task", "refused", "users", "steps"]
)
VALUES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=4), max_leaves=25
)


def look(content):
    found = []
    try:
        read_story(content)
    except UnreadableError as unreadable:
        found = unreadable.mistakes or [None]
    assert all(one.line >= 1 and one.reason for one in found)


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_bytes(content):
    look(content)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "timezone", "calendar", "teams", "users", "accounts", "contacts", "deals", "steps"]), VALUES))
def test_any_values_in_any_place(content):
    look(yaml.safe_dump(content, allow_unicode=True))


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(TOLD), st.data())
def test_a_story_that_was_damaged(told, data):
    start = data.draw(st.integers(0, len(told)))
    length = data.draw(st.integers(0, 40))
    look(told[:start] + data.draw(st.text(max_size=12)) + told[start + length :])


def test_what_nests_for_ever_is_a_mistake():
    look("[" * 5000)
    look("{a: " * 3000)
    look("- " * 3000)
