"""Do the running totals say what a full count says? Asked every night; any difference is reported, and mended on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.services.notices import NewNotice, tell
from deals.models import JobRun

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

log = structlog.get_logger(__name__)
JOB = "check-totals"

# One statement sees one moment: what other transactions write meanwhile is in neither side.
DIFFERENCES = """
SELECT stage_id, owner_id, team_id, sum(deals) AS deals, sum(value) AS value, sum(estimated) AS estimated,
       sum(without_value) AS without_value, sum(at_risk) AS at_risk
FROM (
    SELECT stage_id, owner_id, team_id, count(*) AS deals, COALESCE(sum(value), 0) AS value,
           COALESCE(sum(value) FILTER (WHERE amount IS NULL), 0) AS estimated, count(*) FILTER (WHERE value IS NULL) AS without_value,
           count(*) FILTER (WHERE worst_severity > 0) AS at_risk
    FROM deals_deal GROUP BY stage_id, owner_id, team_id
    UNION ALL
    SELECT stage_id, owner_id, team_id, -deals, -value, -estimated, -without_value, -at_risk FROM deals_pipelinetotal
) AS both_sides
GROUP BY stage_id, owner_id, team_id
HAVING sum(deals) <> 0 OR sum(value) <> 0 OR sum(estimated) <> 0 OR sum(without_value) <> 0 OR sum(at_risk) <> 0
"""
MEND = f"""
INSERT INTO deals_pipelinetotal (stage_id, owner_id, team_id, deals, value, estimated, without_value, at_risk)
{DIFFERENCES}
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a full count of one place is above (below zero: below) its running total."""

    stage_id: int
    owner_id: int | None
    team_id: int | None
    deals: int
    value: Decimal
    estimated: Decimal
    without_value: int
    at_risk: int


def differences() -> list[Difference]:
    """Every place whose running total is not what its deals come to; none, when all is well. One query over all deals."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return [Difference(*row) for row in cursor.fetchall()]


@transaction.atomic
def mend() -> int:
    """Add what is missing. Returns how many places were wrong."""
    with connection.cursor() as cursor:
        # Two at once would add the same difference twice. Writers of deals are not held up: they take no such lock.
        cursor.execute("LOCK TABLE deals_pipelinetotal IN SHARE UPDATE EXCLUSIVE MODE")
        cursor.execute(MEND)
        places: int = cursor.rowcount
    return places


def check(now: datetime) -> list[Difference]:
    """Compare, write each difference to the log, and leave their number where health shows it."""
    found = differences()
    for one in found:
        log.error("a running total differs from a full count", stage=one.stage_id, owner=one.owner_id, team=one.team_id, deals=one.deals)
    if found:
        _tell_admins(len(found), now)
    JobRun.objects.update_or_create(name=JOB, defaults={"started_at": now, "finished_at": now, "done": len(found) == 0, "failed": len(found)})
    return found


def _tell_admins(places: int, now: datetime) -> None:
    """Once a day, in the language of the company: the sums on the board are wrong until somebody mends them."""
    admins = User.objects.here(now).filter(role=Role.ADMIN)
    tell(
        [
            NewNotice(
                user_id=admin.pk,
                kind="totals",
                topic="totals",
                title=_("Some sums of the pipeline differ from a full count"),
                body=_("%(places)d sums are wrong. The command “manage.py check_totals --mend” puts them right and says where they were.")
                % {"places": places},
                path="/settings/",
                severity=3,
                created_at=now,
                dedupe_key=f"totals:{now:%Y-%m-%d}:{admin.pk}",
            )
            for admin in admins
        ]
    )
