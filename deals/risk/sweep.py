"""The sweep: takes deals whose alarm is due and refreshes them. Its cost follows what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError, OperationalError, transaction

from deals.copying import commit_without_waiting
from deals.models import Deal, Import, Interaction, JobRun
from deals.risk import again
from deals.risk.refresh import RETRY_AFTER, note_failure, refresh

if TYPE_CHECKING:
    from datetime import datetime

log = structlog.get_logger(__name__)

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many deals were looked at, and how many of them could not be refreshed."""

    deals: int
    failed: int


def sweep(now: datetime, *, tell: bool = True, batch: int = BATCH) -> Swept:
    """Refresh every watched deal whose alarm is due, in batches of one transaction each.

    Two sweeps at once share the work (``SKIP LOCKED``); one that is killed loses at most its last batch,
    which is due as before.
    """
    started = monotonic()
    run, _made = JobRun.objects.update_or_create(name="sweep", defaults={"started_at": now})
    again.make_due(now)
    deals = failed = 0
    while True:
        taken, broken = _step(now, tell=tell, batch=batch)
        if not taken:
            break
        deals, failed = deals + taken, failed + broken
    JobRun.objects.filter(pk=run.pk).update(finished_at=now + timedelta(seconds=monotonic() - started), done=deals, failed=failed)
    return Swept(deals, failed)


def _step(now: datetime, *, tell: bool, batch: int) -> tuple[int, int]:
    """One batch: (deals taken, deals that failed)."""
    ids: list[int] = []
    try:
        with transaction.atomic():
            commit_without_waiting()  # what is lost is due as before
            ids = _due(now, batch)
            refresh(ids, now, tell=tell, held=True)
    except OperationalError:
        raise  # the database is away: beat calls again
    except Exception:  # a fault of ours about one deal must not keep the others from being looked at
        log.exception("sweep_batch_failed", deals=len(ids))
        return len(ids), sum(not _alone(deal_id, now, tell=tell) for deal_id in ids)
    return len(ids), 0


def _due(now: datetime, batch: int) -> list[int]:
    # By the narrow table alone, which the planner then walks in the order of what is due longest.
    due = Deal.objects.watched().filter(alarm__at__lte=now)
    running = list(Import.objects.filter(state=Import.State.RUNNING).values_list("pk", flat=True))
    if running:
        # An import that still runs looks at what it brought itself, without telling anybody of the past.
        touched = Interaction.objects.filter(imported_by__in=running, deal__isnull=False)
        due = due.exclude(imported_by__in=running).exclude(pk__in=touched.values("deal_id"))
    found = due.order_by("alarm__at").select_for_update(skip_locked=True, of=("self",)).values_list("pk", "alarm_at")[:batch]
    # The row as it is under the lock: whoever held it until now may have looked at the deal already.
    return [pk for pk, alarm_at in found if alarm_at is not None and alarm_at <= now]


def _alone(deal_id: int, now: datetime, *, tell: bool) -> bool:
    """Refresh a single deal; one that cannot be refreshed is counted and tried again later."""
    try:
        with transaction.atomic():
            refresh([deal_id], now, tell=tell)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - counted in health, and the sweep goes on
        try:
            note_failure(deal_id=deal_id, rule="refresh", error=error, now=now)
            Deal.objects.watched().filter(pk=deal_id).update(alarm_at=now + RETRY_AFTER)
        except DatabaseError:
            log.exception("sweep_failure_not_noted", deal_id=deal_id)
            raise
        return False
    return True
