"""How open deals stand today: most of them well, some with one thing that is owed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Account
from config.demo_company import words
from config.demo_company.people import DEPARTED, TEAMS
from config.demo_company.rhythm import OPEN_IN, PATHS, Wish, make_open, nice_day
from deals.models import CloseDateChange

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import Contact
    from config.demo_company.customers import Customer
    from config.demo_company.episode import Episode
    from config.demo_company.scene import Scene
    from config.demo_company.talk import Talk

LATER_STAGES = ("Discovery", "Proposal", "Negotiation")
AWAY = "Stefan Kolb"
# The rep one logs in as: has the first of some kinds.
REP = "Nadia Brooks"


@dataclass
class Standing:
    """An open deal being finished: its tail is written by the methods, then :meth:`done`."""

    scene: Scene
    episode: Episode
    talk: Talk
    told: datetime

    @property
    def stage(self) -> str:
        return self.episode.deal.stage.name

    @property
    def contact(self) -> Contact:
        return self.episode.contacts[0]

    def ago(self, hours: float) -> datetime:
        """That many working hours before now, but never before what was told already."""
        return max(self.episode.office.back(self.scene.now, hours + self.between(0.02, 0.3)), self.told + timedelta(minutes=3))

    def ahead(self, hours: float) -> datetime:
        return self.episode.office.on(self.scene.now, hours)

    def between(self, low: float, high: float) -> float:
        return self.scene.rng.uniform(low, high)

    # --- tails ------------------------------------------------------------------------------------------------

    def well(self, *, least: float = 0.4, step: bool = True) -> None:
        """Something good happened lately, at least ``least`` working hours ago, and something is planned."""
        hours = self.episode.office.hours(self.told, self.scene.now)
        if hours < least + 1:
            over = self.told
        else:
            tail = self.scene.rng.choices(
                (self._answered, self._asked, self._talked, self._booked, self._theirs), (30, 16, 26, 22, 6 if least < 1 else 0)
            )[0]
            over = tail(least, hours)
        if step:
            self.talk.next_step(self.stage, over + timedelta(minutes=self.scene.rng.randrange(1, 25)), self.ahead(self.between(3, 56)))

    def _answered(self, least: float, hours: float) -> datetime:
        at = self.ago(self.between(least, max(least + 0.1, min(16, hours - 1))))
        asked = max(self.episode.office.back(at, self.between(0.6, 3.5)), self.told)
        subject, question, answer = self.scene.rng.choice(words.QUESTIONS[self.stage])
        self.talk.from_them(asked, subject, question, self.contact)
        self.talk.from_us(at, f"Re: {subject}", answer, self.contact)
        return at

    def _asked(self, least: float, hours: float) -> datetime:
        if self.stage not in words.WE_ASKED:
            return self._answered(least, hours)
        at = self.ago(self.between(least, max(least + 0.1, min(14, hours))))
        subject, text = words.WE_ASKED[self.stage]
        self.talk.from_us(at, subject, text, self.contact)
        return at

    def _talked(self, least: float, hours: float) -> datetime:
        at = self.ago(self.between(least, hours))
        minutes = self.scene.rng.choice((4, 6, 8, 11, 15, 20))
        ends = min(at + timedelta(minutes=minutes), self.scene.now)
        self.talk.called(at, ends, self.stage, self.contact)
        return ends

    def _booked(self, least: float, hours: float) -> datetime:
        over = self._talked(least, hours)
        starts = self.episode.office.slot(self.scene.rng, self.ahead(self.between(3, 44)))
        ends = starts + timedelta(minutes=self.scene.rng.choice((30, 45, 60)))
        self.talk.booked(starts, ends, self.stage, self.contact, booked_at=over)
        return over

    def _theirs(self, _least: float, _hours: float) -> datetime:
        """Their question came in just now: due, not overdue."""
        at = self.ago(self.between(0.2, 2.4))
        subject, question, _answer = self.scene.rng.choice(words.QUESTIONS[self.stage])
        self.talk.from_them(at, subject, question, self.contact)
        return at

    # --- what is owed -----------------------------------------------------------------------------------------

    def waiting(self, hours: Sequence[float], *, chase: bool = False, first_at: datetime | None = None) -> None:
        """Messages of theirs, that many working hours ago, which nobody has answered."""
        subject, question, _answer = self.scene.rng.choice(words.QUESTIONS[self.stage])
        reminders = self.scene.rng.sample(words.REMINDERS, len(words.REMINDERS))
        for position, ago in enumerate(hours):
            at = first_at if position == 0 and first_at else self.ago(ago)
            somebody_else = self.scene.people.manager(self.episode.customer.team) if chase and position == len(hours) - 1 else None
            if position == 2 and not chase:
                self.talk.voicemail(at, self.contact, words.CALLED_FOR_AN_ANSWER)
                continue
            text = question if position == 0 else reminders[position]
            self.talk.from_them(at, subject if position == 0 else f"Re: {subject}", text, self.contact, user=somebody_else)
        self.talk.next_step(self.stage, self.told, self.ahead(self.between(6, 40)))

    def silent(self, hours: Sequence[float]) -> None:
        """Messages of ours which they have not answered."""
        for position, ago in enumerate(hours):
            subject, text = words.WE_ASKED[self.stage] if position == 0 else words.WE_ASKED_AGAIN[(position - 1) % 2]
            self.talk.from_us(self.ago(ago), subject, text, self.contact)
        self.talk.next_step(self.stage, self.ago(hours[-1]), self.ahead(self.between(4, 30)))

    def quiet(self, hours: float) -> None:
        """The last word, a call, was that long ago."""
        at = self.ago(hours)
        self.talk.called(at, at + timedelta(minutes=9), self.stage, self.contact)
        self.talk.next_step(self.stage, at, self.ahead(self.between(8, 50)))

    def without_a_step(self, hours: float) -> None:
        """The last next step was due that many hours ago; talk went on, nobody named another."""
        due = self.ago(hours)
        self.talk.next_step(self.stage, max(self.episode.office.back(due, 14), self.episode.moves[0].at + timedelta(minutes=5)), due)
        del self.episode.steps[:-1]
        self.well(step=False)

    def overtaken(self, days: int) -> None:
        """The expected close has passed."""
        self.episode.pushes.clear()
        day = self.episode.office.clock.local_date(self.scene.now) - timedelta(days=days)
        self.episode.deal.expected_close_on = day - timedelta(days=max(0, day.weekday() - 4))
        self.well()

    def slipping(self, times: int) -> None:
        """Put off again and again since it came into this stage."""
        rng, clock, entered = self.scene.rng, self.episode.office.clock, self.episode.moves[-1].at
        self.episode.pushes.clear()
        final = nice_day(self.scene, clock.local_date(self.scene.now) + timedelta(days=rng.randint(9, 40)))
        span = self.scene.now - entered
        new = final
        for position in range(times, 0, -1):
            at = entered + span * (position - rng.uniform(0.1, 0.5)) / times
            at = at if clock.is_open(at) else max(self.episode.office.back(at, 2), entered + timedelta(minutes=position))
            old = min(
                new - timedelta(days=7), max(clock.local_date(at) + timedelta(days=rng.randint(1, 4)), new - timedelta(days=rng.randint(14, 40)))
            )
            self.episode.pushes.append(CloseDateChange(deal=self.episode.deal, old=old, new=new, at=at, by=self.episode.us))
            new = old
        self.episode.deal.expected_close_on = final
        self.well()

    def answered_late(self) -> None:
        """It waited for two days and was answered yesterday."""
        subject, question, answer = self.scene.rng.choice(words.QUESTIONS[self.stage])
        self.talk.from_them(self.ago(self.between(38, 52)), subject, question, self.contact)
        at = self.ago(self.between(3, 12))
        self.talk.from_us(at, f"Re: {subject}", words.LATE_ANSWER + answer, self.contact)
        self.talk.next_step(self.stage, at, self.ahead(self.between(5, 40)))

    def done(self) -> Episode:
        self.episode.settle(keep_steps=12)
        self.scene.episodes.append(self.episode)
        return self.episode


def begin(scene: Scene, wish: Wish) -> Standing:
    episode, talk, told = make_open(scene, wish)
    return Standing(scene, episode, talk, told)


def make_healthy(scene: Scene, number: int) -> None:
    """Open deals on which nothing is owed."""
    for position in range(number):
        pipeline = "Renewals" if scene.rng.random() < 0.13 else "Sales"
        stage = scene.rng.choices(PATHS[pipeline], OPEN_IN[pipeline])[0]
        wish = Wish(
            scene.rng.choices(TEAM_KEYS, TEAM_WEIGHTS)[0], stage, pipeline, stay=scene.rng.uniform(0.06, 0.84), quiet=28 if position % 3 else 44
        )
        standing = begin(scene, wish)
        standing.well()
        standing.done()


TEAM_KEYS = tuple(plan.key for plan in TEAMS)
TEAM_WEIGHTS = (22, 16, 17, 16, 15, 14)


def make_troubled(scene: Scene, recipes: Sequence[Recipe], share: float) -> int:
    """Deals on which something is owed, every rule at least three times; ``share`` 1 for the full company. Returns their number."""
    before = len(scene.episodes)
    for recipe in recipes:
        number = max(3, round(len(recipe.levels) * share))
        for position in range(number):
            recipe.make(scene, _team(position), position, recipe.levels[position % len(recipe.levels)])
    return len(scene.episodes) - before


def _team(position: int) -> str:
    """The teams in turn, so that every desk has something of everything."""
    return TEAM_KEYS[position % len(TEAM_KEYS)]


def wish_for(
    scene: Scene, team: str, position: int, quiet: float, *, stages: Sequence[str] = LATER_STAGES, stay: float | None = None, with_rep: bool = False
) -> Wish:
    """A deal old enough in its stage for ``quiet`` working hours to fit in; some of the demo's rep."""
    stage = scene.rng.choice(stages)
    needed = (quiet / 8 * 1.5 + 5) / scene.limit_days(stage)
    owner = REP if position == 0 and with_rep else None
    return Wish(team, stage, stay=stay if stay is not None else max(needed, scene.rng.uniform(0.4, 0.8)), quiet=quiet, owner=owner)


