"""The stories Salvor must be able to prevent: a test a file."""

import re

import pytest

from reports.replay.apart import empty_place
from reports.replay.playing import play
from reports.replay.reading import read_story
from tests.reports.stories import SCENARIOS, command

pytestmark = pytest.mark.usefixtures("database")


def failing(output):
    """The lines of the file whose expectations failed."""
    return sorted({int(line) for line in re.findall(r"line (\d+): expected", output)})


def test_the_bluebird_shot_down():
    status, output, complaints = command(SCENARIOS / "bluebird.yaml", "--check")
    assert failing(output) == []
    assert output.rstrip().endswith("14 expectations held, 0 failed")
    assert (status, complaints) == (0, "")


def test_the_unanswered_request_up_to_the_competitor():
    with empty_place():
        told = play(read_story((SCENARIOS / "unanswered-request.yaml").read_bytes()))
    assert [one.line for moment in told.moments for one in moment.failures] == [88, 103, 115]
    assert {one.found for moment in told.moments for one in moment.failures} == {"Salvor does not know this rule yet"}
    assert told.unknown == ["competitor", "rescue", "rescue_step", "rescue_end"]
    assert (told.held, told.failed) == (16, 3)
