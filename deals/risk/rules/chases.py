"""Chases: somebody turned to another person of ours, because whoever answers for the deal did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deals.models.tasks import Task
from deals.risk.findings import Duty
from deals.risk.policy import CHASED_ANSWERS_IN
from deals.risk.rules.meetings import in_trouble_since

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deals.risk.facts import Facts, Message
    from deals.risk.policy import Policy


def of_customer(facts: Facts, policy: Policy) -> list[Message]:
    """Their messages to others of ours while an earlier one is unanswered, or a meeting with them is missed or unconfirmed."""
    trouble = in_trouble_since(facts, policy)
    later = (one for number, one in enumerate(facts.unanswered) if number or (trouble is not None and trouble <= one.at))
    return _to_others(facts, later)


def of_introducer(facts: Facts) -> list[Message]:
    """The introducer's messages to others of ours while an earlier one of theirs is unanswered."""
    return _to_others(facts, facts.introducer.asked[1:] if facts.introducer else ())


def duties(chases: Sequence[Message]) -> tuple[Duty, ...]:
    """Each person chased answers or passes it on, counted from the first message that came to them."""
    first: dict[int, Message] = {}
    for one in chases:
        if one.user_id is not None:
            first.setdefault(one.user_id, one)
    return tuple(Duty(Task.Kind.ANSWER_OR_PASS_ON, CHASED_ANSWERS_IN, since=one.at, user_id=user_id) for user_id, one in first.items())


def told(chases: Sequence[Message]) -> list[dict[str, Any]]:
    """As evidence: which message came to whom. :mod:`deals.risk.judging` tells them at once."""
    return [{"message": one.id, "user": one.user_id} for one in chases]


def _to_others(facts: Facts, messages: Iterable[Message]) -> list[Message]:
    """Another than who answers now and than who answered when it came: the cover of those days, the owner of before."""
    ours = {None, facts.responsible_id, facts.owner_id}
    return [one for one in messages if one.user_id not in ours and not one.to_cover and one.at >= facts.owner_since]