class Recipe:
    """``levels``: what each deal of the kind is made with, in turn."""

    levels: tuple[float, ...] = ()

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        raise NotImplementedError


class Unanswered(Recipe):
    """The level is how many messages wait; 9: two, the second one to somebody else of ours."""

    levels = (1, 2, 3, 1, 9, 1, 2, 1, 2, 1, 3)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        rng = scene.rng
        hours = {
            1: [rng.uniform(17, 30)],
            2: [rng.uniform(34, 52), rng.uniform(6, 18)],
            3: [rng.uniform(70, 100), rng.uniform(36, 52), rng.uniform(4, 14)],
        }
        ages = [rng.uniform(30, 44), rng.uniform(2, 7)] if level == 9 else hours[int(level)]
        inquiry = position % 4 == 3
        stages = ("Inquiry",) if inquiry else ("Qualification", *LATER_STAGES)
        wish = wish_for(scene, team, position, ages[0] + rng.uniform(2, 6), stages=stages, with_rep=True)
        if inquiry:
            days = (scene.now - scene.people.offices[team].back(scene.now, ages[0])) / timedelta(days=1)
            wish = Wish(team, "Inquiry", stay=days / scene.limit_days("Inquiry"), quiet=ages[0])
        standing = begin(scene, wish)
        standing.waiting(ages, chase=level == 9, first_at=standing.episode.moves[0].at if inquiry else None)
        if inquiry:
            standing.episode.steps.clear()
        standing.done()


