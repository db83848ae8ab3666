"""Meetings with customers: agreed on, moved, how they went, and what is owed where we were not there.

A meeting here is an interaction of kind meeting, which is what clocks and rules read; a calendar's row may stand beside it.
"""

from __future__ import annotations

from deals.services.meetings.apologies import record_apology, take_back_apology
from deals.services.meetings.outcomes import Before, say_outcome, take_back_outcome
from deals.services.meetings.planning import move_meeting, plan_meeting, take_back_move

__all__ = ["Before", "move_meeting", "plan_meeting", "record_apology", "say_outcome", "take_back_apology", "take_back_move", "take_back_outcome"]
