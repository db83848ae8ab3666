"""Meetings: agreed on, how they went, and the apology for one we missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deals.services.meetings import plan_meeting, record_apology, say_outcome

if TYPE_CHECKING:
    from datetime import datetime

    from reports.replay.world import World


def plan(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    deal, organiser = world.deal(given["deal"]), world.user(given["organiser"])
    meeting = plan_meeting(
        deal=deal,
        starts_at=given["starts"],
        ends_at=given["ends"],
        contacts=[world.contact(key) for key in given["with"]],
        user=organiser,
        by=organiser,
        now=now,
    )
    if given.get("key"):
        world.meetings[given["key"]] = meeting.pk
    return {deal.pk}


def say(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    meeting = say_outcome(meeting=world.meeting(given["meeting"]), outcome=given["outcome"], by=world.user(given["said_by"]), now=now)
    return {meeting.deal_id} if meeting.deal_id is not None else set()


def apologise(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    record_apology(meeting=world.meeting(given["meeting"]), words=given.get("note") or "", by=world.user(given["by"]), now=now)
    return {world.deal_id(given["deal"])}