class Silent(Recipe):
    """The level is how many times as long as usual they have been silent."""

    levels = (1.5, 2.4, 1.6, 3.3, 1.45, 2.4, 1.7)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        owner = REP if position == 0 else None
        customer, limit = _quick_to_answer(scene, team)
        hours = limit * level
        wish = replace(wish_for(scene, team, position, hours + 24 * (level > 2) + 4), customer=customer, owner=owner)
        standing = begin(scene, wish)
        standing.silent([hours + 20, hours] if level > 2 else [hours])
        standing.done()


def _quick_to_answer(scene: Scene, team: str) -> tuple[Customer, float]:
    """Somebody whose silence is noticed soon, and after how many working hours the rules will notice it."""
    candidates = scene.customers.of(team, Account.Lifecycle.PROSPECT, Account.Lifecycle.CUSTOMER)
    # Not the same one twice.
    busy = {id(episode.customer) for episode in scene.episodes if episode.deal.closed_on is None}
    limits = [(scene.silence_hours(one), id(one) in busy, position, one) for position, one in enumerate(candidates)]
    hours, _busy, _position, customer = min(limits, key=lambda found: (found[0] > 48, found[1], found[0], found[2]))
    return customer, hours


class NoContact(Recipe):
    """The level is the working hours since the last word."""

    levels = (92, 118, 86, 104)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        standing = begin(scene, wish_for(scene, team, position, level + 4, stages=("Discovery", "Proposal")))
        standing.quiet(level)
        standing.done()


