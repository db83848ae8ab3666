"""Is Salvor well? For load balancers and watchers: one small answer, and the details for an admin.

``/health/`` answers 200 when everything it stands on works and 503 otherwise. The public learns only which
part is not well. An admin who is logged in also sees when each job last ran and what waits or has failed.

Mailboxes that nobody comes to read make it unwell. One that cannot be read, as its password is wrong, is said there too,
but takes no server out of service: that would be in the hands of everybody who can mistype.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Notice
from accounts.models.users import Role
from deals.models import Import, JobRun, RuleFailure
from deals.outbox import state as outbox
from deals.services.calendars import feeds
from deals.services.mailboxes import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

# The sweep is sent every minute. Two missed in a row are noticed, one slow one is not.
SWEEP_IS_LATE_AFTER = timedelta(minutes=3)
SWEEP = "sweep"

WELL, UNWELL, LATE = "ok", "failed", "late"
# Said, and no reason to answer 503.
SOME_FAIL = "some fail"


@never_cache
@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    now = timezone.now()
    checks = look(now)
    well = all(state in (WELL, SOME_FAIL) for state in checks.values())
    answer: dict[str, Any] = {"status": WELL if well else UNWELL, "checks": checks}
    if checks["database"] == WELL and checks["migrations"] == WELL and _is_admin(request):
        answer["details"] = details(now)
    return JsonResponse(answer, status=200 if well else 503, json_dumps_params={"indent": 2})


def look(now: datetime) -> dict[str, str]:
    """Each part by name, and how it is. A part that stands on a failed one is failed without being asked."""
    states = {"database": _state(_database), "redis": _state(_redis)}
    if states["database"] != WELL:
        return {**states, "migrations": UNWELL, "sweep": UNWELL, "mailboxes": UNWELL, "outbox": UNWELL}
    states["migrations"] = _state(_migrations)
    states["sweep"] = sweep_state(now) if states["migrations"] == WELL else UNWELL
    states["mailboxes"] = mailboxes_state(now) if states["migrations"] == WELL else UNWELL
    states["outbox"] = outbox_state(now) if states["migrations"] == WELL else UNWELL
    return states


def sweep_state(now: datetime) -> str:
    """Late when no sweep has finished for three minutes, or none ever has."""
    finished = JobRun.objects.filter(name=SWEEP).values_list("finished_at", flat=True).first()
    return WELL if finished is not None and now - finished <= SWEEP_IS_LATE_AFTER else LATE


def mailboxes_state(now: datetime) -> str:
    """Late when nobody has come to read one for an hour; else whether one could not be read for an hour."""
    found = outcomes.counted(now)
    if found["left_alone_for_an_hour"]:
        return LATE
    return SOME_FAIL if found["failing_for_an_hour"] else WELL


def outbox_state(now: datetime) -> str:
    """Whether mail waits for over a quarter of an hour, or nobody knows of some whether it went. The pages work all the same."""
    found = outbox.counted(now)
    return SOME_FAIL if found["late"] or found["unknown"] else WELL


def details(now: datetime) -> dict[str, Any]:
    """What an admin wants to know when something is not well. Names and counts only, no addresses and no secrets."""
    unsent = Notice.objects.filter(mail__in=["pending", "sending", "failed", "unknown"])
    notices = unsent.values("mail").annotate(count=Count("pk"), oldest=Min("created_at"))
    return {
        "at": now,
        "jobs": {
            job.name: {"started_at": job.started_at, "finished_at": job.finished_at, "done": job.done, "failed": job.failed}
            for job in JobRun.objects.order_by("name")
        },
        "notices": {row["mail"]: {"count": row["count"], "oldest": row["oldest"]} for row in notices.order_by("mail")},
        "rules_failing": [
            {"rule": row["rule"], "deals": row["count"]} for row in RuleFailure.objects.values("rule").annotate(count=Count("pk")).order_by("rule")
        ],
        "mailboxes": outcomes.counted(now),
        "outbox": outbox.counted(now),
        "calendars": {"failing": feeds.long_failing(now), "late": feeds.left_alone(now)},
        "imports_at_work": Import.objects.filter(state__in=[Import.State.WAITING, Import.State.RUNNING]).count(),
    }


def _is_admin(request: HttpRequest) -> bool:
    """Asked only when the database answers: the session lives there."""
    user = request.user
    return user.is_authenticated and user.role == Role.ADMIN


def _state(check: Callable[[], bool]) -> str:
    try:
        return WELL if check() else UNWELL
    except (DatabaseError, redis.RedisError, OSError):
        return UNWELL


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _redis() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    finally:
        client.close()


def _migrations() -> bool:
    """Whether every migration of this code has been applied: one query, the code's own list is read once."""
    return _migrations_of_the_code() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _migrations_of_the_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.nodes)
