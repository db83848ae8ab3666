"""Tasks: what one person is reminded of, with a deal or without one, and what comes with a signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refused, still_there
from deals.models import RiskSignal, Task
from deals.services.deals import lock

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from deals.models import Deal

SETTLED_WITH_ITS_SIGNAL = gettext_lazy("This ends by itself as soon as what it came with is settled.")
REMEDIES: dict[str, _StrPromise] = {
    Task.Kind.CONFIRM_MEETING: gettext_lazy("This ends by itself as soon as somebody says how the meeting went. Say it now."),
    Task.Kind.APOLOGISE: gettext_lazy("This ends by itself as soon as the apology is recorded on the meeting we missed. Record it there."),
    Task.Kind.REBOOK: gettext_lazy("This ends by itself as soon as there is a new date. Agree on one with them."),
    Task.Kind.NAME_NEXT_STEP: gettext_lazy("This ends by itself as soon as the next step is named. Name it now."),
    Task.Kind.ANSWER_OR_PASS_ON: gettext_lazy("This ends by itself as soon as they are answered. Answer them, or give the deal to somebody else."),
}
# Tasks of a request to decline a deal: they end with what is said there.
OF_A_REQUEST: dict[str, _StrPromise] = {
    Task.Kind.DECIDE_DECLINE: gettext_lazy("This ends with your decision. Read the note, then approve it or refuse it."),
    Task.Kind.CALL_AND_DECLINE: gettext_lazy("This ends when you say that you told them. Call them, then say so beside the note."),
}


@transaction.atomic
def add_task(*, title: str, assignee: User, due_at: datetime, by: User, now: datetime, deal: Deal | None = None) -> Task:
    """Remind somebody. Refused without words, for a moment that has passed, for a closed deal and for somebody who is gone."""
    if not title.strip():
        raise Refused(_("Say what is to be done."))
    if due_at <= now:
        raise Refused(_("A task is due in the future. Choose a later day."))
    if deal is not None:
        deal = lock(deal)
        if not deal.is_watched:
            raise Refused(_("This deal is closed. Move it to an open stage first."))
    if not User.objects.here(now).filter(pk=assignee.pk).exists():
        raise Refused(_("%(name)s does not work here any more. Choose somebody else.") % {"name": assignee.name})
    return Task.objects.create(title=title.strip(), assignee=assignee, deal=deal, due_at=due_at, created_at=now, created_by=by)


@transaction.atomic
def finish_task(*, task: Task, by: User, now: datetime) -> Task:
    """It is done; a second click changes nothing. A task that came with a signal ends when the signal does.

    So it is refused while its signal is open, with what settles it: a tick alone would leave the customer where they are.
    """
    task = _lock(task)
    if task.ended_at is not None:
        return task
    if task.kind in OF_A_REQUEST:
        raise Refused(str(OF_A_REQUEST[task.kind]))
    if task.signal is not None and task.signal.state != RiskSignal.State.CLEARED:
        raise Refused(str(REMEDIES.get(task.kind, SETTLED_WITH_ITS_SIGNAL)))
    task.ended_at, task.done_by = now, by
    task.save(update_fields=["ended_at", "done_by"])
    return task


@transaction.atomic
def reopen_task(*, task: Task, by: User, now: datetime) -> Task:
    """Done by mistake. Refused for a task that ended with its signal, or with its deal."""
    task = _lock(task)
    if task.ended_at is None:
        return task
    if task.done_by_id is None or (task.deal is not None and not task.deal.is_watched):
        raise Refused(_("This ended with what it belonged to. Add a new task."))
    task.ended_at, task.done_by = None, None
    task.save(update_fields=["ended_at", "done_by"])
    return task


@transaction.atomic
def move_task(*, task: Task, due_at: datetime, by: User, now: datetime) -> Task:
    """A new day. Refused once it has ended, for a moment that has passed, and for a task whose signal sets the time."""
    task = _lock(task)
    if task.ended_at is not None:
        raise Refused(_("This has ended already."))
    if task.signal is not None:
        raise Refused(_("This is due with the signal it came with. Park the signal, if it can wait."))
    if due_at <= now:
        raise Refused(_("A task is due in the future. Choose a later day."))
    task.due_at = due_at
    task.save(update_fields=["due_at"])
    return task


@transaction.atomic
def take_back_move_of_task(*, task: Task, due_at: datetime, by: User, now: datetime) -> Task:
    """Moved by mistake: due when it was due before, even where that has passed."""
    task = _lock(task)
    if task.ended_at is None:
        task.due_at = due_at
        task.save(update_fields=["due_at"])
    return task


@transaction.atomic
def remove_task(*, task: Task, by: User, now: datetime) -> None:
    """Added by mistake; the history keeps it. Refused for a task that somebody else made."""
    task = _lock(task)
    if task.created_by_id != by.pk:
        raise Refused(_("Somebody else made this task. Finish it instead."))
    task.delete()


def _lock(task: Task) -> Task:
    return still_there(Task.objects.select_for_update(of=("self",)).select_related("signal", "deal").filter(pk=task.pk).first())
