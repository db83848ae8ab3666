"""How deals go: how long they stay where, when they close, how often both sides speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Account
from config.demo_company.episode import Episode
from config.demo_company.losses import COMPETITORS, LAPSED, STORIES
from config.demo_company.people import DEPARTED
from config.demo_company.products import RENEWED, some_amount, some_offer
from config.demo_company.talk import Talk
from deals.models import CloseDateChange, Deal, StageChange
from winback.models import Loss

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import Contact, User
    from config.demo_company.customers import Customer
    from config.demo_company.scene import Scene

# Days in a stage: (half of all deals are through by then, spread). Longer ones are rare, as in life.
STAYS = {
    "Inquiry": (2.2, 0.5),
    "Qualification": (13, 0.45),
    "Discovery": (24, 0.45),
    "Proposal": (27, 0.45),
    "Negotiation": (19, 0.45),
    "Renewal due": (24, 0.35),
    "Terms sent": (20, 0.4),
    "In signature": (11, 0.4),
}
LONGEST_STAY = 3.0  # times the median
PATHS = {"Sales": ("Inquiry", "Qualification", "Discovery", "Proposal", "Negotiation"), "Renewals": ("Renewal due", "Terms sent", "In signature")}
# Where deals are lost, and where the open ones stand.
LOST_IN = {"Sales": (0, 30, 28, 30, 12), "Renewals": (50, 35, 15)}
OPEN_IN = {"Sales": (7, 22, 29, 27, 15), "Renewals": (45, 35, 20)}
# Working hours between two touches: after we wrote last, and after both spoke; slower in old history, which nobody watches.
PAUSES = {"us": (5, 20), "both": (12, 52)}
OLD_PAUSES = {"us": (40, 120), "both": (70, 200)}
CLOSE_AHEAD = {
    "Qualification": (45, 110),
    "Discovery": (30, 85),
    "Proposal": (10, 55),
    "Negotiation": (4, 30),
    "Renewal due": (30, 70),
    "Terms sent": (12, 40),
    "In signature": (4, 20),
}


@dataclass(frozen=True)
class Wish:
    """What kind of deal is wanted. ``ends``: won, lost, or the name of the stage it stands in.

    ``stay``: how long it has stood there, as a share of the days the rules allow; ``age``: or how old the
    deal is, in days. ``owner`` None with ``unowned``: nobody.
    """

    team: str
    ends: str
    pipeline: str = "Sales"
    stay: float = 0.5
    age: int | None = None
    owner: str | None = None
    unowned: bool = False
    quiet: float = 30  # working hours before now at which the talk so far ends
    lifecycles: tuple[str, ...] = ()
    customer: Customer | None = None


def closing_moment(scene: Scene) -> datetime:
    """Somewhere in two years, more of them lately, many at the end of a month."""
    rng = scene.rng
    at = scene.now - timedelta(days=730 * (1 - rng.random() ** 0.75) + 0.3)
    if rng.random() < 0.3:
        month_end = (at.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1 + rng.randrange(5))
        if month_end < scene.now - timedelta(hours=8):
            at = month_end
    return at


def make_closed(scene: Scene, wish: Wish) -> Episode:
    """A deal that was won or lost, from its first word to its last."""
    rng = scene.rng
    path, source = _path(scene, wish)
    if wish.ends == "lost":
        # At least in the second stage of the path: an inquiry that leads nowhere is answered and closed, too, but seldom told.
        last = rng.choices(range(len(PATHS[wish.pipeline])), LOST_IN[wish.pipeline])[0]
        path = [stage for stage in path if PATHS[wish.pipeline].index(stage) <= last]
    stays = [_stay(scene, stage) for stage in path]
    if wish.ends == "lost":
        stays[-1] *= rng.uniform(1.0, 1.7)
    closing = closing_moment(scene)
    if wish.owner == DEPARTED:
        closing = min(closing, scene.people.departures[0].leaves_at - timedelta(days=rng.randrange(20, 200)))
    episode = _begin(scene, wish, source, until=closing)
    closed_at = _backed(scene, episode, closing)
    moments = _entries(scene, episode, stays, closed_at)
    _enter(scene, episode, wish.pipeline, path, moments)
    end = _ending(scene, episode, wish, path[-1], closed_at)
    _talk_through(scene, episode, path, [*moments, end])
    episode.settle(keep_steps=2 if end < scene.replay_from else 12)
    return episode


def make_open(scene: Scene, wish: Wish) -> tuple[Episode, Talk, datetime]:
    """An open deal up to ``wish.quiet`` before now; how it stands today is for the caller to say.

    Returns the episode, its talk, and the moment up to which it has been told.
    """
    path, source = _path(scene, wish)
    path = path[: path.index(wish.ends) + 1] if wish.ends in path else [wish.ends]
    # Earlier stages were passed in good time.
    stays = [min(_stay(scene, stage), 0.9 * scene.limit_days(stage)) for stage in path[:-1]] + [wish.stay * scene.limit_days(path[-1])]
    if wish.age is not None:
        factor = wish.age / sum(stays)
        stays = [stay * factor for stay in stays]
    episode = _begin(scene, wish, source, until=scene.now)
    moments = _entries(scene, episode, stays, scene.now)
    _enter(scene, episode, wish.pipeline, path, moments)
    if wish.age is not None:
        episode.deal.opened_on = episode.office.clock.local_date(scene.now) - timedelta(days=wish.age)
    tail_from = episode.office.back(scene.now, wish.quiet)
    told = _talk_through(scene, episode, path, [*moments, max(tail_from, moments[-1])])
    _expect_close(scene, episode, path[-1])
    return episode, told, max(tail_from, moments[-1])


# --- how it begins ------------------------------------------------------------------------------------------------


def _begin(scene: Scene, wish: Wish, source: str, *, until: datetime) -> Episode:
    rng = scene.rng
    customer = wish.customer or _customer(scene, wish)
    owner = _owner(scene, wish, customer, until)
    offer = some_offer(rng, RENEWED if wish.pipeline == "Renewals" else ())
    site = rng.choice(customer.sites)
    contacts = rng.sample(customer.contacts, min(len(customer.contacts), rng.choice((1, 1, 2, 2, 3))))
    title = f"Renewal {offer.name}, {{site}}" if wish.pipeline == "Renewals" else rng.choice(offer.titles)
    # Early on nobody has named a sum yet: the list price stands in for it.
    no_sum = wish.ends in ("Inquiry", "Qualification") and rng.random() < 0.5
    deal = Deal(
        name=title.format(site=site),
        account=customer.account,
        owner=None if wish.unowned else owner,
        team=scene.people.teams[wish.team],
        product=scene.products[offer.name],
        amount=None if no_sum else some_amount(rng, offer),
        source=source,
        introduced_by=_introducer(scene, wish, customer) if source == Deal.Source.INTRODUCED else None,
        created_by=owner,
    )
    return Episode(deal, customer, offer, scene.people.offices[wish.team], owner, site, rng.choice((2, 3, 4)), contacts)


def _customer(scene: Scene, wish: Wish) -> Customer:
    rng, state = scene.rng, Account.Lifecycle
    lifecycles = wish.lifecycles
    if not lifecycles and (wish.ends == "won" or wish.pipeline == "Renewals"):
        lifecycles = (state.CUSTOMER,)
    if not lifecycles:
        lifecycles = (rng.choices((state.CUSTOMER, state.PROSPECT, state.FORMER), (52, 42, 6))[0],)
    candidates = scene.customers.of(wish.team, *lifecycles) or scene.customers.of(wish.team, state.CUSTOMER, state.PROSPECT)
    if wish.owner:
        theirs = [one for one in candidates if one.owner.name == wish.owner]
        candidates = theirs or candidates
    return rng.choice(candidates)


def _owner(scene: Scene, wish: Wish, customer: Customer, until: datetime) -> User:
    """Mostly whoever owns the account; never the one who left, unless asked for."""
    if wish.owner:
        return scene.people.users[wish.owner]
    reps = [rep for rep in scene.people.reps(wish.team) if rep.name not in SELDOM]
    if customer.owner in reps and scene.rng.random() < 0.75:
        return customer.owner
    if customer.owner.name in SELDOM and until < scene.people.departures[0].leaves_at:
        return customer.owner
    return scene.rng.choice(reps)


# Their open deals are told on purpose, not by chance.
SELDOM = (DEPARTED, "Stefan Kolb")


def _introducer(scene: Scene, wish: Wish, customer: Customer) -> Contact:
    """An adviser of the region, or a customer who speaks well of us."""
    advisers = scene.customers.of(wish.team, Account.Lifecycle.PARTNER)
    friends = [one for one in scene.customers.of(wish.team, Account.Lifecycle.CUSTOMER) if one is not customer]
    return scene.rng.choice(scene.rng.choice(advisers if advisers and scene.rng.random() < 0.3 else friends or [customer]).contacts)


def _path(scene: Scene, wish: Wish) -> tuple[list[str], str]:
    """The stages it goes through and where it came from: who comes to us begins as an inquiry."""
    path = list(PATHS[wish.pipeline])
    if wish.pipeline == "Renewals":
        return path, Deal.Source.RENEWAL
    if wish.ends == "Inquiry":
        return path, scene.rng.choice((Deal.Source.INBOUND,) * 5 + (Deal.Source.INTRODUCED,))
    source = scene.rng.choices((Deal.Source.INBOUND, Deal.Source.OUTBOUND, Deal.Source.INTRODUCED), (34, 58, 8))[0]
    return (path[1:], source) if source == Deal.Source.OUTBOUND else (path, source)


# --- how it moves -------------------------------------------------------------------------------------------------


def _stay(scene: Scene, stage: str) -> float:
    median, spread = STAYS[stage]
    return min(scene.rng.lognormvariate(0, spread), LONGEST_STAY) * median


def _backed(scene: Scene, episode: Episode, moment: datetime) -> datetime:
    """The moment itself in working time, else within the last working day before it."""
    clock = episode.office.clock
    return moment if clock.is_open(moment) else episode.office.back(moment, scene.rng.uniform(0.2, 7.6))


def _entries(scene: Scene, episode: Episode, stays: list[float], end: datetime) -> list[datetime]:
    """When each stage was entered, so that the last ends at ``end``: moments of working time, in order."""
    moments: list[datetime] = []
    left = end
    for stay in reversed(stays):
        left -= timedelta(days=stay)
        moments.append(left)
    entries: list[datetime] = []
    for moment in reversed(moments):
        at = _backed(scene, episode, moment) + timedelta(seconds=scene.rng.randrange(60))
        entries.append(max(at, entries[-1] + timedelta(minutes=40)) if entries else at)
    return entries


def _enter(scene: Scene, episode: Episode, pipeline: str, path: list[str], moments: list[datetime]) -> None:
    deal, stages, before = episode.deal, scene.stages[pipeline], None
    for name, at in zip(path, moments, strict=True):
        episode.moves.append(StageChange(deal=deal, from_stage=before, to_stage=stages[name], at=at, by=episode.us))
        before = stages[name]
    episode.enter(episode.moves[-1].to_stage, moments[-1])
    deal.created_at = deal.owner_since = moments[0]
    deal.opened_on = episode.office.clock.local_date(moments[0])


def _ending(scene: Scene, episode: Episode, wish: Wish, stage: str, closed_at: datetime) -> datetime:
    """The last words, the last move and what it leaves behind."""
    rng, office, deal = scene.rng, episode.office, episode.deal
    closed_at = max(closed_at, office.on(episode.moves[-1].at, 2))
    end = {"won": "Renewed" if wish.pipeline == "Renewals" else "Won", "lost": "Not renewed" if wish.pipeline == "Renewals" else "Lost"}[wish.ends]
    said_at = max(office.back(closed_at, rng.uniform(0.5, 5)), episode.moves[-1].at + timedelta(minutes=20))
    target = scene.stages[wish.pipeline][end]
    episode.moves.append(StageChange(deal=deal, from_stage=episode.moves[-1].to_stage, to_stage=target, at=closed_at, by=episode.us))
    episode.enter(target, closed_at)
    talk = Talk(rng, episode)
    if wish.ends == "won":
        talk.from_them(said_at, rng.choice(("Order", "It is done", "Good news")), rng.choice(SIGNED), episode.contacts[0])
        subject = "Welcome aboard" if stage == "Negotiation" else "Thank you"
        talk.from_us(closed_at, subject, rng.choice(RENEWED_THANKS if wish.pipeline == "Renewals" else WELCOME), episode.contacts[0])
    else:
        stories = LAPSED if wish.pipeline == "Renewals" else STORIES
        story = rng.choices(stories, [one.weight for one in stories])[0]
        subject = rng.choice(("Our decision", "About your offer", "Sorry"))
        talk.from_them(said_at, subject, story.customer_words, episode.contacts[0])
        talk.from_us(closed_at, f"Re: {subject}", rng.choice(FAREWELL), episode.contacts[0])
        competitor = rng.choice(COMPETITORS) if story.competitor else ""
        # Not everybody types in what the customer said.
        quoted = story.customer_words if rng.random() < 0.85 else ""
        view = story.our_view if rng.random() < 0.7 else ""
        episode.loss = Loss(
            deal=deal,
            kind=str(story.kind),
            reasons=[str(reason) for reason in story.reasons],
            competitor=competitor,
            customer_words=quoted,
            our_view=view,
            lost_at=closed_at,
            recorded_by=episode.us,
            recorded_at=closed_at,
        )
    _pushed(
        scene,
        episode,
        final=_date_of(episode, closed_at) + timedelta(days=rng.randrange(12)),
        until=closed_at,
        number=rng.choices((0, 1, 2, 3), (55, 30, 11, 4))[0],
    )
    return closed_at


SIGNED = (
    "The order is attached, signed by both. We look forward to the start.",
    "It is done: the board agreed yesterday. Order form attached.",
    "Signed. Thank you for your patience with our purchasing.",
)
WELCOME = (
    "Thank you for your trust, {them}. Our installers will call you this week to fix the dates.",
    "Wonderful news. I will introduce the people who look after you from here on.",
)
RENEWED_THANKS = (
    "Thank you for staying with us, {them}. I will call you before the first visit of the new term.",
    "Thank you, {them}. The new term is set up, nothing changes for your people.",
)
FAREWELL = (
    "Thank you for telling me so openly, {them}. If the reason ever changes, I would be glad to hear from you.",
    "I understand, and I thank you for the time you gave us. May I call you in half a year?",
    "Thank you for the clear answer. It helps us to do better next time.",
)


# --- what was expected --------------------------------------------------------------------------------------------


def _expect_close(scene: Scene, episode: Episode, stage: str) -> None:
    """An open deal's expected close, ahead of us; pushed once at most since the last move forward."""
    if stage == "Inquiry":
        return
    rng = scene.rng
    final = nice_day(scene, _date_of(episode, scene.now) + timedelta(days=rng.randint(*CLOSE_AHEAD[stage])))
    _pushed(scene, episode, final=final, until=scene.now, number=rng.choices((0, 1), (76, 24))[0], most=40)


