"""The stories Salvor must be able to prevent, played by the command: a test a file."""

import re

import pytest

from tests.reports.stories import SCENARIOS, command

pytestmark = pytest.mark.django_db


def failing(output):
    """The lines of the file whose expectations failed."""
    return sorted({int(line) for line in re.findall(r"line (\d+): expected", output)})


def test_the_bluebird_shot_down():
    status, output, complaints = command(SCENARIOS / "bluebird.yaml", "--check")
    assert failing(output) == []
    assert output.rstrip().endswith("14 expectations held, 0 failed")
    assert (status, complaints) == (0, "")


def test_the_unanswered_request_up_to_the_competitor():
    status, output, _complaints = command(SCENARIOS / "unanswered-request.yaml", "--check")
    assert failing(output) == [88, 103, 115]
    assert "Not known yet: competitor, rescue, rescue_step, rescue_end." in output
    assert output.rstrip().endswith("16 expectations held, 3 failed")
    assert status == 1
