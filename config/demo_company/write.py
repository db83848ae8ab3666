"""Writes the company, and plays its last weeks again, so that every signal was raised by the rules at its own time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F

from accounts.models import Absence, Account, AccountDomain, Contact, Departure, Notice, Team, User, WorkingCalendar
from deals import rhythms
from deals.models import CloseDateChange, Deal, DealContact, Interaction, NextStep, Product, StageChange
from deals.risk.refresh import refresh
from deals.risk.sweep import sweep
from winback.models import Loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from django.db.models import Model

    from config.demo_company.episode import Episode
    from config.demo_company.scene import Scene

BATCH = 1000
DEAL_STATE = ["stage", "pipeline", "status", "stage_entered_at", "expected_close_on", "closed_on", "alarm_at"]
PLANNED = Interaction.Outcome.PLANNED
# What is known of a meeting once it is over and somebody said how it went.
SAID_AFTERWARDS = ("outcome", "body", "outcome_said_at", "outcome_said_by", "apologised_at", "apologised_by", "apology")


@contextmanager
def own_dates(*models: type[Model]) -> Iterator[None]:
    """Within, rows keep the date of making they were given: the demo's people were there long before today."""
    fields: list[Any] = [field for model in models for field in model._meta.get_fields() if getattr(field, "auto_now_add", False)]
    try:
        for field in fields:
            field.auto_now_add = False
        yield
    finally:
        for field in fields:
            field.auto_now_add = True


def write_company(scene: Scene) -> None:
    """Both sides, without any deal."""
    people, customers = scene.people, scene.customers
    managers = {id(team): team.manager for team in (people.root, *people.teams.values())}
    with own_dates(User, Account, Contact, Departure):
        # Days in a file are days at headquarters.
        headquarters = people.calendars[0]
        WorkingCalendar.objects.filter(is_default=True).update(
            time_zone=headquarters.time_zone, country=headquarters.country, version=F("version") + 1
        )
        WorkingCalendar.objects.bulk_create(people.calendars)
        teams = [people.root, *people.teams.values()]
        for team in teams:
            team.manager = None
        for level in (teams[:1], teams[1:4], teams[4:]):
            Team.objects.bulk_create(level)
        User.objects.bulk_create(people.users.values())
        for team in teams:
            team.manager = managers[id(team)]
        Team.objects.bulk_update(teams, ["manager"])
        Absence.objects.bulk_create(people.absences)
        Departure.objects.bulk_create(people.departures)
        Product.objects.bulk_create(scene.products.values())
        Account.objects.bulk_create([one.account for one in customers.everyone], batch_size=BATCH)
        AccountDomain.objects.bulk_create(customers.domains, batch_size=BATCH)
        Contact.objects.bulk_create([contact for one in customers.everyone for contact in one.contacts], batch_size=BATCH)


def write_deals(scene: Scene, moments: Sequence[datetime], then: Callable[[datetime], None], *, tell_from: datetime) -> None:
    """All deals as they stood at the first moment, then what came after, moment by moment, each followed by a sweep.

    ``then`` is called after each sweep with its moment, for what people did about the signals. Notices are written from ``tell_from`` on.
    """
    replay = Replay(scene.episodes)
    for position, moment in enumerate(moments):
        touched = replay.write_until(moment)
        if position == 0:
            # The planner knows nothing yet of rows this transaction wrote.
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in (Deal, Interaction, StageChange, NextStep, Contact))}")
        if position == 0 or position == len(moments) - 1:
            rhythms.learn(moment)
        tell = moment >= tell_from
        refresh(touched, moment, tell=tell)
        sweep(moment, tell=tell)
        then(moment)