class Overdue(Recipe):
    """The level is how many times the usual stay it has been in its stage."""

    levels = (1.25, 1.7, 2.3, 1.15, 1.4)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        standing = begin(scene, wish_for(scene, team, position, 30, stages=("Qualification", *LATER_STAGES), stay=level, with_rep=True))
        standing.well()
        standing.done()


class Outgrown(Recipe):
    """The level is by how many days the deal is older than any that was won."""

    levels = (2, 6, 4, 12)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        longest = scene.longest_won_days("Sales") or 150
        wish = wish_for(scene, team, position, 30, stages=("Proposal", "Negotiation"), stay=0.7)
        standing = begin(scene, Wish(team, wish.ends, stay=0.7, age=longest + int(level), owner=wish.owner))
        standing.well()
        standing.done()


class NoStep(Recipe):
    """The level is the working hours since the last step was due."""

    levels = (15, 52, 22, 70, 47)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        standing = begin(scene, wish_for(scene, team, position, 30, stages=("Qualification", *LATER_STAGES), with_rep=True))
        standing.without_a_step(level)
        standing.done()


class DatePassed(Recipe):
    """The level is the days since the expected close."""

    levels = (7, 15, 10, 23, 12)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        standing = begin(scene, wish_for(scene, team, position, 30, stages=("Proposal", "Negotiation"), with_rep=True))
        standing.overtaken(int(level))
        standing.done()


class Slipping(Recipe):
    """The level is how often the date was pushed."""

    levels = (2, 4, 3, 2)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        standing = begin(scene, wish_for(scene, team, position, 30, stages=("Proposal", "Negotiation"), stay=0.9))
        standing.slipping(int(level))
        standing.done()


class OwnerAway(Recipe):
    """Somebody is away and nobody covers; the level is the working hours since the last word."""

    levels = (18, 21, 20, 25)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        stage = scene.rng.choice(LATER_STAGES)
        standing = begin(scene, Wish("central", stage, stay=scene.rng.uniform(0.4, 0.8), owner=AWAY, quiet=level + 16))
        standing.well(least=level)
        standing.done()


class OwnerLeft(Recipe):
    """The deals of the one who left; the level is how many messages came in since."""

    levels = (1, 0, 0)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        office = scene.people.offices["east"]
        customer = scene.rng.choice(scene.customers.of("east", Account.Lifecycle.CUSTOMER, Account.Lifecycle.PROSPECT))
        gone = office.hours(scene.people.departures[0].leaves_at, scene.now)
        standing = begin(
            scene, Wish("east", ("Proposal", "Negotiation", "Discovery")[position % 3], stay=0.95, owner=DEPARTED, quiet=gone + 5, customer=customer)
        )
        if level:
            standing.waiting([26.0])
        else:
            standing.quiet(gone + 1)
        standing.done()


class Unowned(Recipe):
    """Nobody owns it; the level is the working hours since it came in."""

    levels = (5, 14, 9)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        office = scene.people.offices[team]
        days = (scene.now - office.back(scene.now, level)) / timedelta(days=1)
        wish = Wish(team, "Inquiry", stay=days / scene.limit_days("Inquiry"), unowned=True, quiet=level, lifecycles=(Account.Lifecycle.PROSPECT,))
        standing = begin(scene, wish)
        standing.waiting([level], first_at=standing.episode.moves[0].at)
        standing.episode.steps.clear()
        for move in standing.episode.moves:
            move.by = None
        for one in standing.episode.talk:
            one.user = None
            one.body = one.body.replace(f"Hello {standing.episode.us.name.split()[0]}", "Hello")
        standing.episode.deal.created_by = None
        standing.done()


class AnsweredLate(Recipe):
    """Raised and cleared again lately."""

    levels = (0, 0, 0, 0, 0, 0)

    def make(self, scene: Scene, team: str, position: int, level: float) -> None:
        standing = begin(scene, wish_for(scene, team, position, 60))
        standing.answered_late()
        standing.done()


RECIPES: tuple[Recipe, ...] = (
    Unanswered(),
    Silent(),
    NoContact(),
    Overdue(),
    Outgrown(),
    NoStep(),
    DatePassed(),
    Slipping(),
    OwnerAway(),
    OwnerLeft(),
    Unowned(),
    AnsweredLate(),
)