def nice_day(scene: Scene, day: date) -> date:
    """People expect signatures at the end of a month or of a week."""
    if scene.rng.random() < 0.4:
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day - timedelta(days=max(0, day.weekday() - 4)) if day.weekday() > 4 and day.day > 2 else day


def _pushed(scene: Scene, episode: Episode, *, final: date, until: datetime, number: int, most: int = 45) -> None:
    """The expected close as it is in the end, put off ``number`` times on the way, never after it had passed."""
    rng, first = scene.rng, episode.moves[0].at
    span = (until - first) * 0.75
    moments = sorted(_backed(scene, episode, first + span * (0.3 + 0.7 * rng.random())) for _one in range(number))
    episode.deal.expected_close_on = final
    new = final
    for at in reversed(moments):
        old = max(_date_of(episode, at) + timedelta(days=rng.randint(1, 6)), new - timedelta(days=rng.randint(10, most)))
        if old < new and at > first:
            episode.pushes.append(CloseDateChange(deal=episode.deal, old=old, new=new, at=at, by=episode.us))
            new = old


def _date_of(episode: Episode, moment: datetime) -> date:
    return episode.office.clock.local_date(moment)


# --- what was said ------------------------------------------------------------------------------------------------


def _talk_through(scene: Scene, episode: Episode, path: list[str], moments: list[datetime]) -> Talk:
    """Touch after touch through the stages; ``moments``: the entry of each, and the end."""
    rng, office, talk = scene.rng, episode.office, Talk(scene.rng, episode)
    end = moments[-1]
    old = end < scene.replay_from - timedelta(days=20)
    pauses = OLD_PAUSES if old else PAUSES
    stages = list(zip(path, moments, strict=False))
    cursor = moments[0]
    opening = "<" if path[0] == "Inquiry" else ">"
    talk.next_step(path[0], moments[0], office.on(moments[0], 8))
    while cursor < end:
        stage = _stage_at(stages, cursor)
        before = len(episode.talk)
        over, spoke = _touch(talk, stage, cursor, opening)
        if over >= end:
            # It would reach past the end: that story is told by the ending.
            del episode.talk[before:]
            break
        opening = ""
        pause = rng.uniform(*pauses[spoke])
        following = office.on(over, pause)
        if not old or following > end - timedelta(days=30):
            talk.next_step(stage, over + timedelta(minutes=rng.randrange(2, 30)), office.on(following, rng.uniform(1, 9)))
        cursor = following
    return talk


def _touch(talk: Talk, stage: str, cursor: datetime, opening: str) -> tuple[datetime, str]:
    draw = talk.rng.random()
    if opening or draw < 0.52 or talk.begins(stage):
        return talk.mails(stage, cursor, opening=opening)
    if draw < 0.80:
        return talk.call(stage, cursor), "both"
    if draw < 0.94:
        return talk.meeting(stage, cursor, booked_at=talk.office.back(cursor, talk.rng.uniform(3, 14))), "both"
    talk.note(cursor)
    return talk.call(stage, talk.office.on(cursor, 2)), "both"


def _stage_at(stages: list[tuple[str, datetime]], moment: datetime) -> str:
    return next(name for name, entered in reversed(stages) if entered <= moment)
