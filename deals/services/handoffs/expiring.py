"""Offers that end by themselves: nobody answered in time, or whom they were made to is gone. And telling of those the database ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import OperationalError, transaction
from django.db.models import OuterRef, Q

from accounts import organisation
from accounts.models import User
from accounts.readers import is_told
from deals.models import Deal, Handoff
from deals.risk.refresh import refresh
from deals.services.handoffs.telling import tell_ended_with_the_deal, tell_expired

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

log = structlog.get_logger(__name__)

BATCH = 200
# What the database ended is told within a minute; who was not there to tell it for longer than this leaves it untold.
TOLD_FOR = timedelta(days=1)
State = Handoff.State


def expire_handoffs(now: datetime, *, batch: int = BATCH) -> int:
    """End the offers whose time is over or whose receiver is gone, in batches of one transaction each; how many ended.

    Several at once share the work (``SKIP LOCKED``); one that is killed loses its last batch, which is due as before. What
    cannot be ended is left for the next time and does not keep the others.
    """
    ended, left = 0, set[int]()
    while True:
        taken, failed = _step(now, batch, left)
        if not taken:
            break
        ended, left = ended + len(taken) - len(failed), left | failed
    _tell_what_the_database_ended(now)
    return ended


def _step(now: datetime, batch: int, left: Collection[int]) -> tuple[list[int], set[int]]:
    """One batch: (the deals taken, those of them that failed)."""
    taken: list[int] = []
    try:
        with transaction.atomic():
            taken = _due(now, batch, left)
            _end(taken, now)
    except OperationalError:
        raise  # the database is away: beat calls again
    except Exception:  # a fault of ours about one deal must not keep the others from ending
        log.exception("expire_batch_failed", deals=len(taken))
        return taken, {deal_id for deal_id in taken if not _alone(deal_id, now)}
    return taken, set()


def _over(now: datetime) -> Q:
    gone = User.objects.exclude(pk__in=User.objects.here(now).values("pk"))
    return Q(expires_at__lte=now) | Q(receiver__in=gone)


def _due(now: datetime, batch: int, left: Collection[int]) -> list[int]:
    """The deals, locked: that is the lock of their offers."""
    due = Handoff.objects.open().filter(_over(now)).exclude(deal__in=left)
    deals = Deal.objects.filter(pk__in=due.values("deal_id")).select_for_update(skip_locked=True, of=("self",))
    return list(deals.values_list("pk", flat=True)[:batch])


def _end(deal_ids: Collection[int], now: datetime) -> None:
    # Asked anew under the locks: somebody may have answered meanwhile.
    over = list(Handoff.objects.open().filter(_over(now), deal__in=deal_ids).select_related("deal", "receiver"))
    if not over:
        return
    for handoff in over:
        in_time = handoff.expires_at > now
        handoff.state = State.WITHDRAWN if in_time else State.EXPIRED
        handoff.reason = Handoff.EndedWith.RECEIVER if in_time else ""
        handoff.ended_at = now
    Handoff.objects.bulk_update(over, ["state", "reason", "ended_at"])
    refresh([handoff.deal_id for handoff in over], now)
    company = organisation.load(at=now)
    tell_expired([one for one in over if one.state == State.EXPIRED], company=company, now=now)
    tell_ended_with_the_deal([one for one in over if one.state == State.WITHDRAWN], company=company, now=now)


def _alone(deal_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            _end(list(Deal.objects.filter(pk=deal_id).select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)), now)
    except OperationalError:
        raise
    except Exception:  # logged, and left for the next time
        log.exception("handoff_not_expired", deal_id=deal_id)
        return False
    return True


@transaction.atomic
def _tell_what_the_database_ended(now: datetime) -> None:
    """Offers that ended with their deal, and of which whoever was asked has not heard; telling twice writes nothing."""
    told = is_told("handoff:", OuterRef("pk"), ":withdrawn:", OuterRef("receiver_id"))
    ended = Handoff.objects.filter(state=State.WITHDRAWN, ended_by__isnull=True, ended_at__gt=now - TOLD_FOR, ended_at__lte=now)
    rows = list(ended.exclude(told).select_related("deal", "receiver"))
    if rows:
        tell_ended_with_the_deal(rows, company=organisation.load(at=now), now=now)
