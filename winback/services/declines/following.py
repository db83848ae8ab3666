"""Requests go along with what happens: who was to decide is not here any more, or lets it lie, or the deal ended them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import OperationalError, transaction
from django.db.models import OuterRef

from accounts import organisation
from accounts.calendars import working_time_for
from accounts.models import User
from accounts.readers import is_told
from accounts.refusals import Refused
from winback.models import Decline
from winback.services.declines.allowed import approval_for, approver_of, next_up, who_may_be_asked
from winback.services.declines.asking import DECIDES_WITHIN, give_task
from winback.services.declines.holding import hold_open
from winback.services.declines.telling import tell_asked, tell_overtaken, tell_unsaid

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.organisation import Organisation

log = structlog.get_logger(__name__)
# A note that was taken back to change a word goes within the hour.
GOES_WITHIN = timedelta(hours=1)
# What the database ended is told within a minute; who was not there to tell it for longer than this leaves it untold.
TOLD_FOR = timedelta(days=1)


def follow_declines(now: datetime) -> int:
    """Every minute: ask the next one up where whoever was asked is not here, or has not decided in time; how many were asked anew.

    Twice at once does no harm. Whoever was asked before may still decide.
    """
    company = organisation.load(at=now)
    moved = 0
    for decline in Decline.objects.filter(state=Decline.State.ASKED).select_related("deal", "task", "contact", "introducer").order_by("pk"):
        if _whom_to_ask(decline, company, now) is None:
            continue
        try:
            moved += _ask_anew(decline, now)
        except OperationalError:
            raise  # the database is away: beat calls again
        except Refused:  # it ended a moment ago
            continue
        except Exception:  # a fault of ours about one must not keep the others waiting
            log.exception("decline_not_followed", decline=decline.pk)
    _tell_what_the_database_ended(now)
    _tell_what_was_never_said(now)
    return moved


@transaction.atomic
def _ask_anew(decline: Decline, now: datetime) -> int:
    decline = hold_open(decline)
    company = organisation.load(at=now)
    approver_id = _whom_to_ask(decline, company, now)
    if approver_id is None or decline.state != Decline.State.ASKED:
        return 0
    approver = User.objects.get(pk=approver_id)
    if decline.task is None:
        decline.task = give_task(decline, approver, now)
        decline.save(update_fields=["task"])
    else:
        decline.task.assignee, decline.task.due_at = approver, working_time_for(approver).later(now, DECIDES_WITHIN)
        decline.task.ended_at, decline.task.done_by = None, None
        decline.task.save(update_fields=["assignee", "due_at", "ended_at", "done_by"])
    needed = approval_for(deal=decline.deal, by=decline.asked_by, company=company, now=now)
    tell_asked(decline, approver_id=approver_id, why=needed.why if needed is not None else "", company=company, now=now)
    return 1


def _whom_to_ask(decline: Decline, company: Organisation, now: datetime) -> int | None:
    """None where whoever was asked is here and has time left, or nobody else is there to be asked.

    Who leaves gives up the task, and who left the line or another role has no say any more: somebody is chosen anew.
    """
    task = decline.task
    may = who_may_be_asked(decline.deal, company, now, but=decline.asked_by_id)
    if task is None or task.ended_at is not None or task.assignee_id not in may:
        return approver_of(decline.deal, company, now, but=decline.asked_by_id)
    if task.due_at > now:
        return None
    return next_up(decline.deal, company, now, after=task.assignee_id, but=decline.asked_by_id)


@transaction.atomic
def _tell_what_the_database_ended(now: datetime) -> None:
    """Requests that ended with their deal."""
    ended = Decline.objects.filter(state=Decline.State.OVERTAKEN, ended_at__gt=now - TOLD_FOR, ended_at__lte=now)
    rows = list(ended.select_related("deal", "asked_by"))
    if rows:
        tell_overtaken(rows, company=organisation.load(at=now), now=now)


@transaction.atomic
def _tell_what_was_never_said(now: datetime) -> None:
    """A decline whose note never went is a silence after all: who asked and who decided hear of it."""
    # However long ago it ended: a note is given up a day after it was to go, or later.
    due = Decline.objects.unsaid().filter(ended_at__lte=now - GOES_WITHIN)
    for person in ("asked_by_id", "approved_by_id"):
        due = due.exclude(is_told("decline_unsaid:", OuterRef("pk"), ":", OuterRef(person)))
    rows = list(due.select_related("deal", "contact"))
    if rows:
        tell_unsaid(rows, company=organisation.load(at=now), now=now)
