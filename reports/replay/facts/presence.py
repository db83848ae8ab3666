"""Who is away, and who leaves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from accounts.services.absences import record_absence
from accounts.services.leaving.moving import leave as pass_everything_on

if TYPE_CHECKING:
    from reports.replay.world import World


def leave(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    """The assistant confirmed as it stands: what they hold goes to their manager, their mail to whom the story names."""
    user = world.user(given["user"])
    mail_to = world.user(given["mail_to"]) if given.get("mail_to") else None
    by = (user.team.manager if user.team is not None else None) or mail_to or user
    pass_everything_on(leaver=user, last_day=given["last_day"], mail_to=mail_to, choices={}, by=by, now=now)
    return set()


def be_away(given: dict[str, Any], world: World, now: datetime) -> set[int]:
    """From and until may be days: away from the start of the first to the end of the last."""
    user = world.user(given["user"])
    record_absence(
        user=user,
        starts_at=_start(given["from"], world),
        ends_at=_start(given["until"], world, last=True),
        cover=world.user(given["cover"]) if given.get("cover") else None,
        by=user,
        now=now,
    )
    return set()


def _start(given: date | datetime, world: World, *, last: bool = False) -> datetime:
    if isinstance(given, datetime):
        return given
    return datetime.combine(given + timedelta(days=last), time(0), world.zone)
