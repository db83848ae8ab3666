"""Which limit holds for a stage and a team."""

import pytest

from deals.risk.policy import DEFAULT, Policies

# 1 is the company's top team, 2 below it, 3 below 2; stages 10 and 11.
PARENTS = {1: None, 2: 1, 3: 2}
STAGE, TEAM = 10, 3


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], 10),
        ([("stage_limit", None, None, 9)], 9),
        ([("stage_limit", None, None, 9), ("stage_limit", STAGE, None, 8)], 8),
        ([("stage_limit", STAGE, None, 8), ("stage_limit", None, 1, 7)], 7),
        ([("stage_limit", None, 1, 7), ("stage_limit", None, 3, 6)], 6),
        ([("stage_limit", None, 3, 6), ("stage_limit", STAGE, 1, 5)], 5),
        ([("stage_limit", STAGE, 1, 5), ("stage_limit", STAGE, 2, 4)], 4),
        ([("stage_limit", 11, None, 3), ("stage_limit", 11, 3, 3)], 10),
    ],
)
def test_the_most_particular_threshold_wins(rows, expected):
    assert Policies(rows, PARENTS).of(stage_id=STAGE, team_id=TEAM).number("stage_limit") == expected


def test_without_thresholds_the_defaults_hold():
    assert Policies([], PARENTS).of(stage_id=STAGE, team_id=None) is DEFAULT


def test_a_ring_of_teams_does_not_hang():
    assert Policies([("unowned", None, None, 3)], {1: 2, 2: 1}).of(stage_id=STAGE, team_id=1).number("unowned") == 3
