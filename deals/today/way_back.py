"""Undoing what was done on Today, and taking a signal wherever that was: what a toast's button carries, and putting things back.

The token is signed and good for as long as that of a move (:mod:`deals.way_back`). Each act is taken back by a service
that refuses where the world has moved on since.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.core import signing
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.answering import answers_for
from accounts.refusals import Refused
from deals.meeting_acts import sayable_by
from deals.models import CloseDateChange, Deal, Interaction, NextStep, RiskSignal, Task
from deals.services.close_dates import take_back_close_date
from deals.services.interactions import take_back_no_answer_needed, withdraw_interaction
from deals.services.meetings import Before, take_back_apology, take_back_move, take_back_outcome
from deals.services.next_steps import reopen_next_step, take_back_next_step
from deals.services.signals import Taking, take_back_taking
from deals.services.tasks import remove_task, reopen_task, take_back_move_of_task
from deals.way_back import GOOD_FOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from accounts.models import User

Row = TypeVar("Row", bound=Model)
SALT = "deals.today"


def token(what: str, *about: Any) -> str:
    """``what`` is a key of ``WAYS``; ``about`` is what its function needs, as JSON can say it."""
    if what not in WAYS:
        raise KeyError(what)
    return signing.dumps([what, *about], salt=SALT)


def take_back(sealed: str, *, by: User, now: datetime) -> str:
    """Put it back, and say so. Refused for a token that is too old or was never given, and by the services."""
    try:
        what, *about = signing.loads(sealed, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise Refused(_("This can be undone for an hour only. Open the deal and put it right there.")) from None
    return WAYS[what](*about, by=by, now=now)


def _said(pk: int, *, by: User, now: datetime) -> str:
    said = _one(Interaction.objects.filter(deal__in=Deal.objects.visible_to(by)).select_related("deal"), pk)
    withdraw_interaction(interaction=said, by=by, now=now)
    return _("Taken back: it counts no more, and what it had settled is open again.")


def _no_answer(deal_id: int, messages: list[int], *, by: User, now: datetime) -> str:
    take_back_no_answer_needed(deal=_one(Deal.objects.visible_to(by), deal_id), messages=messages, by=by, now=now)
    return _("Taken back: they wait for an answer.")


def _step_named(pk: int, *, by: User, now: datetime) -> str:
    take_back_next_step(step=_step(pk, by), by=by, now=now)
    return _("Taken back: the next step is what it was.")


def _step_done(pk: int, *, by: User, now: datetime) -> str:
    reopen_next_step(step=_step(pk, by), by=by, now=now)
    return _("Taken back: it is still to be done.")


def _close_date(pk: int, *, by: User, now: datetime) -> str:
    change = _one(CloseDateChange.objects.filter(deal__in=Deal.objects.visible_to(by)).select_related("deal"), pk)
    take_back_close_date(change=change, by=by, now=now)
    return _("Taken back: the close date is what it was.")


def _task_done(pk: int, *, by: User, now: datetime) -> str:
    reopen_task(task=_task(pk, by), by=by, now=now)
    return _("Taken back: it is still to be done.")


def _task_moved(pk: int, before: str, *, by: User, now: datetime) -> str:
    take_back_move_of_task(task=_task(pk, by), due_at=datetime.fromisoformat(before), by=by, now=now)
    return _("Taken back: it is due when it was.")


def _task_added(pk: int, *, by: User, now: datetime) -> str:
    remove_task(task=_task(pk, by), by=by, now=now)
    return _("Taken back: you are not reminded.")


def about_taking(signal: RiskSignal, taking: Taking) -> list[Any]:
    """What ``_taken`` needs, as JSON can say it."""
    moments = (taking.taken_at, taking.taken_at_before, taking.climbs_at_before, taking.climbs_at)
    return [signal.pk, taking.taken_by_before, [moment and moment.isoformat() for moment in moments]]


def _taken(pk: int, taken_by_before: int | None, moments: list[str | None], *, by: User, now: datetime) -> str:
    signal = _one(RiskSignal.objects.filter(deal__in=Deal.objects.visible_to(by)), pk)
    taken_at, taken_at_before, climbs_at_before, climbs_at = (datetime.fromisoformat(moment) if moment else None for moment in moments)
    taking = Taking(taken_at, taken_by_before, taken_at_before, climbs_at_before, climbs_at)
    take_back_taking(signal=signal, taking=taking, by=by, now=now)
    return _("Taken back: it is not yours.")


def about_outcome(meeting: Interaction, before: Before) -> list[Any]:
    """What ``_meeting_said`` needs, as JSON can say it; empty where nothing was changed."""
    if meeting.outcome_said_at is None or meeting.outcome_said_at == before.said_at:
        return []
    known = [before.outcome, _iso(before.said_at), before.said_by_id, _iso(before.ends_at), before.words, len(meeting.body)]
    return [meeting.pk, meeting.outcome_said_at.isoformat(), known]


def _meeting_said(pk: int, said_at: str, known: list[Any], *, by: User, now: datetime) -> str:
    before = _before(known)
    take_back_outcome(meeting=_meeting(pk, by), before=before, said_at=datetime.fromisoformat(said_at), by=by, now=now)
    return _("Taken back: nobody has said how it went.") if before.outcome == Interaction.Outcome.PLANNED else _("Taken back.")


def _meeting_moved(new: int, pk: int, said_at: str, known: list[Any], *, by: User, now: datetime) -> str:
    take_back_move(meeting=_meeting(pk, by), new=_meeting(new, by), before=_before(known), by=by, now=now)
    return _("Taken back: it is planned for when it was.")


def _apology(pk: int, *, by: User, now: datetime) -> str:
    take_back_apology(meeting=_meeting(pk, by), by=by, now=now)
    return _("Taken back: the apology is owed as before.")


def _before(known: list[Any]) -> Before:
    outcome, said_at, said_by_id, ends_at, *words = known
    return Before(outcome, _moment(said_at), said_by_id, _moment(ends_at), *words)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _meeting(pk: int, by: User) -> Interaction:
    return _one(sayable_by(by), pk)


def _step(pk: int, by: User) -> NextStep:
    return _one(NextStep.objects.filter(deal__in=Deal.objects.visible_to(by)).select_related("deal"), pk)


def _task(pk: int, by: User) -> Task:
    return _one(Task.objects.filter(assignee__in=answers_for(by).people), pk)


def _one(rows: QuerySet[Row], pk: int) -> Row:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Refused(_("This is not there any more."))
    return found


WAYS: dict[str, Callable[..., str]] = {
    "said": _said,
    "no_answer": _no_answer,
    "step_named": _step_named,
    "step_done": _step_done,
    "close_date": _close_date,
    "task_done": _task_done,
    "task_moved": _task_moved,
    "task_added": _task_added,
    "taken": _taken,
    "meeting_said": _meeting_said,
    "meeting_moved": _meeting_moved,
    "apology": _apology,
}
