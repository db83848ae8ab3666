"""Escalation over whole organisations: somebody who can act always hears of it in time, and nobody is told of a rung twice."""

from hypothesis import HealthCheck, given, settings

from tests.deals.risk.companies import plays
from tests.deals.risk.playing import Run


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(play=plays())
def test_nothing_grave_waits_longer_than_its_step_and_nothing_climbs_twice(play):
    Run(play).go()
