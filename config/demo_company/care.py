"""Open deals on which a person is owed a word: a meeting that was missed or that nobody spoke of, an introducer who waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Account
from config.demo_company.standing import LATER_STAGES, Recipe, Standing, begin, wish_for
from deals.models import Deal, Interaction

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Contact
    from config.demo_company.scene import Scene

Outcome = Interaction.Outcome
HALF_AN_HOUR = timedelta(minutes=30)
ROOM = 12  # working hours before the meeting in which it was agreed on


def _met(scene: Scene, team: str, position: int, hours: float, outcome: str, *, said: float | None = None, with_rep: bool = False) -> Standing:
    """A deal with a meeting that ended so many working hours ago; ``said``: how many hours ago somebody said how it went."""
    standing = begin(scene, wish_for(scene, team, position, hours + ROOM, with_rep=with_rep))
    starts = standing.ago(hours + 0.5)
    starts -= timedelta(minutes=starts.minute % 30, seconds=starts.second, microseconds=starts.microsecond)
    standing.talk.booked(starts, starts + HALF_AN_HOUR, standing.stage, standing.contact, booked_at=min(standing.told, starts - HALF_AN_HOUR))
    meeting = standing.episode.talk[-1]
    meeting.outcome = str(outcome)
    if said is not None:
        meeting.outcome_said_at = max(standing.ago(said), starts + HALF_AN_HOUR)
        meeting.outcome_said_by = standing.episode.us
    standing.talk.next_step(standing.stage, standing.told, standing.ahead(standing.between(6, 40)))
    return standing


class Unconfirmed(Recipe):
    """The level is the working hours since it ended."""

    levels = (3, 11, 5, 26)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        _met(scene, team, position, level, Outcome.PLANNED, with_rep=True).done()


class MissedByUs(Recipe):
    """The level is the working hours since somebody said so; the second one is apologised for, its new date is owed."""

    levels = (1, 7, 12)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        standing = _met(scene, team, position, level + 2, Outcome.MISSED_BY_US, said=level, with_rep=True)
        if position % 3 == 1:
            meeting = standing.episode.talk[-1]
            meeting.apologised_at, meeting.apologised_by = standing.ago(level - 1), standing.episode.us
            meeting.apology = f"Called {standing.contact.name}: our mistake, no excuse. They were kind about it."
        standing.done()


class NotRebooked(Recipe):
    """They did not come, or called it off; the level is the working hours since."""

    levels = (20, 34, 27)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        outcome = Outcome.CANCELLED_BY_THEM if position % 2 else Outcome.MISSED_BY_THEM
        _met(scene, team, position, level + 1, outcome, said=level, with_rep=position == 0).done()


class Introduced(Recipe):
    """Brought to us by a partner; the level is how many working hours ago they asked, 0 where they have only not heard of it."""

    levels = (6, 0, 14, 0)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        standing = begin(scene, wish_for(scene, team, position, max(level, 48) + 6, stages=LATER_STAGES, with_rep=True))
        iris = introducer(scene, team, position, standing)
        deal = standing.episode.deal
        deal.source, deal.introduced_by = Deal.Source.INTRODUCED, iris
        standing.well(least=0.4)
        if level:
            who = standing.episode.customer.account.name
            standing.talk.from_them(asked_at(standing, level), f"How is it going with {who}?", WONDERS.format(who=who), iris)
        standing.done()


WONDERS = "You and {who} have spoken for a while now. They asked me how it stands, and I would rather not guess. Can you tell me?"


def introducer(scene: Scene, team: str, position: int, standing: Standing) -> Contact:
    """Somebody of a partner of the team's, else of another customer."""
    known = scene.customers.of(team, Account.Lifecycle.PARTNER) or scene.customers.of(team, Account.Lifecycle.CUSTOMER)
    others = [one for one in known if one is not standing.episode.customer]
    return others[position % len(others)].contacts[0]


def asked_at(standing: Standing, hours: float) -> datetime:
    return standing.episode.office.back(standing.scene.now, hours)


RECIPES: tuple[Recipe, ...] = (Unconfirmed(), MissedByUs(), NotRebooked(), Introduced())