class Replay:
    """Writes each fact once, in the order in which they became known."""

    def __init__(self, episodes: Sequence[Episode]) -> None:
        self.waiting = list(episodes)
        self.running: list[Episode] = []
        self.written_until: datetime | None = None

    def write_until(self, moment: datetime) -> list[int]:
        """Everything known at ``moment`` that is not written yet; the ids of the deals it touched."""
        begun = [episode for episode in self.waiting if episode.moves[0].at <= moment]
        self.waiting = [episode for episode in self.waiting if episode.moves[0].at > moment]
        moved = [episode for episode in self.running if episode.put_back_to(moment)]
        for episode in begun:
            episode.put_back_to(moment)
        Deal.objects.bulk_create([episode.deal for episode in begun], batch_size=BATCH)
        DealContact.objects.bulk_create(
            [DealContact(deal=episode.deal, contact=contact) for episode in begun for contact in episode.contacts], batch_size=BATCH
        )
        self.running += begun
        touched = self._facts(moment)
        Deal.objects.bulk_update([episode.deal for episode in moved], DEAL_STATE, batch_size=BATCH)
        closed = [episode for episode in self.running if episode.deal.closed_on]
        # What is over is written whole.
        self.running = [episode for episode in self.running if not episode.deal.closed_on]
        self.written_until = moment
        return sorted({episode.deal.pk for episode in (*begun, *moved, *closed)} | touched)

    def _facts(self, moment: datetime) -> set[int]:
        running = self.running
        moves = self._new(moment, ((move, move.at) for episode in running for move in episode.moves))
        pushes = self._new(moment, ((push, push.at) for episode in running for push in episode.pushes))
        talk = self._new(moment, ((one, one.recorded_at) for episode in running for one in episode.talk))
        losses = self._new(moment, ((episode.loss, episode.loss.recorded_at) for episode in running if episode.loss))
        held = self._meetings(moment, talk)
        ended = self._steps_ended(moment)
        steps = self._new(moment, ((step, step.created_at) for episode in running for step in episode.steps))
        ends = [(step, step.ended_at, step.done) for step in steps]
        for step, ended_at, _done in ends:
            if ended_at and ended_at > moment:
                step.ended_at, step.done = None, False
        NextStep.objects.bulk_create(steps, batch_size=BATCH)
        for step, ended_at, done in ends:
            step.ended_at, step.done = ended_at, done
        StageChange.objects.bulk_create(moves, batch_size=BATCH)
        CloseDateChange.objects.bulk_create(pushes, batch_size=BATCH)
        Loss.objects.bulk_create(losses, batch_size=BATCH)
        facts: list[Any] = [*moves, *pushes, *talk, *held, *ended, *steps]
        return {row.deal_id for row in facts}

    def _new(self, moment: datetime, rows: Iterable[tuple[Any, datetime]]) -> list[Any]:
        """The rows not written yet that were known by the moment."""
        return [row for row, known_at in rows if row.pk is None and known_at <= moment]

    def _meetings(self, moment: datetime, talk: list[Interaction]) -> list[Interaction]:
        """Write the talk; meetings still to come are planned and without notes, those over since the last moment get theirs."""
        to_come = [one for one in talk if one.kind == Interaction.Kind.MEETING and _known_at(one) > moment]
        afterwards = [(one, {name: getattr(one, name) for name in SAID_AFTERWARDS}) for one in to_come]
        for one in to_come:
            for name in SAID_AFTERWARDS:
                setattr(one, name, str(PLANNED) if name == "outcome" else None if name.endswith(("_at", "_by")) else "")
        Interaction.objects.bulk_create(talk, batch_size=BATCH)
        for one, said in afterwards:
            for name, value in said.items():
                setattr(one, name, value)
        over = [
            one
            for episode in self.running
            for one in episode.talk
            if one.pk and one.kind == Interaction.Kind.MEETING and self._since_last(_known_at(one), moment) and one not in talk
        ]
        Interaction.objects.bulk_update(over, SAID_AFTERWARDS)
        return over

    def _steps_ended(self, moment: datetime) -> list[NextStep]:
        ended = [step for episode in self.running for step in episode.steps if step.pk and self._since_last(step.ended_at, moment)]
        NextStep.objects.bulk_update(ended, ["ended_at", "done"], batch_size=BATCH)
        return ended

    def _since_last(self, at: datetime | None, moment: datetime) -> bool:
        return self.written_until is not None and at is not None and self.written_until < at <= moment


def _known_at(meeting: Interaction) -> datetime:
    """When the last was said of how it went; its end where nobody said a word."""
    return max(at for at in (meeting.ends_at or meeting.at, meeting.outcome_said_at, meeting.apologised_at) if at is not None)


def quieten_notices(*, read_until: datetime, read_at: datetime) -> None:
    """The people of the demo read no mail: what was written while playing stays under the bell, the older half of it read."""
    Notice.objects.update(mail=Notice.Mail.NONE, next_attempt_at=None)
    Notice.objects.filter(created_at__lt=read_until).update(read_at=read_at)
