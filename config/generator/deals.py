"""Deals and all that happened on them, as rows for COPY, a batch at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.demo_company.products import some_amount, some_offer
from config.generator import names
from config.generator.contact import Talk, talk_of
from config.generator.size import WATCHED_OF_TEN, contacts_of
from config.generator.words import NEXT_STEPS, SITES

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence
    from datetime import date

    from config.generator.size import Size

DEAL = (
    "id", "name", "account_id", "owner_id", "owner_since", "team_id", "pipeline_id", "stage_id", "status", "stage_entered_at", "product_id",
    "amount", "currency", "source", "introduced_by_id", "opened_on", "expected_close_on", "closed_on", "dates_shifted_by", "created_at",
    "created_by_id", "alarm_at", "worst_severity", "value_at_stake",
)  # fmt: skip
DEAL_CONTACT = ("deal_id", "contact_id", "role")
STAGE_CHANGE = ("deal_id", "from_stage_id", "to_stage_id", "at", "by_id")
CLOSE_DATE_CHANGE = ("deal_id", "old", "new", "at", "by_id")
NEXT_STEP = ("deal_id", "what", "due_at", "created_at", "created_by_id", "ended_at", "done")
LOSS = ("deal_id", "kind", "reasons", "competitor", "customer_words", "our_view", "lost_at", "recorded_by_id", "recorded_at")
TASK = ("kind", "title", "assignee_id", "deal_id", "due_at", "created_at", "created_by_id")

SOURCES = (*["outbound"] * 4, *["inbound"] * 3, "renewal", "unknown", "introduced")
LOSSES = (
    ("competitor", "{price}"),
    ("competitor", "{product}"),
    ("no_decision", "{budget}"),
    ("no_decision", "{priority}"),
    ("lapsed", "{our_silence}"),
)


@dataclass(frozen=True)
class Frame:
    """What the rows refer to. ``stages``: (id, pipeline id, kind) of those a deal passes on its way, in order; ``won`` and
    ``lost`` where it ends. ``products``: id by name. ``currencies``: to draw from, the base currency first."""

    size: Size
    now: datetime
    sellers: Sequence[tuple[int, int]]
    stages: Sequence[tuple[int, int, str]]
    won: tuple[int, int, str]
    lost: tuple[int, int, str]
    products: dict[str, int]
    currencies: Sequence[str]
    first_deal: int
    first_account: int
    first_contact: int


@dataclass
class Batch:
    """Rows by table, in the order of the columns above."""

    deals: list[tuple[Any, ...]] = field(default_factory=list)
    people: list[tuple[Any, ...]] = field(default_factory=list)
    moves: list[tuple[Any, ...]] = field(default_factory=list)
    pushes: list[tuple[Any, ...]] = field(default_factory=list)
    talk: list[tuple[Any, ...]] = field(default_factory=list)
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    losses: list[tuple[Any, ...]] = field(default_factory=list)
    tasks: list[tuple[Any, ...]] = field(default_factory=list)


def make_batch(rng: random.Random, frame: Frame, numbers: Iterable[int]) -> Batch:
    """The deals of these numbers (from 0), with everything on them."""
    batch = Batch()
    for number in numbers:
        _add(batch, rng, frame, number)
    return batch


def at_work(rng: random.Random, moment: datetime) -> datetime:
    """About then, on a working day between 9 and 17 UTC: on that day, or the Friday before."""
    day = moment - timedelta(days=max(moment.weekday() - 4, 0))
    return day.replace(hour=9 + int(rng.random() * 8), minute=int(rng.random() * 60), second=0, microsecond=0)


def past(rng: random.Random, now: datetime, days: float) -> datetime:
    """A working moment so many days ago, an hour ago at the latest: a meeting that began then is over."""
    moment = at_work(rng, now - timedelta(days=days))
    return moment if moment < now - timedelta(hours=1) else at_work(rng, moment - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class _Deal:
    """``trouble``: between 0 and 1, what is the matter with it; below 0.62 nothing. ``path`` and ``entered``: its stages,
    the present one last, and when it came into each."""

    id: int
    account: int
    owner_id: int
    team_id: int
    watched: bool
    trouble: float
    path: Sequence[tuple[int, int, str]]
    entered: Sequence[datetime]

    @property
    def opened(self) -> datetime:
        return self.entered[0]

    @property
    def stage(self) -> tuple[int, int, str]:
        return self.path[-1]


def _add(batch: Batch, rng: random.Random, frame: Frame, number: int) -> None:
    draw = rng.random
    account = int(draw() * frame.size.accounts)
    owner_id, team_id = frame.sellers[(account if draw() < 0.9 else int(draw() * len(frame.sellers))) % len(frame.sellers)]
    watched = number % 10 < WATCHED_OF_TEN
    trouble = draw() if watched else 0.0
    path = _path(rng, frame, watched=watched)
    entered = _entered(rng, frame.now, len(path), watched=watched, trouble=trouble)
    deal = _Deal(frame.first_deal + number, account, owner_id, team_id, watched, trouble, path, entered)
    before: int | None = None
    for (stage_id, _pipeline, _kind), at in zip(path, entered, strict=True):
        batch.moves.append((deal.id, before, stage_id, at, owner_id))
        before = stage_id
    batch.deals.append(_deal_row(rng, frame, deal, _close_date(batch, rng, deal, frame.now)))
    contacts = [frame.first_contact + one for one in contacts_of(account)]
    batch.people += [(deal.id, contact, "") for contact in contacts[: 1 + int(draw() * 2)]]
    until = frame.now if watched else entered[-1]
    talk = Talk(deal.id, frame.first_account + account, contacts, owner_id, deal.opened, until, watched, trouble, frame.size.activities)
    batch.talk += talk_of(rng, talk, frame.now)
    if watched:
        _steps(batch, rng, deal, frame.now)
    elif deal.stage[2] == "lost":
        kind, reasons = LOSSES[int(draw() * len(LOSSES))]
        vendor = "Another vendor" if kind == "competitor" else ""
        batch.losses.append((deal.id, kind, reasons, vendor, "", "", entered[-1], owner_id, entered[-1]))


def _deal_row(rng: random.Random, frame: Frame, deal: _Deal, closes: date) -> tuple[Any, ...]:
    draw = rng.random
    offer = some_offer(rng)
    title = offer.titles[int(draw() * len(offer.titles))]
    worth = draw()
    source = SOURCES[int(draw() * len(SOURCES))]
    return (
        deal.id,
        title.format(site=f"{names.place(deal.account)} {SITES[int(draw() * len(SITES))]}"),
        frame.first_account + deal.account,
        None if deal.trouble > 0.997 else deal.owner_id,
        deal.opened,
        deal.team_id,
        deal.stage[1],
        deal.stage[0],
        deal.stage[2],
        deal.entered[-1],
        # One in ten names no amount: most of those stand on a list price, the rest on nothing.
        frame.products[offer.name] if worth < 0.98 else None,
        some_amount(rng, offer) if worth < 0.9 else None,
        frame.currencies[0 if draw() < 0.7 else int(draw() * len(frame.currencies))],
        source,
        frame.first_contact + int(draw() * frame.size.contacts) if source == "introduced" else None,
        deal.opened.date(),
        closes,
        None if deal.watched else deal.entered[-1].date(),
        0,
        deal.opened,
        deal.owner_id,
        # Due: the rules have not looked at it yet.
        frame.now if deal.watched else None,
        0,
        0,
    )


def _path(rng: random.Random, frame: Frame, *, watched: bool) -> list[tuple[int, int, str]]:
    """The stages it went through, the present one last. Some begin as inquiries, some further on."""
    steps = list(frame.stages)
    begun = 0 if rng.random() < 0.5 else min(1, len(steps) - 1)
    if not watched:
        reached = len(steps) if rng.random() < 0.7 else begun + 1
        return [*steps[begun:reached], frame.won if rng.random() < 0.55 else frame.lost]
    # A tenth of the pipeline stands in its first stage, the rest evenly.
    now_at = 0 if begun == 0 and rng.random() < 0.1 else max(begun, 1 + int(rng.random() * (len(steps) - 1)))
    return steps[begun : min(now_at, len(steps) - 1) + 1] or [steps[0]]


def _entered(rng: random.Random, now: datetime, number: int, *, watched: bool, trouble: float) -> list[datetime]:
    """When it entered each stage, oldest first."""
    draw = rng.random
    if not watched:
        since = 1 + draw() * 1000
    elif 0.86 <= trouble < 0.93:
        since = 25 + draw() * draw() * 150
    else:
        since = draw() * 14
    found: list[datetime] = []
    for _stage in range(number):
        moment = past(rng, now, since)
        # Two moves within a day keep their order.
        found.append(min(moment, found[-1] - timedelta(minutes=20)) if found else moment)
        stay = 2 + draw() * 22
        since += stay * 3 if draw() < 0.03 else stay
    found.reverse()
    return found


def _close_date(batch: Batch, rng: random.Random, deal: _Deal, now: datetime) -> date:
    """The expected close date, with the story of its pushes."""
    draw = rng.random
    end = now if deal.watched else deal.entered[-1]
    closes = (end + timedelta(days=5 + draw() * 120 if deal.trouble < 0.965 else -2 - draw() * 20)).date()
    pushes = 2 + int(draw() * 3) if 0.95 <= deal.trouble < 0.965 else int(draw() < 0.15)
    day = closes
    for push in range(pushes):
        old = day - timedelta(days=7 + int(draw() * 25))
        batch.pushes.append((deal.id, old, day, end - (end - deal.opened) * ((push + 0.5) / (pushes + 1)), deal.owner_id))
        day = old
    return closes


def _steps(batch: Batch, rng: random.Random, deal: _Deal, now: datetime) -> None:
    """The next step, and now and then the one before; a few deals have something else on the owner's list."""
    draw, opened, by = rng.random, deal.opened, deal.owner_id
    if draw() < 0.4:
        done = max(past(rng, now, 1 + draw() * 10), opened)
        batch.steps.append((deal.id, _step(rng), done, opened, by, done, True))
    passed = 0.93 <= deal.trouble < 0.95 or draw() < 0.03
    due = past(rng, now, 2 + draw() * 20) if passed else at_work(rng, now + timedelta(days=3 + draw() * 25))
    batch.steps.append((deal.id, _step(rng), max(due, opened), opened, by, None, False))
    if draw() < 0.02:
        batch.tasks.append(("todo", _step(rng), by, deal.id, at_work(rng, now + timedelta(days=draw() * 10)), now - timedelta(days=1), by))


def _step(rng: random.Random) -> str:
    return NEXT_STEPS[int(rng.random() * len(NEXT_STEPS))]
