"""What each fact of a story does: it calls the service that live use calls. ``given`` is as :mod:`reports.replay.shapes` read it.

Each returns the numbers of the deals it concerned. A refusal is ``accounts.refusals.Refused``, as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.replay.facts import calls, deals, declines, handoffs, mail, meetings, presence

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from reports.replay.world import World

    Fact = Callable[[dict[str, Any], World, datetime], set[int]]

FACTS: dict[str, Fact] = {
    "mail": mail.send,
    "call": calls.log,
    "meeting": meetings.plan,
    "meeting_outcome": meetings.say,
    "apology": meetings.apologise,
    "departure": presence.leave,
    "absence": presence.be_away,
    "deal": deals.begin,
    "next_step": deals.name_next_step,
    "stage": deals.move,
    "handoff": handoffs.offer,
    "handoff_answer": handoffs.answer,
    "decline": declines.decline,
}
