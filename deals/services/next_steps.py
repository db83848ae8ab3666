"""The dated thing we do next on a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused, still_there
from deals.models import NextStep
from deals.risk.refresh import refresh
from deals.services.deals import lock
from deals.services.reopening import put_back_signals

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from deals.models import Deal


@transaction.atomic
def set_next_step(*, deal: Deal, what: str, due_at: datetime, by: User | None, now: datetime) -> NextStep:
    """Name the next step; the one before it is replaced. Refused for a moment that has passed and for a closed deal."""
    deal = lock(deal)
    if not deal.is_watched:
        raise Refused(_("This deal is closed. Move it to an open stage first."))
    what = checked(what, due_at, now)
    NextStep.objects.filter(deal=deal, ended_at__isnull=True).update(ended_at=now)
    step = NextStep.objects.create(deal=deal, what=what, due_at=due_at, created_at=now, created_by=by)
    refresh([deal.pk], now)
    return step


def checked(what: str, due_at: datetime, now: datetime) -> str:
    """The words of a step, tidied. Refused without any, and for a moment that has passed."""
    if not what.strip():
        raise Refused(_("Say what you will do next."))
    if due_at <= now:
        raise Refused(_("A next step is due in the future. Choose a later moment."))
    return what.strip()


@transaction.atomic
def finish_next_step(*, deal: Deal, seen: int | None, by: User | None, now: datetime) -> NextStep | None:
    """The next step ``seen`` is done; None where it has ended already: another one that was named meanwhile is not done by that."""
    deal = lock(deal)
    current = NextStep.objects.select_for_update().filter(deal=deal, ended_at__isnull=True)
    step = current.filter(pk=seen).first() if seen is not None else None
    if step is not None:
        step.ended_at, step.done = now, True
        step.save(update_fields=["ended_at", "done"])
        refresh([deal.pk], now)
    return step


@transaction.atomic
def reopen_next_step(*, step: NextStep, by: User | None, now: datetime) -> NextStep:
    """Ticked off by mistake. Refused once another step was named, and for a closed deal."""
    deal = lock(step.deal)
    step = still_there(NextStep.objects.select_for_update().filter(pk=step.pk).first())
    if not step.done:
        return step
    if not deal.is_watched or NextStep.objects.filter(deal=deal, ended_at__isnull=True).exists():
        raise Refused(_("The deal has another next step by now."))
    step.ended_at, step.done = None, False
    step.save(update_fields=["ended_at", "done"])
    refresh([deal.pk], now)
    return step


@transaction.atomic
def take_back_next_step(*, step: NextStep, by: User | None, now: datetime) -> None:
    """Named by mistake: the one it replaced is the next step again, and what it settled is open as before.

    The step is gone; the history keeps it. Refused once it has ended.
    """
    deal = lock(step.deal)
    current = NextStep.objects.select_for_update().filter(pk=step.pk, ended_at__isnull=True).first()
    if current is None:
        raise Refused(_("This step has ended already."))
    named_at = current.created_at
    current.delete()
    replaced = NextStep.objects.filter(deal=deal, ended_at=named_at, done=False).order_by("-pk").first()
    if replaced is not None:
        replaced.ended_at = None
        replaced.save(update_fields=["ended_at"])
    put_back_signals(deal_id=deal.pk, settled_at=named_at, now=now)
    refresh([deal.pk], now)
